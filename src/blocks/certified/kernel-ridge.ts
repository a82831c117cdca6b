import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import type { RowWiseFeatures } from "../../data/row-wise/row-wise-features.ts";
import { diagonalOf, gram, kernelOf, scaledViews, squaresOf } from "../kernels/row-kernels.ts";

/** Kernels that a part may choose between: linear (γ = 0), or Gaussian, exp(−γ ‖x − x'‖²); both + 1, which stands for a bias. */
export const widths: readonly number[] = [0, 0.5, 2];
/** Ridge parameters that a part may choose between, in sums of squares over rows of about unit length. */
export const decays: readonly number[] = [0.1, 0.03, 0.3, 0.01, 1, 0.003, 3];
/** The first of these whose error is within so much of the least is taken: a few rows tell small differences badly. */
const slack = 0.03;

/** So many rows are enough to choose by. */
const mostToChooseBy = 150;

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
  const view = scaledViews(problem.features, own, asked);
  const products = gram(view.own, view.own);
  const squares = diagonalOf(products, own.length);
  const { width, decay } = problem.fixed ?? chooseKernel(products, squares, problem);
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

/**
 * How much of each label is in each decision value of the same model, its kernel and ridge parameter held: score_c = Σ_i out_i y_ic. Null where there is none.
 * Shape: [asked, own].
 */
export function ridgeShares(problem: Omit<RidgeProblem, "fixed">): Float64Array | null {
  const { own, asked } = problem;
  const size = own.length;
  const view = scaledViews(problem.features, own, asked);
  const products = gram(view.own, view.own);
  const squares = diagonalOf(products, size);
  const { width, decay } = chooseKernel(products, squares, problem);
  const factor = kernelOf(products, squares, squares, width);
  for (let i = 0; i < size; i++) factor[i * size + i] += decay;
  if (!choleskyInPlace(factor, size)) return null;
  const shares = kernelOf(gram(view.asked, view.own), squaresOf(view.asked), squares, width);
  for (let t = 0; t < asked.length; t++) choleskySolveInPlace(shares, factor, size, t * size);
  return shares;
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

/** Kernel and ridge parameter of the smallest leave-one-out error on these rows, the first 150 of them at most. Shapes: products [own, own], squares [own]. */
export function chooseKernel(
  products: Float64Array,
  squares: Float64Array,
  { own, y, outputs }: Pick<RidgeProblem, "own" | "y" | "outputs">,
): { width: number; decay: number } {
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
