import type { Signal } from "../../core/context.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { type Rng } from "../../numeric/random.ts";
import { type UnionFind, makeUnionFind } from "../../numeric/orders/union-find.ts";
import { type TextParts, letterChunks } from "./letter-chunks.ts";
import { moreThanChance } from "./more-than-chance.ts";
import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";
import { type WordsTell, wordsTell } from "./words-tell.ts";

export interface SimilarTextOptions {
  /** Least Jaccard similarity of the shingles of two texts that are called copies; in (0, 1]. */
  readonly similarity: number;
  /** Shorter texts are nobody's copy: people write the same few words. */
  readonly minWords: number;
  readonly rng: Rng;
  readonly signal?: Signal | undefined;
}

/** Words of a shingle, hashed to 32 bits: of a text of 100 words, a chance equality with another of the same length has 1 in 400,000. */
const shingleWords = 3;
/** Two copies must share this many shingles at least, else a short sentence in common would do. */
const sharedShingles = 4;
/** Copies that differ in blanks alone are much alike by their letters: a few bands find them. */
const [wordBands, letterBands] = [32, 12];
const rowsPerBand = 2;
/** Texts of a bucket that a newcomer is compared with: bounds the work where many texts share a common sentence. */
const leadersPerBucket = 6;

/**
 * Sets of near-copies among the texts: MinHash signatures (Broder 1997, On the resemblance and containment of documents), 32 bands of 2 for locality-
 * sensitive hashing (Leskovec, Rajaraman & Ullman 2020, Mining of Massive Datasets, section 3.4), and every pair that is merged is checked by the exact
 * Jaccard similarity of its shingles. A pair as similar as 0.25 meets in some bucket with a chance of 0.87, and a set of several meets through any of
 * its pairs. Time and memory grow with the words. Texts are compared twice: word by word, and by their letters alone (see letter-chunks.ts), as whoever hides copies
 * sets blanks elsewhere. Both in the form of core/compared-form.ts, to which invisible characters and look-alike letters are nothing.
 * What does not hang on chance is made once for texts that several ask about.
 */
export function similarTexts(texts: RecordWords, options: SimilarTextOptions): UnionFind {
  const sets = makeUnionFind(texts.starts.length - 1);
  const { words, letters } = compared(texts, options.minWords);
  mergeSimilar(sets, words, wordBands, options);
  mergeSimilar(sets, letters, letterBands, { ...options, rng: options.rng.fork("letters") });
  return sets;
}

interface Comparison {
  readonly shingles: Shingles;
  readonly isMore: (a: number, b: number) => boolean;
}

interface Compared {
  readonly minWords: number;
  readonly words: Comparison;
  readonly letters: Comparison;
}

const known = new WeakMap<RecordWords, Compared>();

function compared(texts: RecordWords, minWords: number): Compared {
  const remembered = known.get(texts);
  if (remembered?.minWords === minWords) return remembered;
  const tell = wordsTell(texts);
  const comparison = (parts: TextParts): Comparison => ({
    shingles: shinglesOf(parts, minWords, texts.words.length),
    isMore: moreThanChance(parts, shingleWords),
  });
  const made = { minWords, words: comparison(comparedWords(texts, tell)), letters: comparison(letterChunks(texts, tell)) };
  known.set(texts, made);
  return made;
}

function mergeSimilar(sets: UnionFind, { shingles, isMore }: Comparison, bands: number, options: SimilarTextOptions): void {
  const records = shingles.ends.length;
  const allKeys = bandKeys(shingles, bands, options);
  const capacity = 2 ** Math.ceil(Math.log2(2 * records + 2));
  const bucket = new Int32Array(capacity);
  const next = new Int32Array(records);
  for (let band = 0; band < bands; band++) {
    stopIfCancelled(options.signal);
    bucket.fill(-1);
    const keys = allKeys.subarray(band * records, (band + 1) * records);
    for (let r = 0; r < records; r++) {
      if (shingles.starts[r] === shingles.ends[r]) continue;
      const key = keys[r];
      next[r] = -1;
      let slot = key & (capacity - 1);
      while (bucket[slot] >= 0 && keys[bucket[slot]] !== key) slot = (slot + 1) & (capacity - 1);
      if (bucket[slot] < 0) {
        bucket[slot] = r;
        continue;
      }
      let isFound = false;
      let last = bucket[slot];
      let leaders = 1;
      for (let other = bucket[slot]; other >= 0; other = next[other]) {
        last = other;
        leaders++;
        if (sets.find(other) === sets.find(r)) isFound = true;
        else if (isCopy(shingles, r, other, options.similarity) && isMore(r, other)) {
          sets.union(r, other);
          isFound = true;
        }
        if (isFound) break;
      }
      if (!isFound && leaders <= leadersPerBucket) next[last] = r;
    }
  }
}

/** Words as copies are compared, without marks of invisible and odd characters. */
function comparedWords({ starts, words, formOf }: RecordWords, wordsTell: WordsTell): TextParts {
  const records = starts.length - 1;
  let longest = 0;
  for (let r = 0; r < records; r++) longest = Math.max(longest, starts[r + 1] - starts[r]);
  function write(r: number, parts: Int32Array, tells: Float32Array | null): number {
    const wordTells = tells === null ? null : wordsTell(r);
    let length = 0;
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      const form = words[p] === columnBreak ? columnBreak : formOf[words[p]];
      if (form < 0 && words[p] !== columnBreak) continue;
      if (tells !== null && wordTells !== null) tells[length] = wordTells[p - starts[r]];
      parts[length++] = form;
    }
    return length;
  }
  return { records, longest, write };
}

interface Shingles {
  /** Those of record r are `values[starts[r] .. ends[r])`. Shapes: each [records]. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** As they are written, until a text is compared; from then on ascending and distinct within it. */
  readonly values: Int32Array;
  /** 1 from then on. Shape: [records]. */
  readonly isSorted: Uint8Array;
}

function shinglesOf({ records, longest, write }: TextParts, minWords: number, about: number): Shingles {
  const starts = new Int32Array(records);
  const ends = new Int32Array(records);
  const parts = new Int32Array(longest);
  let values = new Int32Array(about + 1024);
  let length = 0;
  for (let r = 0; r < records; r++) {
    starts[r] = length;
    const count = write(r, parts, null);
    if (values.length < length + count) {
      const longer = new Int32Array(2 * (length + count));
      longer.set(values.subarray(0, length));
      values = longer;
    }
    if (count >= minWords) {
      for (let p = 0; p + shingleWords <= count; p++) {
        let hash = 0;
        let isWhole = true;
        for (let k = 0; k < shingleWords; k++) {
          if (parts[p + k] === columnBreak) isWhole = false;
          hash = mixWord(hash, parts[p + k]);
        }
        if (isWhole) values[length++] = hash;
      }
    }
    ends[r] = length;
  }
  return { starts, ends, values: values.slice(0, length), isSorted: new Uint8Array(records) };
}

/** Of each band and text, the hash of the least values of its shingles by the hash functions of the band. Shape: [bands, records]. */
function bandKeys({ starts, ends, values }: Shingles, bands: number, { rng, signal }: SimilarTextOptions): Int32Array {
  const records = ends.length;
  const draw = rng.fork("min-hash");
  const factor = Int32Array.from({ length: bands * rowsPerBand }, () => draw.integer(2 ** 31) * 2 + 1);
  const shift = Int32Array.from({ length: bands * rowsPerBand }, () => draw.integer(2 ** 32));
  const keys = new Int32Array(bands * records);
  for (let r = 0; r < records; r++) {
    if (r % 65536 === 0) stopIfCancelled(signal);
    const end = ends[r];
    for (let band = 0; band < bands; band++) {
      const h = band * rowsPerBand;
      const timesA = factor[h];
      const timesB = factor[h + 1];
      // Unsigned numbers of 32 bits are in the order of signed ones less 2^31, which are quicker.
      const plusA = shift[h] ^ lowest;
      const plusB = shift[h + 1] ^ lowest;
      let leastA = ~lowest;
      let leastB = ~lowest;
      // Both hash functions of a band in one pass: their chains of comparisons run side by side.
      for (let p = starts[r]; p < end; p++) {
        const value = values[p];
        const a = (Math.imul(value, timesA) + plusA) | 0;
        const b = (Math.imul(value, timesB) + plusB) | 0;
        leastA = a < leastA ? a : leastA;
        leastB = b < leastB ? b : leastB;
      }
      keys[band * records + r] = mixWord(mixWord(band, leastA ^ lowest), leastB ^ lowest);
    }
  }
  return keys;
}

const lowest = -0x80000000;

function sortOnce({ starts, ends, values, isSorted }: Shingles, r: number): void {
  if (isSorted[r] === 1) return;
  isSorted[r] = 1;
  values.subarray(starts[r], ends[r]).sort();
  let kept = starts[r];
  for (let p = starts[r]; p < ends[r]; p++) if (p === starts[r] || values[p] !== values[kept - 1]) values[kept++] = values[p];
  ends[r] = kept;
}

function isCopy(shingles: Shingles, a: number, b: number, similarity: number): boolean {
  sortOnce(shingles, a);
  sortOnce(shingles, b);
  const { starts, ends, values } = shingles;
  let [p, q] = [starts[a], starts[b]];
  const [pEnd, qEnd] = [ends[a], ends[b]];
  const [m, n] = [pEnd - p, qEnd - q];
  if (Math.min(m, n) < similarity * Math.max(m, n)) return false;
  let shared = 0;
  while (p < pEnd && q < qEnd) {
    const difference = values[p] - values[q];
    if (difference === 0) shared++;
    if (difference <= 0) p++;
    if (difference >= 0) q++;
  }
  return shared >= Math.min(sharedShingles, m, n) && shared >= similarity * (m + n - shared);
}
