import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Matrix } from "../../numeric/matrices/matrix.ts";
import { makeRadixOrder } from "../../numeric/orders/radix-order.ts";
import { forEachProductTile } from "../../numeric/matrices/row-products.ts";
import { type Metric, distanceRule } from "./row-distance.ts";

export interface LabelledRows {
  readonly x: Matrix;
  /** Class indices. Shape: [rows]. */
  readonly y: Float64Array;
}

export interface KnnShapleyOptions extends Omit<RunContext, "rng"> {
  readonly neighbours: number;
  readonly metric?: Metric;
}

/** Ranks of a block of validation rows take at most so many numbers (32 MiB). */
const ranksSize = 1 << 22;

/**
 * The exact Shapley value of every training row for the share of its K nearest neighbours that have a validation row's label (Jia et al. 2019, Efficient
 * Task-Specific Data Valuation for Nearest Neighbor Algorithms, PVLDB 12(11), Theorem 1), averaged over the validation rows. With training rows 1 … N by
 * rising distance, equally near ones in their order: s_N = 1[y_N = y] / max(K, N), s_i = s_{i+1} + (1[y_i = y] − 1[y_{i+1} = y]) / max(K, i). The values sum to the
 * mean utility of the whole training set. No row is left out however far it lies, and values are not rescaled. Shape: [training rows].
 */
export function knnShapley(
  train: LabelledRows,
  validation: LabelledRows,
  { neighbours, metric = "euclidean", signal, progress }: KnnShapleyOptions,
): Float64Array {
  const labels = train.y;
  const [n, judges] = [train.x.rows, validation.x.rows];
  const values = new Float64Array(n);
  if (n === 0 || judges === 0) return values;
  const { offset, scale, centre } = distanceRule(train.x, metric);
  const block = Math.max(1, Math.min(64, judges, Math.floor(ranksSize / n)));
  const ranks = new Float64Array(block * n);
  const radix = makeRadixOrder(n);
  const step = Float64Array.from({ length: n }, (_, i) => 1 / Math.max(neighbours, i + 1) / judges);

  forEachProductTile(validation.x, train.x, { centre, block }, (products, queryFrom, queries, rowFrom, rows) => {
    if (rowFrom === 0) {
      stopIfCancelled(signal);
      progress?.(queryFrom / judges);
    }
    let p = 0;
    for (let q = 0; q < queries; q++) {
      const at = q * n;
      for (let r = rowFrom; r < rowFrom + rows; r++) ranks[at + r] = offset[r] - scale[r] * products[p++];
    }
    if (rowFrom + rows < n) return;
    for (let q = 0; q < queries; q++) addValues(radix.order(ranks, q * n), validation.y[queryFrom + q]);
  });
  return values;

  function addValues(order: Int32Array, label: number): void {
    let value = 0;
    let next = 0;
    for (let i = n - 1; i >= 0; i--) {
      const row = order[i];
      const own = labels[row] === label ? 1 : 0;
      value += (own - next) * step[i];
      next = own;
      values[row] += value;
    }
  }
}
