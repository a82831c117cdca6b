import { type Matrix, rowSquaredNorm, toDense } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";
import { boxDomain, percentileBox, quantileOfSorted } from "./box.ts";
import type { Domain } from "./domain.ts";

/**
 * Where rows pass for clean ones, wherever they began: dense ones between two percentiles of each feature, sparse ones as full and as long as clean ones are.
 *
 * @param tail share of the clean rows beyond each side of a dense feature's box, in [0, 0.5)
 */
export function injectionDomain(data: Dataset, tail: number): Domain {
  return data.x.kind === "dense" ? boxDomain(percentileBox(data.x, data.features, tail)) : sparseDomain(data, tail);
}

/**
 * Rows that look like the clean sparse ones: between 0 and what each feature was seen to be, with no more entries and no longer than all but `tail` of
 * them are. Of the entries too many, the smallest go. Indicators stay as they are; every other feature moves in lengths of a row.
 */
function sparseDomain({ x, features }: Dataset, tail: number): Domain {
  if (x.kind !== "sparse") throw new Error("a domain of sparse rows needs sparse rows");
  const [low, high] = observedEnds(x);
  const lengths = new Float64Array(x.rows);
  const entries = new Float64Array(x.rows);
  for (let i = 0; i < x.rows; i++) {
    lengths[i] = Math.sqrt(rowSquaredNorm(x, i));
    entries[i] = x.indptr[i + 1] - x.indptr[i];
  }
  const longest = quantileOfSorted(lengths.sort(), 1 - tail);
  const most = Math.max(1, Math.floor(quantileOfSorted(entries.sort(), 1 - tail)));
  const sizes = new Float64Array(x.cols);
  const scale = Float64Array.from(features.kinds, (kind) => (kind === "indicator" ? 0 : longest));
  return {
    scale,
    projectInPlace(row) {
      let squares = 0;
      for (let j = 0; j < row.length; j++) {
        if (scale[j] > 0) row[j] = Math.min(high[j], Math.max(low[j], row[j]));
        sizes[j] = Math.abs(row[j]);
      }
      sizes.sort();
      const least = row.length > most ? sizes[row.length - most] : 0;
      for (let j = 0; j < row.length; j++) {
        if (scale[j] > 0 && Math.abs(row[j]) < least) row[j] = 0;
        squares += row[j] * row[j];
      }
      const shrink = squares > longest * longest ? longest / Math.sqrt(squares) : 1;
      if (shrink < 1) for (let j = 0; j < row.length; j++) if (scale[j] > 0) row[j] *= shrink;
    },
  };
}

/** Smallest and largest value of each feature, zeros included. Shapes: [features]. */
export function observedEnds(x: Matrix): [Float64Array, Float64Array] {
  const low = new Float64Array(x.cols);
  const high = new Float64Array(x.cols);
  if (x.kind === "sparse") {
    for (let p = 0; p < x.values.length; p++) {
      const j = x.indices[p];
      low[j] = Math.min(low[j], x.values[p]);
      high[j] = Math.max(high[j], x.values[p]);
    }
    return [low, high];
  }
  const { data, cols } = toDense(x);
  low.fill(Infinity);
  high.fill(-Infinity);
  for (let p = 0; p < data.length; p++) {
    low[p % cols] = Math.min(low[p % cols], data[p]);
    high[p % cols] = Math.max(high[p % cols], data[p]);
  }
  return [low, high];
}
