import { type Matrix, toDense } from "../../numeric/matrices/matrix.ts";

/** Root mean square of each column. Shape: [cols]. */
export function columnNorms(x: Matrix): Float64Array {
  const squares = new Float64Array(x.cols);
  if (x.kind === "sparse") x.values.forEach((value, p) => (squares[x.indices[p]] += value * value));
  else toDense(x).data.forEach((value, p) => (squares[p % x.cols] += value * value));
  return squares.map((sum) => Math.sqrt(sum / Math.max(1, x.rows)));
}
