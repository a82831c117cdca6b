/** Words in so many texts or fewer may be slips, and are corrected to words that are in so many or more. */
const [rare, known] = [2, 5];
const leastLetters = 4;
/** What is longer is no word that people mistype. */
const longest = 40;

/**
 * The same texts with rare words as the most frequent word that they are a slip of: one letter left out of either makes the two equal, which also finds a letter that
 * was exchanged, doubled, or swapped with its neighbour. Two words that are a known word cut in two become that word, where one of them is rarer than it: a blank hides it.
 * For comparing texts only. By a table of what is left of the known words without one letter, so that time
 * and memory grow with the letters of the vocabulary.
 *
 * @param tokens words of each text, as indices into `words`
 */
export function foldSpelling(tokens: readonly Int32Array[], words: readonly string[]): readonly Int32Array[] {
  const texts = textsOfWords(tokens, words.length);
  const correct = new Map<string, number>();
  words.forEach((word, w) => {
    if (texts[w] < known) return;
    for (const part of partsOf(word)) {
      const other = correct.get(part);
      if (other === undefined || texts[other] < texts[w]) correct.set(part, w);
    }
  });
  const folded = Int32Array.from(words, (word, w) => {
    if (texts[w] > rare || word.length < leastLetters) return w;
    let best = w;
    for (const part of partsOf(word)) {
      const other = correct.get(part);
      if (other !== undefined && words[other].length >= leastLetters && texts[other] > texts[best]) best = other;
    }
    return best;
  });
  const joined = wordsCutInTwo(words, texts);
  return tokens.map((ids) => {
    const out = new Int32Array(ids.length);
    let length = 0;
    for (let p = 0; p < ids.length; p++) {
      const whole = p + 1 < ids.length ? joined(ids[p], ids[p + 1]) : -1;
      out[length++] = whole < 0 ? folded[ids[p]] : whole;
      if (whole >= 0) p++;
    }
    return out.subarray(0, length);
  });
}

/** The known word that two words are together; −1 = none. */
function wordsCutInTwo(words: readonly string[], texts: Int32Array): (first: number, second: number) => number {
  const ids = new Map(words.map((word, w) => [word, w]));
  const isFirst = new Uint8Array(words.length);
  const wholes = new Map<number, number>();
  words.forEach((word, w) => {
    if (texts[w] < known || word.length < leastLetters || word.length > longest) return;
    for (let k = 1; k < word.length; k++) {
      const a = ids.get(word.slice(0, k));
      const b = ids.get(word.slice(k));
      if (a === undefined || b === undefined || Math.min(texts[a], texts[b]) >= texts[w]) continue;
      isFirst[a] = 1;
      wholes.set(a * words.length + b, w);
    }
  });
  return (first, second) => (isFirst[first] === 0 ? -1 : (wholes.get(first * words.length + second) ?? -1));
}

/** In how many texts each word is. Shape: [words]. */
export function textsOfWords(tokens: readonly Int32Array[], words: number): Int32Array {
  const texts = new Int32Array(words);
  const last = new Int32Array(words).fill(-1);
  tokens.forEach((ids, t) => {
    for (const w of ids) {
      if (last[w] !== t) texts[w]++;
      last[w] = t;
    }
  });
  return texts;
}

/** The word itself, and what is left of it without each of its letters. */
function partsOf(word: string): string[] {
  const parts = [word];
  if (word.length < leastLetters - 1 || word.length > longest) return parts;
  for (let k = 0; k < word.length; k++) parts.push(word.slice(0, k) + word.slice(k + 1));
  return parts;
}
