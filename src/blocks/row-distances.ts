import { productWithTransposeInto } from "../numeric/dense-product.ts";
import { type Matrix, rowDot, rowSquaredNorm } from "../numeric/matrix.ts";

/** Distances from rows of one matrix to all rows of another, some rows at a time. */
export interface RowDistances {
  /** Rows that one call may ask for. */
  readonly batch: number;
  /**
   * out = ‖x_i‖²/2 − x_i·z_q for z_q the rows [from, to) of the other matrix, which orders the x_i as their Euclidean distance to z_q does.
   * Shape: out [to − from, rows].
   */
  orderInto(out: Float64Array, from: number, to: number): void;
}

/** Numbers of one batch of distances: 4 MB. */
const batchSize = 1 << 19;

export function rowDistances(x: Matrix, others: Matrix): RowDistances {
  const half = Float64Array.from({ length: x.rows }, (_, i) => rowSquaredNorm(x, i) / 2);
  const batch = Math.max(1, Math.floor(batchSize / Math.max(1, x.rows)));
  const { cols, rows } = x;
  const z = new Float64Array(cols);
  return {
    batch,
    orderInto(out, from, to) {
      if (x.kind === "dense" && others.kind === "dense") {
        productWithTransposeInto(out, others.data.subarray(from * cols, to * cols), x.data, to - from, cols, rows);
        for (let q = 0, p = 0; q < to - from; q++) for (let i = 0; i < rows; i++, p++) out[p] = half[i] - out[p];
        return;
      }
      for (let q = from, p = 0; q < to; q++) {
        z.fill(0);
        if (others.kind === "dense") z.set(others.data.subarray(q * cols, (q + 1) * cols));
        else for (let at = others.indptr[q]; at < others.indptr[q + 1]; at++) z[others.indices[at]] = others.values[at];
        for (let i = 0; i < rows; i++, p++) out[p] = half[i] - rowDot(x, i, z);
      }
    },
  };
}
