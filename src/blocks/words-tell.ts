import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";

/** A pair of words that is followed by one word in more than this lead over all others (as a share) belongs to a longer text and not to the language. */
const ofOneText = 0.2;
/** Pairs are counted in records evenly spread, of about so many words: enough for what the language does. */
const counted = 300_000;

/**
 * What each word tells: −ln of its share of all words, or of its share of what follows the word before it where that is larger and the pair stands in many contexts: the second
 * half of a compound tells nothing. Pairs that always go on alike are copies' own, and their words tell as if they stood alone. Counted in a hashed table of a fixed size (a collision
 * makes words tell less), with Boyer & Moore's majority vote for what follows. 0 for marks and breaks. Shape: [words].
 */
export function wordsTell({ starts, words, formOf, forms }: RecordWords): Float32Array {
  const step = Math.ceil(words.length / counted);
  const size = 2 ** Math.max(10, Math.ceil(Math.log2(2 * Math.min(words.length, 2 * counted) + 2)));
  const [counts, firsts] = [new Int32Array(forms.length), new Int32Array(forms.length)];
  const [pairs, leader, lead] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  /** Slot of the pair that ends at each word, and its first word; −1 = none. */
  const [slots, before] = [new Int32Array(words.length).fill(-1), new Int32Array(words.length)];
  let all = 0;
  for (let r = 0; r + 1 < starts.length; r++) {
    let [last, slot] = [-1, -1];
    const isCounted = r % step === 0;
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      if (words[p] === columnBreak) last = slot = -1;
      if (words[p] === columnBreak || formOf[words[p]] < 0) continue;
      const form = formOf[words[p]];
      counts[form]++;
      all++;
      if (slot >= 0 && isCounted) {
        if (lead[slot] === 0) leader[slot] = form;
        lead[slot] += leader[slot] === form ? 1 : -1;
      }
      slot = last < 0 ? -1 : mixWord(mixWord(0, last), form) & (size - 1);
      if (slot >= 0 && isCounted) {
        pairs[slot]++;
        firsts[last]++;
      }
      slots[p] = slot;
      before[p] = last;
      last = form;
    }
  }
  const tells = new Float32Array(words.length);
  for (let p = 0; p < words.length; p++) {
    const form = words[p] === columnBreak ? -1 : formOf[words[p]];
    if (form < 0) continue;
    const slot = slots[p];
    const alone = counts[form] / all;
    const isLanguage = slot >= 0 && lead[slot] < ofOneText * pairs[slot];
    tells[p] = -Math.log(isLanguage ? Math.min(1, Math.max(alone, pairs[slot] / firsts[before[p]])) : alone);
  }
  return tells;
}
