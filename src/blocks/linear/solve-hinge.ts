import type { Dataset } from "../../core/dataset.ts";
import { type BiasKind, rowShares, targetsOf } from "./layout.ts";
import type { Matrix } from "../../numeric/matrices/matrix.ts";
import type { HingeProblem, HingeSolution } from "../../numeric/solvers/hinge.ts";
import { solveHingeByCoordinateDescent } from "../../numeric/solvers/hinge-coordinate-descent.ts";
import { solveHingeByInteriorPoint } from "../../numeric/solvers/hinge-interior-point.ts";
import { multiplyRowsInto } from "../../numeric/matrices/matrix-vector.ts";
import type { Rng } from "../../numeric/random.ts";

export interface SolveHingeOptions {
  readonly tolerance: number;
  readonly rng: Rng;
  /** [w, b] of a problem like this one; zeros say nothing. */
  readonly start?: Float64Array;
  readonly stop?: () => void;
}

/** The problem of one output of a linear learner, divided by λ > 0: C_i = c_i / λ. */
export function hingeProblemOf(
  data: Dataset,
  { weightDecay, bias, output }: { readonly weightDecay: number; readonly bias: BiasKind; readonly output: number },
): HingeProblem {
  const upper = rowShares(data).map((share) => share / weightDecay);
  return { x: data.x, t: targetsOf(data, output), upper, freeBias: bias === "free" };
}

/**
 * Few features: the interior point method, exact whatever the penalty. Many: dual coordinate descent, started from the rows that are short of their
 * margin.
 */
export function solveHinge(problem: HingeProblem, { tolerance, rng, start, stop }: SolveHingeOptions): HingeSolution {
  const { x, t, upper } = problem;
  const stopping = stop === undefined ? {} : { stop };
  if (gramCost(x) <= 1e9) return solveHingeByInteriorPoint(problem, { tolerance, ...stopping });
  const alpha = new Float64Array(x.rows);
  if (start?.some((value) => value !== 0) === true) {
    multiplyRowsInto(alpha, x, start, 0, 0, x.rows);
    for (let i = 0; i < x.rows; i++) alpha[i] = t[i] * (alpha[i] + start[x.cols]) < 1 ? upper[i] : 0;
  }
  return solveHingeByCoordinateDescent(problem, { tolerance, ...stopping, rng, start: alpha });
}

/** Multiplications in a Gram matrix of the features and its factorisation. */
function gramCost(x: Matrix): number {
  const perRow = x.kind === "dense" ? x.cols : x.values.length / Math.max(1, x.rows);
  return x.rows * perRow * perRow + x.cols ** 3 / 3;
}
