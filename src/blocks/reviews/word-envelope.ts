import type { SparseMatrix } from "../../numeric/matrices/matrix.ts";
import { quantileOfSorted } from "../feasible/box.ts";

/** What a review must be like to pass among the genuine ones of a task; everything is measured on words of the vocabulary. */
export interface WordEnvelope {
  /** Most often that a word may stand in a review; 0 for one that hardly anybody uses. Shape: [words]. */
  readonly caps: Float64Array;
  /** Words in all, repeated ones each time. */
  readonly length: Band;
  /** Of which half of the genuine reviews have no more. */
  readonly usualLength: number;
  /** Different words ÷ words in all. */
  readonly variety: Band;
  /** Cosine to the nearest genuine review, as TF-IDF weighs it. */
  readonly nearness: Band;
  /** The genuine reviews, by word: what `nearness` is measured against. */
  readonly genuine: GenuineReviews;
}

export interface Band {
  readonly low: number;
  readonly high: number;
}

/** Genuine reviews with their norms, and where each word stands. Shapes: norms [reviews]; word w stands in `review`, `count` from starts_w to starts_{w+1}. */
export interface GenuineReviews {
  readonly count: number;
  readonly norms: Float64Array;
  readonly starts: Int32Array;
  readonly review: Int32Array;
  readonly counts: Float64Array;
  readonly idf: Float64Array;
}

/** A review as words, ascending, with how often each stands there. Shapes: words, counts [different words]. */
export interface ReviewWords {
  readonly words: readonly number[];
  readonly counts: readonly number[];
}

/** Between these percentiles of the genuine reviews a crafted one is not the odd one out. */
const [lowShare, highShare] = [0.05, 0.95];
/** A word is somebody's own below so many genuine reviews, or below this share of them where they are few. */
const [leastUsers, leastUserShare] = [5, 0.05];
/** Reviews whose nearest neighbour is looked for; it bounds the cost of a band, not of the check. */
const neighbourSample = 400;

/**
 * The envelope of these genuine reviews: no word more often than anybody has used it (nor than `mostRepeats`) and none that hardly anybody uses; length,
 * variety and nearness within the 5th and 95th percentile of the genuine ones, where a review's nearness leaves itself out.
 *
 * @param counts rows of one task, of which those without any word are ignored. Shape: [reviews, words].
 */
export function wordEnvelope(counts: SparseMatrix, idf: Float64Array, mostRepeats: number): WordEnvelope {
  const kept = Array.from({ length: counts.rows }, (_, row) => row).filter((row) => counts.indptr[row + 1] > counts.indptr[row]);
  const genuine = indexReviews(counts, kept, idf);
  const caps = new Float64Array(idf.length);
  const [lengths, varieties] = [new Float64Array(kept.length), new Float64Array(kept.length)];
  kept.forEach((row, i) => {
    for (let p = counts.indptr[row]; p < counts.indptr[row + 1]; p++) {
      lengths[i] += counts.values[p];
      caps[counts.indices[p]] = Math.min(mostRepeats, Math.max(caps[counts.indices[p]], counts.values[p]));
    }
    varieties[i] = (counts.indptr[row + 1] - counts.indptr[row]) / lengths[i];
  });
  const users = Math.min(leastUsers, Math.max(1, Math.floor(leastUserShare * kept.length)));
  for (let word = 0; word < idf.length; word++) if (genuine.starts[word + 1] - genuine.starts[word] < users) caps[word] = 0;
  const step = Math.max(1, Math.floor(kept.length / neighbourSample));
  const asked = kept.map((_, i) => i).filter((i) => i % step === 0);
  const nearness = Float64Array.from(asked, (i) => {
    const own = reviewAt(counts, kept[i]);
    const dots = dotsWith(genuine, own);
    dots[i] = 0;
    return nearestOf(dots, normOf(own, idf));
  });
  const usualLength = lengths.length === 0 ? 0 : quantileOfSorted(lengths.slice().sort(), 0.5);
  return { caps, length: bandOf(lengths), usualLength, variety: bandOf(varieties), nearness: bandOf(nearness), genuine };
}

/** Which limit a review breaks, in words; null when it lies inside. */
export function outsideEnvelope(review: ReviewWords, { caps, length, variety, nearness, genuine }: WordEnvelope): string | null {
  const total = review.counts.reduce((sum, count) => sum + count, 0);
  const repeated = review.counts.findIndex((count, k) => !(Number.isInteger(count) && count >= 0 && count <= caps[review.words[k]]));
  if (repeated >= 0)
    return `word ${review.words[repeated]} stands ${review.counts[repeated]} times, at most ${caps[review.words[repeated]]}`;
  if (!isWithin(total, length)) return `${total} words, allowed ${textOf(length)}`;
  const different = review.counts.filter((count) => count > 0).length;
  if (!isWithin(different / total, variety)) return `${different} different words of ${total}, allowed share ${textOf(variety)}`;
  const nearest = nearestOf(dotsWith(genuine, review), normOf(review, genuine.idf));
  return isWithin(nearest, nearness) ? null : `cosine ${nearest} to the nearest genuine review, allowed ${textOf(nearness)}`;
}

export function isWithin(value: number, { low, high }: Band): boolean {
  return value >= low - 1e-9 && value <= high + 1e-9;
}

/** Inner products of TF-IDF weights before scaling with every genuine review, scaled. Shape: [reviews]. */
export function dotsWith(genuine: GenuineReviews, { words, counts }: ReviewWords): Float64Array {
  const dots = new Float64Array(genuine.count);
  words.forEach((word, k) => addWordInto(dots, genuine, word, counts[k]));
  return dots;
}

/** Adds (or takes away, below 0) so many of a word. */
export function addWordInto(dots: Float64Array, { norms, starts, review, counts, idf }: GenuineReviews, word: number, times: number): void {
  const weight = times * idf[word] * idf[word];
  for (let p = starts[word]; p < starts[word + 1]; p++) dots[review[p]] += (weight * counts[p]) / norms[review[p]];
}

/** The cosine to the nearest genuine review. */
export function nearestOf(dots: Float64Array, norm: number): number {
  let most = 0;
  for (const dot of dots) if (dot > most) most = dot;
  return norm > 0 ? most / norm : 0;
}

export function normOf({ words, counts }: ReviewWords, idf: Float64Array): number {
  return Math.sqrt(words.reduce((sum, word, k) => sum + (counts[k] * idf[word]) ** 2, 0));
}

export function reviewAt({ indptr, indices, values }: SparseMatrix, row: number): ReviewWords {
  const [from, to] = [indptr[row], indptr[row + 1]];
  return { words: Array.from(indices.subarray(from, to)), counts: Array.from(values.subarray(from, to)) };
}

function indexReviews(counts: SparseMatrix, rows: readonly number[], idf: Float64Array): GenuineReviews {
  const starts = new Int32Array(idf.length + 1);
  for (const row of rows) for (let p = counts.indptr[row]; p < counts.indptr[row + 1]; p++) starts[counts.indices[p] + 1]++;
  for (let w = 0; w < idf.length; w++) starts[w + 1] += starts[w];
  const next = starts.slice();
  const [review, standing] = [new Int32Array(starts[idf.length]), new Float64Array(starts[idf.length])];
  rows.forEach((row, i) => {
    for (let p = counts.indptr[row]; p < counts.indptr[row + 1]; p++) {
      const at = next[counts.indices[p]]++;
      review[at] = i;
      standing[at] = counts.values[p];
    }
  });
  const norms = Float64Array.from(rows, (row) => normOf(reviewAt(counts, row), idf));
  return { count: rows.length, norms, starts, review, counts: standing, idf };
}

function bandOf(values: Float64Array): Band {
  if (values.length === 0) return { low: 0, high: Infinity };
  const sorted = values.slice().sort();
  return { low: quantileOfSorted(sorted, lowShare), high: quantileOfSorted(sorted, highShare) };
}

function textOf({ low, high }: Band): string {
  return `${Number(low.toPrecision(4))} to ${Number(high.toPrecision(4))}`;
}
