import type { Matrix } from "../numeric/matrix.ts";
import { rowDistances } from "./row-distances.ts";

export interface LabelledRows {
  readonly x: Matrix;
  /** Class indices. Shape: [rows]. */
  readonly y: Float64Array;
}

export interface KnnShapleyOptions {
  readonly neighbours: number;
  /** Called now and then; may throw. */
  readonly stop?: (() => void) | undefined;
}

/**
 * What each training row is worth to a classifier by the nearest `neighbours`, as its exact Shapley value over the test rows (Jia et al. 2019, Efficient
 * Task-Specific Data Valuation for Nearest Neighbor Algorithms, VLDB, Theorem 1): for one test row, with the training rows by rising distance (ties by
 * their order) and 1-based ranks,
 *
 *   s_n = 1[y_n = y] / n,   s_i = s_{i+1} + (1[y_i = y] − 1[y_{i+1} = y]) / max(K, i),
 *
 * where s_n is K/n · 1[…]/K as well if n < K. Time: tests × rows × (columns + a radix sort). Shape: [training rows].
 */
export function knnShapley(train: LabelledRows, test: LabelledRows, { neighbours, stop }: KnnShapleyOptions): Float64Array {
  const { rows } = train.x;
  const values = new Float64Array(rows);
  if (rows === 0 || test.x.rows === 0) return values;
  const { batch, orderInto } = rowDistances(train.x, test.x);
  const distances = new Float64Array(batch * rows);
  const sorter = makeSorter(rows);
  const share = Float64Array.from({ length: rows + 1 }, (_, i) => 1 / Math.max(neighbours, i));
  for (let from = 0; from < test.x.rows; from += batch) {
    stop?.();
    const to = Math.min(test.x.rows, from + batch);
    orderInto(distances, from, to);
    for (let q = from; q < to; q++) {
      const order = sorter(distances, (q - from) * rows);
      const label = test.y[q];
      let before = train.y[order[rows - 1]] === label ? 1 : 0;
      let value = before / Math.max(rows, neighbours);
      values[order[rows - 1]] += value;
      for (let i = rows - 2; i >= 0; i--) {
        const row = order[i];
        const own = train.y[row] === label ? 1 : 0;
        value += (own - before) * share[i + 1];
        before = own;
        values[row] += value;
      }
    }
  }
  for (let i = 0; i < rows; i++) values[i] /= test.x.rows;
  return values;
}

/**
 * Orders `count` numbers by rising value, ties by their place: a radix sort of their 32-bit roundings, and an insertion sort for what those cannot tell apart.
 * The order that a call returns is overwritten by the next.
 */
function makeSorter(count: number): (values: Float64Array, at: number) => Int32Array {
  const single = new Float32Array(count);
  const bits = new Uint32Array(single.buffer);
  const digitBits = 11;
  const buckets = 1 << digitBits;
  const passes = 3;
  const starts = new Int32Array(buckets * passes);
  let order = new Int32Array(count);
  let next = new Int32Array(count);
  return (values, at) => {
    starts.fill(0);
    for (let i = 0; i < count; i++) {
      single[i] = values[at + i];
      // Negative numbers turned over, positive ones above them: as unsigned integers they are in order.
      const key = (bits[i] & 0x80000000) !== 0 ? ~bits[i] >>> 0 : (bits[i] | 0x80000000) >>> 0;
      bits[i] = key;
      starts[key & (buckets - 1)]++;
      starts[buckets + ((key >>> digitBits) & (buckets - 1))]++;
      starts[2 * buckets + (key >>> (2 * digitBits))]++;
      order[i] = i;
    }
    for (let pass = 0; pass < passes; pass++) {
      const base = pass * buckets;
      let sum = 0;
      for (let b = base; b < base + buckets; b++) {
        const own = starts[b];
        starts[b] = sum;
        sum += own;
      }
      const shift = pass * digitBits;
      for (let p = 0; p < count; p++) next[starts[base + ((bits[order[p]] >>> shift) & (buckets - 1))]++] = order[p];
      [order, next] = [next, order];
    }
    for (let p = 1; p < count; p++) {
      const moved = order[p];
      const value = values[at + moved];
      let q = p;
      while (q > 0 && values[at + order[q - 1]] > value) {
        order[q] = order[q - 1];
        q--;
      }
      order[q] = moved;
    }
    return order;
  };
}
