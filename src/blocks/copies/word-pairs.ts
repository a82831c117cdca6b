import { mixWord } from "./record-words.ts";
import { type SharedItems, sharedItems } from "./shared-items.ts";

/** Pairs of words that stand beside each other or one apart, in either order, that three texts hold or more; with what the others add to the norms of texts. */
export interface WordPairs extends SharedItems {
  /** ln(all texts / holders). Shape: [pairs]. */
  readonly weights: Float64Array;
  /** Of the weights of all pairs of a text, those of fewer than three texts too; 0 for a text without pairs. Shape: [texts]. */
  readonly norms: Float64Array;
  /** How many pairs each text has, those too. Shape: [texts]. */
  readonly sizes: Int32Array;
}

const farthest = 2;

/**
 * @param tokens words of each text, as indices below `words`
 * @param all texts that these are a part of, whose others hold none of their pairs
 */
export function wordPairs(tokens: readonly Int32Array[], words: number, all: number): WordPairs {
  const [longest, total] = sizesOf(tokens);
  const options = { least: 3, longest: farthest * longest, total: farthest * total };
  const shared = sharedItems(tokens.length, options, (text, out) => {
    const ids = tokens[text];
    let count = 0;
    for (let p = 0; p < ids.length; p++)
      for (let q = p + 1; q <= p + farthest && q < ids.length; q++)
        out[count++] = ids[p] < ids[q] ? ids[p] * words + ids[q] : ids[q] * words + ids[p];
    return count;
  });
  const weights = Float64Array.from(shared.holders, (holders) => Math.log(all / holders));
  const norms = Float64Array.from(tokens, (_, t) => {
    let square = 0;
    for (let p = shared.starts[t]; p < shared.starts[t + 1]; p++) square += weights[shared.items[p]] ** 2;
    for (let k = 1; k < options.least; k++) square += shared.rare[t * (options.least - 1) + k - 1] * Math.log(all / k) ** 2;
    return Math.sqrt(square);
  });
  const rare = options.least - 1;
  const sizes = Int32Array.from(tokens, (_, t) =>
    shared.rare.subarray(t * rare, (t + 1) * rare).reduce((sum, count) => sum + count, shared.starts[t + 1] - shared.starts[t]),
  );
  return { ...shared, weights, norms, sizes };
}

/** Runs of four words that four texts hold or more. */
export function wordRuns(tokens: readonly Int32Array[]): SharedItems {
  const [longest, total] = sizesOf(tokens);
  return sharedItems(tokens.length, { least: 4, longest, total }, (text, out) => {
    const ids = tokens[text];
    let count = 0;
    for (let p = 0; p + runWords <= ids.length; p++) {
      let low = 0;
      let high = 1;
      for (let q = p; q < p + runWords; q++) {
        low = mixWord(low, ids[q]);
        high = mixWord(high, ids[q]);
      }
      // 53 bits of two hashes.
      out[count++] = (low >>> 0) * 2 ** 21 + (high & (2 ** 21 - 1));
    }
    return count;
  });
}

const runWords = 4;

function sizesOf(tokens: readonly Int32Array[]): [longest: number, total: number] {
  return [tokens.reduce((most, { length }) => Math.max(most, length), 0), tokens.reduce((sum, { length }) => sum + length, 0)];
}
