import { choleskyInPlace } from "../../numeric/solvers/cholesky.ts";
import { type Matrix, addScaledRowInto, denseMatrix, rowDot } from "../../numeric/matrices/matrix.ts";

/** Rows in coordinates of their own: x_i·x_j is that of `x`'s rows, and there are no more coordinates than rows. */
export interface RowBasis {
  readonly x: Matrix;
  /** The weights over the features that give every row the score it has by `weights` over the coordinates. Shapes: [rows], [features]. */
  liftInto(out: Float64Array, weights: Float64Array, offset: number): void;
}

/**
 * The kernel form of a problem with fewer rows than features. K = X Xᵀ + δ I = L Lᵀ; the rows of L take the place of the rows of X, and weights u over
 * them stand for w = Xᵀ L⁻ᵀ u, with the same lengths and scores. Every optimum lies in the span of the rows, and the penalties of multi-task
 * relationship learning see WᵀW alone, so nothing is lost; δ = 1e-12 of the mean of K's diagonal keeps equal rows apart.
 *
 * Returns null where rows are so alike that K cannot be factored.
 */
export function rowBasis(x: Matrix): RowBasis | null {
  const { rows, cols } = x;
  const factor = new Float64Array(rows * rows);
  const dense = new Float64Array(cols);
  let trace = 0;
  for (let i = 0; i < rows; i++) {
    dense.fill(0);
    addScaledRowInto(dense, x, i, 1);
    for (let k = 0; k <= i; k++) factor[i * rows + k] = rowDot(x, k, dense);
    trace += factor[i * rows + i];
  }
  const jitter = (1e-12 * trace) / Math.max(1, rows);
  for (let i = 0; i < rows; i++) factor[i * rows + i] += jitter > 0 ? jitter : 1;
  if (!choleskyInPlace(factor, rows)) return null;
  for (let i = 0; i < rows; i++) factor.fill(0, i * rows + i + 1, (i + 1) * rows);
  return {
    x: denseMatrix(rows, rows, factor),
    liftInto(out, weights, offset) {
      const u = weights.slice(offset, offset + rows);
      for (let i = rows - 1; i >= 0; i--) {
        u[i] /= factor[i * rows + i];
        for (let k = 0; k < i; k++) u[k] -= factor[i * rows + k] * u[i];
      }
      out.fill(0);
      for (let i = 0; i < rows; i++) addScaledRowInto(out, x, i, u[i]);
    },
  };
}
