import { type DenseMatrix, type Matrix, type SparseMatrix, rowSquaredNorm, selectRows } from "../../numeric/matrices/matrix.ts";
import { forEachProductTile } from "../../numeric/matrices/row-products.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import type { RowWiseFeatures } from "../../data/row-wise/row-wise-features.ts";

/** Kernels that a part may choose between: linear (γ = 0), or Gaussian, exp(−γ ‖x − x'‖²); both + 1, which stands for a bias. */
export const widths: readonly number[] = [0, 0.5, 2];
/** Ridge parameters that a part may choose between, in sums of squares over rows of about unit length. */
export const decays: readonly number[] = [0.1, 0.03, 0.3, 0.01, 1, 0.003, 3];
/** The first of these whose error is within so much of the least is taken: a few rows tell small differences badly. */
const slack = 0.03;

/** So many rows are enough to choose by. */
const mostToChooseBy = 150;
/** Standard deviations beyond which a number counts no more. */
const clip = 5;

export interface RidgeProblem {
  readonly features: RowWiseFeatures;
  /** Positions among the rows of `features`: those that are learned from, in an order that does not matter, and those that are answered. */
  readonly own: Int32Array;
  readonly asked: Int32Array;
  /** What is learned, row after row of `own`. Shape: [own, outputs]. */
  readonly y: Float64Array;
  readonly outputs: number;
  /** Instead of what leave-one-out prefers. */
  readonly fixed?: { readonly width: number; readonly decay: number } | undefined;
}

/**
 * Kernel ridge regression whose every choice is made on its own rows: numbers are scaled by their mean and spread in `own`, kernel and ridge parameter are those
 * of the smallest leave-one-out error there (e_i = a_i / (G⁻¹)_ii, Allen 1974).
 *
 * @returns decision values. Shape: [asked, outputs]
 */
export function ridgeScores(problem: RidgeProblem): Float64Array {
  const { own, asked, outputs } = problem;
  const out = new Float64Array(asked.length * outputs);
  if (own.length === 0) return out;
  const view = viewOf(problem.features, own, asked);
  const products = gram(view.own, view.own);
  const squares = diagonalOf(products, own.length);
  const { width, decay } = problem.fixed ?? choose(products, squares, problem);
  const weights = solve(kernelOf(products, squares, squares, width), own.length, decay, problem.y, outputs)?.weights;
  if (weights === undefined) return out;
  const crossed = gram(view.asked, view.own);
  const kernel = kernelOf(crossed, squaresOf(view.asked), squares, width);
  for (let t = 0; t < asked.length; t++)
    for (let i = 0; i < own.length; i++) {
      const value = kernel[t * own.length + i];
      for (let c = 0; c < outputs; c++) out[t * outputs + c] += value * weights[i * outputs + c];
    }
  return out;
}

/** Rows as kernels meet them: parts whose products are added. */
interface View {
  readonly rows: number;
  readonly parts: readonly Matrix[];
}

/** All numbers together have about the length of one text. */
function viewOf(features: RowWiseFeatures, own: Int32Array, asked: Int32Array): { own: View; asked: View } {
  const { texts, places } = features;
  const dense = scaledNumbers(features, own);
  const weights = texts.indices.length > 0 ? inverseFrequencies(selectRows(texts, own) as SparseMatrix) : null;
  const of = (rows: Int32Array): View => {
    const parts: Matrix[] = [];
    const numbers = dense(rows);
    if (numbers !== null) parts.push(numbers);
    if (weights !== null) parts.push(weighted(selectRows(texts, rows) as SparseMatrix, weights));
    if (places.indices.length > 0) parts.push(selectRows(places, rows));
    return { rows: rows.length, parts };
  };
  return { own: of(own), asked: of(asked) };
}

/** ln((1 + n) / (1 + d)) of a term in d of these n texts, and 0 of one in a single text, which tells nothing of others. Shape: [cols]. */
function inverseFrequencies({ rows, cols, indices }: SparseMatrix): Float64Array {
  const documents = new Float64Array(cols);
  for (const term of indices) documents[term]++;
  return documents.map((count) => (count < 2 ? 0 : Math.log((1 + rows) / (1 + count))));
}

/** Rows of unit length, terms without weight left out. */
function weighted(texts: SparseMatrix, weights: Float64Array): SparseMatrix {
  const [indptr, indices, values] = [
    new Int32Array(texts.rows + 1),
    new Int32Array(texts.indices.length),
    new Float64Array(texts.indices.length),
  ];
  let length = 0;
  for (let i = 0; i < texts.rows; i++) {
    let squares = 0;
    for (let p = texts.indptr[i]; p < texts.indptr[i + 1]; p++) {
      const value = texts.values[p] * weights[texts.indices[p]];
      if (value === 0) continue;
      squares += value * value;
      indices[length] = texts.indices[p];
      values[length++] = value;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let p = indptr[i]; p < length; p++) values[p] *= scale;
    indptr[i + 1] = length;
  }
  return { ...texts, indptr, indices: indices.subarray(0, length), values: values.subarray(0, length) };
}

/** Gives rows of numbers, scaled by their mean and spread in `own`, with the gradients beside them; null where there are none. */
function scaledNumbers(features: RowWiseFeatures, own: Int32Array): (rows: Int32Array) => DenseMatrix | null {
  const { numbers, numberCount, gradients, gradientCount } = features;
  const mean = new Float64Array(numberCount);
  const scale = new Float64Array(numberCount);
  for (const row of own) for (let j = 0; j < numberCount; j++) mean[j] += numbers[row * numberCount + j] / own.length;
  for (const row of own) for (let j = 0; j < numberCount; j++) scale[j] += (numbers[row * numberCount + j] - mean[j]) ** 2 / own.length;
  let used = 0;
  for (let j = 0; j < numberCount; j++) {
    const spread = Math.sqrt(scale[j]);
    scale[j] = spread > 1e-9 * Math.max(1, Math.abs(mean[j])) ? 1 / spread : 0;
    if (scale[j] > 0) used++;
  }
  const share = used > 0 ? 1 / Math.sqrt(used) : 0;
  const cols = numberCount + gradientCount;
  return (rows) => {
    if (cols === 0) return null;
    const data = new Float64Array(rows.length * cols);
    rows.forEach((row, i) => {
      for (let j = 0; j < numberCount; j++) {
        const z = (numbers[row * numberCount + j] - mean[j]) * scale[j];
        data[i * cols + j] = share * Math.max(-clip, Math.min(clip, z));
      }
      data.set(gradients.subarray(row * gradientCount, (row + 1) * gradientCount), i * cols + numberCount);
    });
    return { kind: "dense", rows: rows.length, cols, data };
  };
}

/** Products of every row with every other. Shape: [a, b]. */
function gram(a: View, b: View): Float64Array {
  const out = new Float64Array(a.rows * b.rows);
  a.parts.forEach((part, k) =>
    forEachProductTile(part, b.parts[k], {}, (tile, qFrom, queries, rFrom, rows) => {
      for (let q = 0; q < queries; q++) for (let r = 0; r < rows; r++) out[(qFrom + q) * b.rows + rFrom + r] += tile[q * rows + r];
    }),
  );
  return out;
}

function squaresOf({ rows, parts }: View): Float64Array {
  const out = new Float64Array(rows);
  for (const part of parts) for (let i = 0; i < rows; i++) out[i] += rowSquaredNorm(part, i);
  return out;
}

function diagonalOf(products: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => products[i * size + i]);
}

function kernelOf(products: Float64Array, a: Float64Array, b: Float64Array, width: number): Float64Array {
  if (width === 0) return products.map((value) => value + 1);
  const out = new Float64Array(products.length);
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) {
      const at = i * b.length + j;
      out[at] = 1 + Math.exp(-width * Math.max(0, a[i] + b[j] - 2 * products[at]));
    }
  return out;
}

/** (K + λ I)⁻¹ y, and the diagonal of the inverse where that is asked for; null where the matrix is singular. Shapes: weights [size, outputs], inverse [size]. */
function solve(
  kernel: Float64Array,
  size: number,
  decay: number,
  y: Float64Array,
  outputs: number,
  inverse: Float64Array | null = null,
): { weights: Float64Array } | null {
  const factor = kernel.slice();
  for (let i = 0; i < size; i++) factor[i * size + i] += decay;
  if (!choleskyInPlace(factor, size)) return null;
  const weights = new Float64Array(size * outputs);
  const column = new Float64Array(size);
  for (let c = 0; c < outputs; c++) {
    for (let i = 0; i < size; i++) column[i] = y[i * outputs + c];
    choleskySolveInPlace(column, factor, size);
    for (let i = 0; i < size; i++) weights[i * outputs + c] = column[i];
  }
  if (inverse !== null) inverseDiagonalInto(inverse, factor, size);
  return { weights };
}

/** (L Lᵀ)⁻¹_ii = Σ_k (L⁻¹)_ki². */
function inverseDiagonalInto(out: Float64Array, factor: Float64Array, size: number): void {
  out.fill(0);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= factor[i * size + k] * column[k];
      column[i] = sum / factor[i * size + i];
      out[j] += column[i] ** 2;
    }
  }
}

function choose(products: Float64Array, squares: Float64Array, { own, y, outputs }: RidgeProblem): { width: number; decay: number } {
  const size = Math.min(own.length, mostToChooseBy);
  const part = new Float64Array(size * size);
  for (let i = 0; i < size; i++) part.set(products.subarray(i * own.length, i * own.length + size), i * size);
  const norms = squares.subarray(0, size);
  const labels = y.subarray(0, size * outputs);
  const inverse = new Float64Array(size);
  const errors: { width: number; decay: number; error: number }[] = [];
  for (const width of widths) {
    const kernel = kernelOf(part, norms, norms, width);
    for (const decay of decays) {
      const weights = solve(kernel, size, decay, labels, outputs, inverse)?.weights;
      if (weights === undefined) continue;
      let error = 0;
      for (let i = 0; i < size; i++) for (let c = 0; c < outputs; c++) error += (weights[i * outputs + c] / inverse[i]) ** 2;
      errors.push({ width, decay, error });
    }
  }
  const least = Math.min(...errors.map(({ error }) => error));
  return errors.find(({ error }) => error <= least * (1 + slack)) ?? { width: 0, decay: decays[0] };
}
