import { mixWord } from "../../blocks/copies/record-words.ts";
import type { Rng } from "../../numeric/random.ts";

/** Bands of a text, two hash functions each. */
export const bands = 16;
const shingleWords = 3;
/** Shorter texts are nobody's copy; fewer shingles that are rare enough say nothing. */
const leastWords = 8;
const leastShingles = 6;

/** Keys by which near-copies meet. */
export interface BandKeys {
  /**
   * Writes the keys of the bands of a text, whole numbers below 2^53. @param isCommon whether a shingle is the language's
   * @returns whether it has any. Shape: out [bands]
   */
  into(out: Float64Array, words: Int32Array, isCommon: (shingle: number) => boolean): boolean;
}

/**
 * MinHash (Broder 1997, On the resemblance and containment of documents) of runs of three words, with locality-sensitive hashing (Leskovec, Rajaraman & Ullman 2020, Mining of
 * Massive Datasets, section 3.4): two bands are asked for, since in one texts meet that share one sentence. A pair as similar as 0.4 meets
 * in two with a chance of 0.75; copies of one text meet in the many bands whose shingles nobody edited.
 * Shingles that many rows hold are left out, unless a text has next to no others: by these, texts meet that have nothing in common but their language.
 */
export function makeBandKeys(rng: Rng): BandKeys {
  const draw = rng.fork("min-hash");
  const factor = Int32Array.from({ length: 2 * bands }, () => draw.integer(2 ** 31) * 2 + 1);
  const shift = Int32Array.from({ length: 2 * bands }, () => draw.integer(2 ** 32));
  let rare = new Int32Array(1024);

  return {
    into(out, words, isCommon) {
      if (words.length < leastWords) return false;
      if (rare.length < words.length) rare = new Int32Array(2 * words.length);
      let count = 0;
      for (let p = 0; p + shingleWords <= words.length; p++) {
        const shingle = shingleAt(words, p);
        if (!isCommon(shingle)) rare[count++] = shingle;
      }
      if (count < leastShingles) {
        count = 0;
        for (let p = 0; p + shingleWords <= words.length; p++) rare[count++] = shingleAt(words, p);
      }
      for (let band = 0; band < bands; band++) {
        const timesA = factor[2 * band];
        const timesB = factor[2 * band + 1];
        const plusA = shift[2 * band];
        const plusB = shift[2 * band + 1];
        let leastA = 0x7fffffff;
        let leastB = 0x7fffffff;
        for (let p = 0; p < count; p++) {
          const a = (Math.imul(rare[p], timesA) + plusA) | 0;
          const b = (Math.imul(rare[p], timesB) + plusB) | 0;
          leastA = a < leastA ? a : leastA;
          leastB = b < leastB ? b : leastB;
        }
        out[band] = wide(mixWord(mixWord(band, leastA), leastB), mixWord(mixWord(leastB, band), leastA));
      }
      return true;
    },
  };
}

/** The hash that the phrase sketch knows a run of three words by. */
function shingleAt(words: Int32Array, p: number): number {
  return mixWord(mixWord(mixWord(0, words[p]), words[p + 1]), words[p + 2]);
}

/** A whole number below 2^53 of two hashes: 32 bits of the one and 21 of the other. */
export function wide(low: number, high: number): number {
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
