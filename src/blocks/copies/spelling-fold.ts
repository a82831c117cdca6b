/** Words in so many texts or fewer may be slips, and are corrected to words that are in so many or more. */
const [rare, known] = [2, 5];
const leastLetters = 4;

/**
 * The same texts with rare words as the most frequent word that they are a slip of: one letter left out of either makes the two equal, which also finds a letter that
 * was exchanged, doubled, or swapped with its neighbour. For comparing texts only. By a table of what is left of the known words without one letter, so that time
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
  return tokens.map((ids) => ids.map((w) => folded[w]));
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
  if (word.length < leastLetters - 1 || word.length > 40) return parts;
  for (let k = 0; k < word.length; k++) parts.push(word.slice(0, k) + word.slice(k + 1));
  return parts;
}
