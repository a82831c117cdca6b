import type { Dataset } from "../../core/dataset.ts";
import type { Objective } from "../../core/objective.ts";
import { weightedGramInto } from "../../numeric/matrices/gram.ts";
import { addScaledRowInto, rowDot } from "../../numeric/matrices/matrix.ts";
import { passOverRows } from "../../numeric/matrices/row-pass.ts";
import type { SmoothFunction } from "../../numeric/solvers/trust-region-newton.ts";
import { equalVectors } from "../../numeric/matrices/vector.ts";
import { type BlockSolver, prepareBlockSolver } from "./block-hessian.ts";
import {
  type BiasKind,
  addPenaltyInto,
  blockScoresInto,
  outputsOf,
  penaltyOf,
  rowShares,
  targetOf,
  targetsOf,
  unitShare,
} from "./layout.ts";
import type { MarginLoss, MarginRows } from "./margin-losses.ts";

/** An `Objective` that `trustRegionNewton` can minimise. */
export interface LinearObjective extends Objective, SmoothFunction {}

export interface LinearObjectiveOptions {
  /** A smooth one: not the hinge. */
  readonly loss: MarginLoss;
  readonly weightDecay: number;
  readonly bias: BiasKind;
  /** Only this output, as a problem of its own; by default all of them. */
  readonly output?: number;
  /** The largest H that is factored rather than solved by conjugate gradients. */
  readonly factorLimit?: number;
  /** Shared by objectives of the square loss that differ in λ alone, so that they compute it once. */
  readonly gram?: KeptGram;
}

/** Σ_i c_i x̃_i x̃_iᵀ (lower triangle) once somebody needed it. */
export interface KeptGram {
  matrix: Float64Array | null;
}

/**
 * F(θ) = Σ_i c_i Σ_k ℓ(w_k·x_i + b_k, t_ik) + (λ/2) Σ_k ‖w_k‖² with c_i = weight_i / Σ weight: one-vs-rest over the outputs, so that H is
 * block-diagonal, with Σ_i c_i ℓ''_ik x̃_i x̃_iᵀ + λ I in block k. For n rows of weight 1, λ = 1 / (C n) in the notation of LIBLINEAR and
 * scikit-learn. θ as in `linear-layout.ts`.
 *
 * The curvatures at the last θ are kept, so products with H cost one pass over x each.
 */
export function linearObjective(data: Dataset, options: LinearObjectiveOptions): LinearObjective {
  const { loss, weightDecay, bias, factorLimit = 600, gram = { matrix: null } } = options;
  const { x } = data;
  const { rows, cols } = x;
  const blockSize = cols + 1;
  const share = rowShares(data);
  const outputs = options.output === undefined ? Array.from({ length: outputsOf(data.target) }, (_, k) => k) : [options.output];
  const blocks = outputs.map((output) => ({
    output,
    at: { t: targetsOf(data, output), share } satisfies MarginRows,
    curvature: new Float64Array(rows),
    solver: null as BlockSolver | null,
  }));
  const size = blocks.length * blockSize;
  const known = new Float64Array(size).fill(NaN);

  /** Moves the curvatures to θ; out = ∇F(θ) if wanted; returns F(θ). */
  function evaluate(theta: Float64Array, out: Float64Array | null): number {
    known.set(theta);
    if (loss.id !== "square") for (const block of blocks) block.solver = null;
    let value = penaltyOf(theta, blockSize, weightDecay, bias);
    passOverRows(x, { blocks: theta, sums: out }, (z, from, count, stride) => {
      for (let k = 0; k < blocks.length; k++)
        value += loss.evaluateInto(z.subarray(k * stride), blocks[k].curvature, blocks[k].at, from, count);
    });
    if (out !== null) addPenaltyInto(out, theta, blockSize, weightDecay, bias);
    return value;
  }

  function moveTo(theta: Float64Array): void {
    if (!equalVectors(known, theta)) evaluate(theta, null);
  }

  /** out = Σ_i c_i ℓ''_ik x̃_i x̃_iᵀ v for `v.length` / blockSize blocks from `first` on. */
  function multiplyInto(out: Float64Array, v: Float64Array, first: number): void {
    passOverRows(x, { blocks: v, sums: out }, (z, from, count, stride) => {
      for (let k = 0; k * blockSize < v.length; k++) {
        const { curvature } = blocks[first + k];
        for (let r = 0; r < count; r++) z[k * stride + r] *= curvature[from + r];
      }
    });
    addPenaltyInto(out, v, blockSize, weightDecay, bias);
  }

  function diagonalInto(out: Float64Array, first: number): void {
    passOverRows(x, { blocks: null, sums: out, squared: true }, (z, from, count, stride) => {
      for (let k = 0; k * blockSize < out.length; k++) z.set(blocks[first + k].curvature.subarray(from, from + count), k * stride);
    });
    addPenaltyInto(out, new Float64Array(out.length).fill(1), blockSize, weightDecay, bias);
  }

  function solverOf(k: number): BlockSolver {
    const block = blocks[k];
    block.solver ??= prepareBlockSolver({
      x,
      curvature: block.curvature,
      weightDecay,
      bias,
      factorLimit,
      gram: keptGram(block.curvature),
      multiplyInto: (out, v) => multiplyInto(out, v, k),
      diagonalInto: (out) => diagonalInto(out, k),
    });
    return block.solver;
  }

  /** The square loss bends the same everywhere, so its Gram matrix outlives θ and λ. */
  function keptGram(curvature: Float64Array): Float64Array | undefined {
    if (loss.id !== "square" || blockSize > factorLimit || blockSize > rows) return undefined;
    if (gram.matrix === null) {
      gram.matrix = new Float64Array(blockSize * blockSize);
      weightedGramInto(gram.matrix, x, curvature);
    }
    return gram.matrix;
  }

  function addRowGradientInto(out: Float64Array, theta: Float64Array, of: Dataset, i: number): void {
    for (let k = 0; k < blocks.length; k++) {
      const offset = k * blockSize;
      const z = rowDot(of.x, i, theta, offset) + theta[offset + cols];
      const slope = loss.slope(z, targetOf(of.target, blocks[k].output, of.y[i]));
      addScaledRowInto(out, of.x, i, slope, offset);
      out[offset + cols] += slope;
    }
  }

  return {
    size,
    convexity: weightDecay,
    value: (theta) => evaluate(theta, null),
    gradientInto: (out, theta) => evaluate(theta, out),
    hessianVectorInto(out, theta, v) {
      moveTo(theta);
      multiplyInto(out, v, 0);
    },
    diagonalInto(out, theta) {
      moveTo(theta);
      diagonalInto(out, 0);
    },
    solveHessian(theta, g, tolerance) {
      moveTo(theta);
      const v = g.slice();
      for (let k = 0; k < blocks.length; k++) solverOf(k)(v.subarray(k * blockSize, (k + 1) * blockSize), tolerance);
      return v;
    },
    rowShare: () => unitShare(data),
    rowGradientInto(out, theta, of, i) {
      out.fill(0);
      addRowGradientInto(out, theta, of, i);
    },
    addRowGradientInto,
    rowSensitivitiesInto(out, theta, v, of) {
      const z = new Float64Array(of.x.rows);
      const moved = new Float64Array(of.x.rows);
      out.fill(0);
      for (let k = 0; k < blocks.length; k++) {
        blockScoresInto(z, of.x, theta, k);
        blockScoresInto(moved, of.x, v, k);
        for (let i = 0; i < of.x.rows; i++) out[i] += moved[i] * loss.slope(z[i], targetOf(of.target, blocks[k].output, of.y[i]));
      }
    },
    rowDerivativeInto(out, theta, v, of, i) {
      out.fill(0);
      for (let k = 0; k < blocks.length; k++) {
        const offset = k * blockSize;
        const z = rowDot(of.x, i, theta, offset) + theta[offset + cols];
        const t = targetOf(of.target, blocks[k].output, of.y[i]);
        const bend = loss.curvature(z, t) * (rowDot(of.x, i, v, offset) + v[offset + cols]);
        const slope = loss.slope(z, t);
        for (let j = 0; j < cols; j++) out[j] += bend * theta[offset + j] + slope * v[offset + j];
      }
    },
    labelDerivative(_theta, v, of, i) {
      if (of.target.kind !== "real") throw new Error("class labels have no derivative");
      return -(rowDot(of.x, i, v) + v[cols]);
    },
  };
}
