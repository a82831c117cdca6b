import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";

/** What each word of a record tells, in nats; 0 for marks and breaks. The array is written over by the next call. Shape: [words of the record] at least. */
export type WordsTell = (record: number) => Float32Array;

/** A pair of words that is followed by one word in more than this lead over all others (as a share) belongs to a longer text and not to the language. */
const ofOneText = 0.2;
/** Pairs are counted in records evenly spread, of about so many words: enough for what the language does. */
const counted = 300_000;

/**
 * What each word tells: −ln of its share of all words, or of its share of what follows the word before it where that is larger and the pair stands in many contexts: the second
 * half of a compound tells nothing. Pairs that always go on alike are copies' own, and their words tell as if they stood alone. Nothing is counted before it is asked for.
 */
export function wordsTell(texts: RecordWords): WordsTell {
  const { starts, words, formOf } = texts;
  let counts: WordCounts | null = null;
  let tells = new Float32Array(64);
  let held = -1;
  return (record) => {
    if (record === held) return tells;
    counts ??= countWords(texts);
    held = record;
    const start = starts[record];
    const length = starts[record + 1] - start;
    if (tells.length < length) tells = new Float32Array(2 * length);
    let last = -1;
    for (let k = 0; k < length; k++) {
      const word = words[start + k];
      const form = word === columnBreak ? -1 : formOf[word];
      tells[k] = 0;
      if (word === columnBreak) last = -1;
      if (form < 0) continue;
      let share = counts.ofForm[form] / counts.all;
      if (last >= 0) {
        const at = slotOf(last, form, counts.pairs);
        const isLanguage = counts.pairs[at + lead] < ofOneText * counts.pairs[at];
        if (isLanguage) share = Math.min(1, Math.max(share, counts.pairs[at] / counts.firsts[last]));
      }
      tells[k] = -Math.log(share);
      last = form;
    }
    return tells;
  };
}

interface WordCounts {
  readonly all: number;
  /** Shapes: each [forms]. */
  readonly ofForm: Int32Array;
  readonly firsts: Int32Array;
  /** Four numbers for each slot: pairs of words, the word that follows most of them by Boyer & Moore's majority vote, its lead. */
  readonly pairs: Int32Array;
}

const leader = 1;
const lead = 2;

/** In a hashed table of a fixed size: a collision makes words tell less. */
function countWords({ starts, words, formOf, forms }: RecordWords): WordCounts {
  const step = Math.ceil(words.length / counted);
  const size = 2 ** Math.max(10, Math.ceil(Math.log2(2 * Math.min(words.length, 2 * counted) + 2)));
  const ofForm = new Int32Array(forms.length);
  const firsts = new Int32Array(forms.length);
  const pairs = new Int32Array(4 * size);
  let all = 0;
  for (let p = 0; p < words.length; p++) {
    const form = words[p] === columnBreak ? -1 : formOf[words[p]];
    if (form < 0) continue;
    ofForm[form]++;
    all++;
  }
  for (let r = 0; r + 1 < starts.length; r += step) {
    let last = -1;
    let at = -1;
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      if (words[p] === columnBreak) last = at = -1;
      const form = words[p] === columnBreak ? -1 : formOf[words[p]];
      if (form < 0) continue;
      if (at >= 0) {
        if (pairs[at + lead] === 0) pairs[at + leader] = form;
        pairs[at + lead] += pairs[at + leader] === form ? 1 : -1;
      }
      at = last < 0 ? -1 : slotOf(last, form, pairs);
      if (at >= 0) {
        pairs[at]++;
        firsts[last]++;
      }
      last = form;
    }
  }
  return { all, ofForm, firsts, pairs };
}

function slotOf(first: number, second: number, pairs: Int32Array): number {
  return 4 * (mixWord(mixWord(0, first), second) & (pairs.length / 4 - 1));
}
