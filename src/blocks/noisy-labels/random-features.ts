import { type DenseMatrix, denseMatrix } from "../../numeric/matrices/matrix.ts";
import { productWithTransposeInto } from "../../numeric/matrices/dense-product.ts";
import { medianOf } from "../../numeric/statistics/robust-spread.ts";
import type { Rng } from "../../numeric/random.ts";

const pairs = 2000;

/**
 * Rows to √2 cos(W x + b) with normal W and uniform b, whose products are about those of a Gaussian kernel of bandwidth s, 2 s² = the median squared distance of
 * random pairs of `known` (Rahimi & Recht 2007, Random Features for Large-Scale Kernel Machines). Shapes: rows [n, cols], result [n, count].
 */
export function randomFeatures(known: DenseMatrix, count: number, rng: Rng): (rows: DenseMatrix) => DenseMatrix {
  const { cols } = known;
  const squares = Float64Array.from({ length: known.rows < 2 ? 0 : pairs }, () => {
    const a = rng.integer(known.rows);
    const b = (a + 1 + rng.integer(known.rows - 1)) % known.rows;
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += (known.data[a * cols + j] - known.data[b * cols + j]) ** 2;
    return sum;
  });
  const middle = medianOf(squares);
  const scale = middle > 0 ? Math.sqrt(2 / middle) : 1;
  const frequencies = Float64Array.from({ length: count * cols }, () => scale * rng.normal());
  const phases = Float64Array.from({ length: count }, () => 2 * Math.PI * rng.uniform());
  return (rows) => {
    const out = denseMatrix(rows.rows, count);
    productWithTransposeInto(out.data, rows.data, frequencies, rows.rows, cols, count);
    for (let i = 0, p = 0; i < rows.rows; i++)
      for (let k = 0; k < count; k++, p++) out.data[p] = Math.SQRT2 * Math.cos(out.data[p] + phases[k]);
    return out;
  };
}
