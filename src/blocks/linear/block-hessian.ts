import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import { conjugateGradientInto } from "../../numeric/solvers/conjugate-gradient.ts";
import { weightedGramInto } from "../../numeric/matrices/gram.ts";
import { type Matrix, addScaledRowInto, rowDot } from "../../numeric/matrices/matrix.ts";
import { addScaledRowsInto, multiplyRowsInto } from "../../numeric/matrices/matrix-vector.ts";
import { NumericalError } from "../../core/errors.ts";
import { addScaledInto, norm } from "../../numeric/matrices/vector.ts";
import type { BiasKind } from "./layout.ts";

/** H = Σ_i d_i x̃_i x̃_iᵀ + λ I, with x̃ = (x, 1) and no λ on a free bias. Shapes: curvature (d) [rows], all ≥ 0. */
export interface BlockHessian {
  readonly x: Matrix;
  readonly curvature: Float64Array;
  readonly weightDecay: number;
  readonly bias: BiasKind;
  /** H is factored up to this size, in the features or in the rows; above it, conjugate gradients. */
  readonly factorLimit: number;
  /** Σ d x̃ x̃ᵀ if somebody has it already; lower triangle. */
  readonly gram?: Float64Array | undefined;
  multiplyInto(out: Float64Array, v: Float64Array): void;
  diagonalInto(out: Float64Array): void;
}

/** Solves with one H, prepared once: g ↦ H⁻¹ g in place; `tolerance` as in `solveIteratively`. Throws a NumericalError where H is singular in the direction of g. */
export type BlockSolver = (g: Float64Array, tolerance?: number) => void;

export function prepareBlockSolver(h: BlockHessian): BlockSolver {
  const size = h.x.cols + 1;
  if (size <= h.factorLimit && (size <= h.x.rows || h.weightDecay === 0)) return primalSolver(h) ?? iterativeSolver(h);
  if (h.x.rows <= h.factorLimit && h.weightDecay > 0) return refined(h, dualSolver(h));
  return iterativeSolver(h);
}

function primalSolver(h: BlockHessian): BlockSolver | null {
  const size = h.x.cols + 1;
  const factor = h.gram?.slice() ?? new Float64Array(size * size);
  if (h.gram === undefined) weightedGramInto(factor, h.x, h.curvature);
  for (let j = 0; j < size - (h.bias === "free" ? 1 : 0); j++) factor[j * size + j] += h.weightDecay;
  if (!choleskyInPlace(factor, size)) return null;
  return (g) => choleskySolveInPlace(g, factor, size);
}

/**
 * With fewer rows than features (Woodbury): put q = S (X v + u), S = diag(√d), u the bias part of the solution. Then
 * v = (g_w − Xᵀ S q) / λ and (I + S X Xᵀ S / λ) q = S X g_w / λ + u S 1, where a free bias u is such that 1ᵀ S q = g_b, and a regularised one is
 * (g_b − 1ᵀ S q) / λ, which adds 1 to every entry of X Xᵀ.
 */
function dualSolver(h: BlockHessian): BlockSolver {
  const { x, weightDecay } = h;
  const { rows, cols } = x;
  const free = h.bias === "free";
  const root = h.curvature.map(Math.sqrt);
  const factor = new Float64Array(rows * rows);
  const dense = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    dense.fill(0);
    addScaledRowInto(dense, x, i, 1);
    for (let k = 0; k <= i; k++) factor[i * rows + k] = (root[i] * root[k] * (rowDot(x, k, dense) + (free ? 0 : 1))) / weightDecay;
    factor[i * rows + i] += 1;
  }
  choleskyInPlace(factor, rows);
  const response = root.slice();
  choleskySolveInPlace(response, factor, rows);
  let stiffness = 0;
  for (let i = 0; i < rows; i++) stiffness += root[i] * response[i];
  const q = new Float64Array(rows);
  return (g) => {
    const bias = g[cols];
    multiplyRowsInto(q, x, g, 0, 0, rows);
    for (let i = 0; i < rows; i++) q[i] = (root[i] * (q[i] + (free ? 0 : bias))) / weightDecay;
    choleskySolveInPlace(q, factor, rows);
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += root[i] * q[i];
    if (free) {
      if (!(stiffness > 0)) {
        if (Math.abs(bias) > 0) throw new NumericalError("the Hessian is singular: no row bends the loss in the direction of the bias");
        g[cols] = 0;
      } else {
        g[cols] = (bias - sum) / stiffness;
        for (let i = 0; i < rows; i++) q[i] += g[cols] * response[i];
      }
    }
    for (let i = 0; i < rows; i++) q[i] *= -root[i];
    if (!free) g[cols] = bias;
    addScaledRowsInto(g, 0, x, q, 0, rows);
    for (let j = 0; j < cols; j++) g[j] /= weightDecay;
    if (!free) {
      for (let i = 0; i < rows; i++) g[cols] += q[i];
      g[cols] /= weightDecay;
    }
  };
}

/** One step of iterative refinement: the division by a small λ costs digits. */
function refined(h: BlockHessian, solve: BlockSolver): BlockSolver {
  const size = h.x.cols + 1;
  const rest = new Float64Array(size);
  return (g) => {
    const wanted = g.slice();
    solve(g);
    h.multiplyInto(rest, g);
    for (let j = 0; j < size; j++) rest[j] = wanted[j] - rest[j];
    solve(rest);
    addScaledInto(g, 1, rest);
  };
}

function iterativeSolver(h: BlockHessian): BlockSolver {
  const size = h.x.cols + 1;
  const diagonal = new Float64Array(size);
  h.diagonalInto(diagonal);
  return (g, tolerance) => solveIteratively(g, { diagonal, multiplyInto: (out, v) => h.multiplyInto(out, v) }, tolerance);
}

/** g = H⁻¹ g by conjugate gradients to a relative residual of `tolerance`; throws where the larger of that and 1e-6 is out of reach. */
export function solveIteratively(
  g: Float64Array,
  system: { readonly diagonal: Float64Array; multiplyInto(out: Float64Array, v: Float64Array): void },
  tolerance = 1e-10,
): void {
  if (norm(g) === 0) return;
  const wanted = g.slice();
  const { relativeResidual } = conjugateGradientInto(g, system, wanted, { tolerance, maxIterations: 20 * g.length + 200 });
  if (relativeResidual > Math.max(1e-6, tolerance) || !g.every(Number.isFinite))
    throw new NumericalError(`the Hessian is singular: no solution beyond a relative residual of ${relativeResidual.toExponential(1)}`);
}
