import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Objective } from "../../core/objective.ts";
import { addScaledRowInto, rowDot } from "../../numeric/matrices/matrix.ts";
import { equalVectors } from "../../numeric/matrices/vector.ts";
import { targetOf } from "../linear/layout.ts";
import { type MarginLoss, logisticLoss, squareLoss } from "../linear/margin-losses.ts";
import { type MtrlPoint, type MtrlSettings, type RelationKind, mtrlProblem } from "./problem.ts";

export interface MtrlObjectiveOptions {
  /**
   * "exact": derivatives let Ω follow W, as a retrained model's does. "fixed": they hold Ω, as the published attack is understood to; without
   * `omega`, F and its gradient are still those of the whole problem, and H alone holds the Ω of its θ.
   */
  readonly relation: RelationKind;
  /** With "fixed": the Ω of every θ, positive definite. Shape: [tasks, tasks]. */
  readonly omega?: Float64Array | undefined;
  /** Residual that `solveHessian` brings down to this fraction. */
  readonly solveTolerance?: number;
}

/**
 * The objective of multi-task relationship learning, F(θ) = Σ_i Σ_j c_ij ℓ(w_i·x_ij + b_i, y_ij) + (λ₁/2) ‖W‖² + (λ₂/2) τ², with
 * c_ij = weight_ij / Σ weight of task i. θ has a block [w_i, b_i] for each task, and a row concerns the block of its task alone: what reaches other
 * tasks goes through H. The point at the last θ is kept, so that one `solveHessian` serves all rows of a step and a second one costs only itself.
 */
export function mtrlObjective(data: Dataset, settings: MtrlSettings, options: MtrlObjectiveOptions): Objective {
  const { relation, omega, solveTolerance = 1e-11 } = options;
  const problem = mtrlProblem(data, settings, omega ?? null);
  const { size, rows } = problem;
  const { cols } = data.x;
  const blockSize = cols + 1;
  const loss: MarginLoss = rows.loss === "square" ? squareLoss : logisticLoss;
  let point: MtrlPoint | null = null;
  const slopesAt = new WeakMap<Dataset, { readonly theta: Float64Array; readonly slopes: Float64Array }>();

  function at(theta: Float64Array): MtrlPoint {
    if (point === null || !equalVectors(point.theta, theta)) {
      point?.release();
      point = problem.evaluate(theta);
    }
    return point;
  }

  function scoreOf(theta: Float64Array, of: Dataset, i: number): number {
    const offset = of.task[i] * blockSize;
    return rowDot(of.x, i, theta, offset) + theta[offset + cols];
  }

  function addRowGradientInto(out: Float64Array, theta: Float64Array, of: Dataset, i: number): void {
    const offset = of.task[i] * blockSize;
    const slope = loss.slope(scoreOf(theta, of, i), targetOf(of.target, 0, of.y[i]));
    addScaledRowInto(out, of.x, i, slope, offset);
    out[offset + cols] += slope;
  }

  /** ℓ' of every row, which many directions v are asked about at one θ. */
  function slopesOf(theta: Float64Array, of: Dataset): Float64Array {
    let kept = slopesAt.get(of);
    if (kept === undefined || !equalVectors(kept.theta, theta)) {
      const slopes = new Float64Array(of.x.rows);
      for (let i = 0; i < slopes.length; i++) slopes[i] = loss.slope(scoreOf(theta, of, i), targetOf(of.target, 0, of.y[i]));
      slopesAt.set(of, (kept = { theta: theta.slice(), slopes }));
    }
    return kept.slopes;
  }

  return {
    size,
    value: (theta) => at(theta).value,
    gradientInto(out, theta) {
      const { gradient, value } = at(theta);
      out.set(gradient);
      return value;
    },
    hessianVectorInto: (out, theta, v) => at(theta).hessianVectorInto(out, v, relation),
    solveHessian(theta, g) {
      const v = new Float64Array(size);
      const { relativeResidual, left } = at(theta).solveInto(v, g, { relation, tolerance: solveTolerance, maxIterations: 20 * size + 200 });
      const isSolved = relativeResidual <= 1e-6 || left <= 10 * solveTolerance;
      if (!isSolved || !v.every(Number.isFinite))
        throw new NumericalError(`the Hessian is singular: no solution beyond a relative residual of ${relativeResidual.toExponential(1)}`);
      return v;
    },
    rowShare: (task) => rows.unitShare[task],
    rowGradientInto(out, theta, of, i) {
      out.fill(0);
      addRowGradientInto(out, theta, of, i);
    },
    addRowGradientInto,
    rowBlock: (task) => ({ from: task * blockSize, to: (task + 1) * blockSize }),
    rowSensitivitiesInto(out, theta, v, of) {
      const slopes = slopesOf(theta, of);
      for (let i = 0; i < of.x.rows; i++) out[i] = scoreOf(v, of, i) * slopes[i];
    },
    rowDerivativeInto(out, theta, v, of, i) {
      const offset = of.task[i] * blockSize;
      const z = scoreOf(theta, of, i);
      const t = targetOf(of.target, 0, of.y[i]);
      const slope = loss.slope(z, t);
      const bend = loss.curvature(z, t) * scoreOf(v, of, i);
      for (let j = 0; j < cols; j++) out[j] = bend * theta[offset + j] + slope * v[offset + j];
    },
    labelDerivative(_theta, v, of, i) {
      if (of.target.kind !== "real") throw new Error("class labels have no derivative");
      return -scoreOf(v, of, i);
    },
  };
}
