import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";

/** A pair of words that is followed by one word in more than this lead over all others (as a share) belongs to a longer text and not to the language. */
const ofOneText = 0.2;
const largestTableBits = 22;

/**
 * What each word tells: −ln of its share of all words, or of its share of what follows the word before it where that is larger and the pair stands in many contexts: the second
 * half of a compound tells nothing. Pairs that always go on alike are copies' own, and their words tell as if they stood alone. Counted in a hashed table of a fixed size (a collision
 * makes words tell less), with Boyer & Moore's majority vote for what follows. 0 for marks and breaks. Shape: [words].
 */
export function wordsTell({ starts, words, formOf, forms }: RecordWords): Float32Array {
  const counts = new Int32Array(forms.length);
  let all = 0;
  const formAt = (p: number): number => (words[p] === columnBreak ? -1 : formOf[words[p]]);
  for (let p = 0; p < words.length; p++) {
    const form = formAt(p);
    if (form < 0) continue;
    counts[form]++;
    all++;
  }
  const size = 2 ** Math.min(largestTableBits, Math.max(10, Math.ceil(Math.log2(2 * words.length + 2))));
  const pairs = new Int32Array(size);
  const leader = new Int32Array(size);
  const lead = new Int32Array(size);
  const slotOf = (before: number, form: number): number => mixWord(mixWord(0, before), form) & (size - 1);
  const eachPair = (visit: (p: number, before: number, form: number, pairBefore: number) => void): void => {
    for (let r = 0; r + 1 < starts.length; r++) {
      let before = -1;
      let pairBefore = -1;
      for (let p = starts[r]; p < starts[r + 1]; p++) {
        const form = formAt(p);
        if (form < 0) {
          if (words[p] === columnBreak) before = pairBefore = -1;
          continue;
        }
        visit(p, before, form, pairBefore);
        pairBefore = before < 0 ? -1 : slotOf(before, form);
        before = form;
      }
    }
  };
  eachPair((_, before, form, pairBefore) => {
    if (before >= 0) pairs[slotOf(before, form)]++;
    if (pairBefore < 0) return;
    if (lead[pairBefore] === 0) {
      leader[pairBefore] = form;
      lead[pairBefore] = 1;
    } else lead[pairBefore] += leader[pairBefore] === form ? 1 : -1;
  });
  const tells = new Float32Array(words.length);
  eachPair((p, before, form) => {
    let share = counts[form] / all;
    if (before >= 0) {
      const slot = slotOf(before, form);
      if (lead[slot] < ofOneText * pairs[slot]) share = Math.min(1, Math.max(share, pairs[slot] / counts[before]));
    }
    tells[p] = -Math.log(share);
  });
  return tells;
}
