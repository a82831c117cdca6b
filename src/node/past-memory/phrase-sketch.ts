import { mixWord } from "../../blocks/copies/record-words.ts";

/** The runs of one to so many words. */
export const longestRun = 3;
/** Runs in fewer rows are nobody's trigger. */
export const fewestRows = 6;

/** Sums of the runs of words of all rows, in hashed buckets of a fixed number. */
export interface PhraseSketch {
  /** @param excess how much more than one would think models contradict the label. @param spread its variance. */
  add(words: Int32Array, excess: number, spread: number): void;
  /** Rows, about, that hold runs of this bucket. */
  countOf(run: number): number;
  /** Marks the buckets that stand out most, as many as hold `occurrences` together; from then on `isPicked` tells. @returns how many buckets hold enough rows to be looked at */
  pick(occurrences: number): number;
  isPicked(run: number): boolean;
}

/** Standard deviations from which a bucket is looked at. */
const leastOdd = 4.5;
const perBucket = 3;

/**
 * The first pass of Park, Chen & Yu 1995 (An effective hash-based algorithm for mining association rules, SIGMOD) with sums instead of counts alone: what holds in a run holds in
 * its bucket, so that the second pass has to write down only the runs of buckets that stand out. @param bits buckets: 2 to this power, 12 bytes each
 */
export function makePhraseSketch(bits: number): PhraseSketch {
  const buckets = 2 ** bits;
  const mask = buckets - 1;
  const sums = new Float32Array(buckets * perBucket);
  const picked = new Uint32Array(buckets >>> 5);

  function add(words: Int32Array, excess: number, spread: number): void {
    for (let p = 0; p < words.length; p++) {
      let run = 0;
      for (let length = 1; length <= longestRun && p + length <= words.length; length++) {
        run = mixWord(run, words[p + length - 1]);
        const at = (run & mask) * perBucket;
        sums[at]++;
        sums[at + 1] += excess;
        sums[at + 2] += spread;
      }
    }
  }

  function oddnessOf(bucket: number): number {
    const at = bucket * perBucket;
    return sums[at] < fewestRows ? 0 : sums[at + 1] / Math.sqrt(sums[at + 2] + 0.25);
  }

  function pick(occurrences: number): number {
    // By the oddness in steps of an eighth of a deviation, so that nothing is sorted.
    const held = new Float64Array(8192);
    let looked = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      if (sums[bucket * perBucket] >= fewestRows) looked++;
      const odd = oddnessOf(bucket);
      if (odd >= leastOdd) held[Math.min(held.length - 1, Math.floor(odd * 8))] += sums[bucket * perBucket];
    }
    let least = held.length;
    for (let sum = 0; least > leastOdd * 8 && sum + held[least - 1] <= occurrences;) sum += held[--least];
    for (let bucket = 0; bucket < buckets; bucket++)
      if (oddnessOf(bucket) >= Math.max(leastOdd, least / 8)) picked[bucket >>> 5] |= 1 << (bucket & 31);
    return looked;
  }

  return {
    add,
    pick,
    countOf: (run) => sums[(run & mask) * perBucket],
    isPicked: (run) => ((picked[(run & mask) >>> 5] >>> (run & 31)) & 1) === 1,
  };
}
