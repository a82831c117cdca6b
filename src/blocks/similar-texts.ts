import type { Signal } from "../core/context.ts";
import { stopIfCancelled } from "../core/context.ts";
import { type Rng } from "../numeric/random.ts";
import { type UnionFind, makeUnionFind } from "../numeric/union-find.ts";
import { type TextParts, letterChunks } from "./letter-chunks.ts";
import { moreThanChance } from "./more-than-chance.ts";
import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";
import { wordsTell } from "./words-tell.ts";

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
 */
export function similarTexts(texts: RecordWords, options: SimilarTextOptions): UnionFind {
  const sets = makeUnionFind(texts.starts.length - 1);
  const tells = wordsTell(texts);
  const words = comparedWords(texts, tells);
  mergeSimilar(sets, words, wordBands, moreThanChance(words, shingleWords), options);
  const chunks = letterChunks(texts, tells);
  mergeSimilar(sets, chunks, letterBands, moreThanChance(chunks, shingleWords), { ...options, rng: options.rng.fork("letters") });
  return sets;
}

function mergeSimilar(
  sets: UnionFind,
  parts: TextParts,
  bands: number,
  isMore: (a: number, b: number) => boolean,
  options: SimilarTextOptions,
): void {
  const hashes = bands * rowsPerBand;
  const records = parts.starts.length - 1;
  const shingles = shinglesOf(parts, options.minWords);
  const signatures = signaturesOf(shingles, records, hashes, options);
  const capacity = 2 ** Math.ceil(Math.log2(2 * records + 2));
  const bucket = new Int32Array(capacity);
  const keys = new Int32Array(records);
  const next = new Int32Array(records);
  for (let band = 0; band < bands; band++) {
    stopIfCancelled(options.signal);
    bucket.fill(-1);
    for (let r = 0; r < records; r++) {
      if (shingles.starts[r] === shingles.starts[r + 1]) continue;
      let key = band;
      for (let h = 0; h < rowsPerBand; h++) key = mixWord(key, signatures[r * hashes + band * rowsPerBand + h]);
      keys[r] = key;
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
function comparedWords({ starts, words, formOf }: RecordWords, tells: Float32Array): TextParts {
  const records = starts.length - 1;
  const out = new Int32Array(records + 1);
  const kept = new Int32Array(words.length);
  const keptTells = new Float32Array(words.length);
  let length = 0;
  for (let r = 0; r < records; r++) {
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      const form = words[p] === columnBreak ? columnBreak : formOf[words[p]];
      if (form < 0 && words[p] !== columnBreak) continue;
      keptTells[length] = tells[p];
      kept[length++] = form;
    }
    out[r + 1] = length;
  }
  return { starts: out, words: kept.subarray(0, length), tells: keptTells.subarray(0, length) };
}

interface Shingles {
  /** Shape: [records + 1]. */
  readonly starts: Int32Array;
  /** Ascending and distinct within a record. */
  readonly values: Int32Array;
}

function shinglesOf({ starts, words }: TextParts, minWords: number): Shingles {
  const records = starts.length - 1;
  const out = new Int32Array(records + 1);
  const values = new Int32Array(words.length);
  let length = 0;
  for (let r = 0; r < records; r++) {
    const from = length;
    if (starts[r + 1] - starts[r] >= minWords) {
      for (let p = starts[r]; p + shingleWords <= starts[r + 1]; p++) {
        let hash = 0;
        let isWhole = true;
        for (let k = 0; k < shingleWords; k++) {
          if (words[p + k] === columnBreak) isWhole = false;
          hash = mixWord(hash, words[p + k]);
        }
        if (isWhole) values[length++] = hash;
      }
      values.subarray(from, length).sort();
      let kept = from;
      for (let p = from; p < length; p++) if (p === from || values[p] !== values[kept - 1]) values[kept++] = values[p];
      length = kept;
    }
    out[r + 1] = length;
  }
  return { starts: out, values: values.slice(0, length) };
}

function signaturesOf({ starts, values }: Shingles, records: number, hashes: number, { rng, signal }: SimilarTextOptions): Uint32Array {
  const draw = rng.fork("min-hash");
  const factor = Int32Array.from({ length: hashes }, () => draw.integer(2 ** 31) * 2 + 1);
  const shift = Int32Array.from({ length: hashes }, () => draw.integer(2 ** 32));
  const signatures = new Uint32Array(records * hashes).fill(0xffffffff);
  for (let r = 0; r < records; r++) {
    if (r % 65536 === 0) stopIfCancelled(signal);
    const at = r * hashes;
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      for (let h = 0; h < hashes; h++) {
        const value = (Math.imul(values[p], factor[h]) + shift[h]) >>> 0;
        if (value < signatures[at + h]) signatures[at + h] = value;
      }
    }
  }
  return signatures;
}

function isCopy({ starts, values }: Shingles, a: number, b: number, similarity: number): boolean {
  let [p, q] = [starts[a], starts[b]];
  const [pEnd, qEnd] = [starts[a + 1], starts[b + 1]];
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
