import { type Matrix, toDense } from "../../numeric/matrices/matrix.ts";
import type { Features } from "../../core/dataset.ts";
import type { Domain } from "./domain.ts";

/** Where an injected row may lie, feature by feature, and the unit in which it moves. Shapes: [features]. */
export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Standard deviation among the clean rows; 0 for a feature that does not move. */
  readonly scale: Float64Array;
}

/**
 * The box between two percentiles of the clean rows in each feature; beyond it a row would stand out in the simplest check of a range.
 * Indicators do not move: a value between 0 and 1 means nothing.
 *
 * @param tail share of the rows beyond each side, in [0, 0.5)
 */
export function percentileBox(x: Matrix, features: Features, tail: number): Box {
  const { data, rows, cols } = toDense(x);
  const box: Box = { low: new Float64Array(cols), high: new Float64Array(cols), scale: new Float64Array(cols) };
  const column = new Float64Array(rows);
  for (let j = 0; j < cols; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += (column[i] = data[i * cols + j]) / rows;
    let variance = 0;
    for (let i = 0; i < rows; i++) variance += (column[i] - mean) ** 2 / rows;
    column.sort();
    box.low[j] = quantileOfSorted(column, tail);
    box.high[j] = quantileOfSorted(column, 1 - tail);
    box.scale[j] = features.kinds[j] === "indicator" ? 0 : Math.sqrt(variance);
  }
  return box;
}

/** Linear between neighbours, as numpy's default. Shape: sorted [values], at least one. */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** The same box for all rows. */
export function boxDomain({ low, high, scale }: Box): Domain {
  return {
    scale,
    projectInPlace(x) {
      for (let j = 0; j < x.length; j++) if (scale[j] > 0) x[j] = Math.min(high[j], Math.max(low[j], x[j]));
    },
  };
}
