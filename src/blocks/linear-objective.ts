import type { Dataset } from "../core/dataset.ts";
import type { Objective } from "../core/objective.ts";
import { weightedGramInto } from "../numeric/gram.ts";
import { addScaledRowInto, rowDot } from "../numeric/matrix.ts";
import { addScaledRowsInto, addScaledSquaresInto, multiplyRowsInto, panelRows } from "../numeric/matrix-vector.ts";
import type { SmoothFunction } from "../numeric/trust-region-newton.ts";
import { equalVectors } from "../numeric/vector.ts";
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
} from "./linear-layout.ts";
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
 * The margins and curvatures at the last θ are kept, so products with H cost one pass over x each.
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
    at: { z: new Float64Array(rows), t: targetsOf(data, output), share } satisfies MarginRows,
    curvature: new Float64Array(rows),
    solver: null as BlockSolver | null,
  }));
  const size = blocks.length * blockSize;
  const panel = panelRows(x);
  const scratch = new Float64Array(rows);
  const known = new Float64Array(size).fill(NaN);

  /** Moves margins and curvatures to θ; out = ∇F(θ) if wanted; returns F(θ). */
  function evaluate(theta: Float64Array, out: Float64Array | null): number {
    known.set(theta);
    out?.fill(0);
    let value = penaltyOf(theta, blockSize, weightDecay, bias);
    for (let k = 0; k < blocks.length; k++) {
      const block = blocks[k];
      if (loss.id !== "square") block.solver = null;
      const { z } = block.at;
      const offset = k * blockSize;
      const b = theta[offset + cols];
      let slopes = 0;
      for (let from = 0; from < rows; from += panel) {
        const to = Math.min(rows, from + panel);
        multiplyRowsInto(z, x, theta, offset, from, to);
        for (let i = from; i < to; i++) z[i] += b;
        value += loss.evaluateInto(scratch, block.curvature, block.at, from, to);
        if (out === null) continue;
        addScaledRowsInto(out, offset, x, scratch, from, to);
        for (let i = from; i < to; i++) slopes += scratch[i];
      }
      if (out !== null) out[offset + cols] = slopes;
    }
    if (out !== null) addPenaltyInto(out, theta, blockSize, weightDecay, bias);
    return value;
  }

  function moveTo(theta: Float64Array): void {
    if (!equalVectors(known, theta)) evaluate(theta, null);
  }

  function multiplyBlockInto(out: Float64Array, v: Float64Array, k: number, offset: number): void {
    const { curvature } = blocks[k];
    const vb = v[offset + cols];
    out.fill(0, offset, offset + blockSize);
    let last = 0;
    for (let from = 0; from < rows; from += panel) {
      const to = Math.min(rows, from + panel);
      multiplyRowsInto(scratch, x, v, offset, from, to);
      for (let i = from; i < to; i++) {
        scratch[i] = curvature[i] * (scratch[i] + vb);
        last += scratch[i];
      }
      addScaledRowsInto(out, offset, x, scratch, from, to);
    }
    out[offset + cols] = last;
  }

  function diagonalBlockInto(out: Float64Array, k: number, offset: number): void {
    const { curvature } = blocks[k];
    out.fill(0, offset, offset + blockSize);
    addScaledSquaresInto(out, offset, x, curvature);
    for (let i = 0; i < rows; i++) out[offset + cols] += curvature[i];
    for (let j = 0; j < blockSize; j++) if (bias === "regularised" || j < cols) out[offset + j] += weightDecay;
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
      multiplyInto(out, v) {
        multiplyBlockInto(out, v, k, 0);
        addPenaltyInto(out, v, blockSize, weightDecay, bias);
      },
      diagonalInto: (out) => diagonalBlockInto(out, k, 0),
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

  return {
    size,
    value: (theta) => evaluate(theta, null),
    gradientInto: (out, theta) => evaluate(theta, out),
    hessianVectorInto(out, theta, v) {
      moveTo(theta);
      for (let k = 0; k < blocks.length; k++) multiplyBlockInto(out, v, k, k * blockSize);
      addPenaltyInto(out, v, blockSize, weightDecay, bias);
    },
    diagonalInto(out, theta) {
      moveTo(theta);
      for (let k = 0; k < blocks.length; k++) diagonalBlockInto(out, k, k * blockSize);
    },
    solveHessian(theta, g) {
      moveTo(theta);
      const v = g.slice();
      for (let k = 0; k < blocks.length; k++) solverOf(k)(v.subarray(k * blockSize, (k + 1) * blockSize));
      return v;
    },
    rowShare: () => unitShare(data),
    rowGradientInto(out, theta, of, i) {
      out.fill(0);
      for (let k = 0; k < blocks.length; k++) {
        const offset = k * blockSize;
        const z = rowDot(of.x, i, theta, offset) + theta[offset + cols];
        const slope = loss.slope(z, targetOf(of.target, blocks[k].output, of.y[i]));
        addScaledRowInto(out, of.x, i, slope, offset);
        out[offset + cols] = slope;
      }
    },
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
