import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { type PreconditionedResult, solvePreconditionedInto } from "../../numeric/solvers/preconditioned-solve.ts";
import type { BiasKind } from "../linear/layout.ts";
import { type Curvature, curvatureOf } from "./curvature.ts";
import { type Penalty, type PenaltyAt, type PenaltySettings, fixedRelationPenalty, relationPenalty } from "./penalty.ts";
import { makePreconditioner } from "./preconditioner.ts";
import { type RowLosses, type TaskRows, evaluateRowsInto, lossAtZero, multiplyCurvatureInto, rowGradientsInto, taskRows } from "./rows.ts";

export interface MtrlSettings extends PenaltySettings {
  /** "regularised": the bias is the weight of a constant feature, part of W; "free": one for each task, left out of every penalty. */
  readonly bias: BiasKind;
}

/** Whether derivatives let Ω follow W or hold it. Where Ω was given they are the same. */
export type RelationKind = "exact" | "fixed";

/**
 * F(θ) = Σ_i Σ_j c_ij ℓ(w_i·x_ij + b_i, y_ij) + penalty(W), c_ij = weight_ij / Σ weight of task i: multi-task relationship learning (Zhang & Yeung
 * 2010, eq. 6 and 9) with the task covariance Ω minimised out, or with a given Ω. θ has a block [w_i, b_i] for each task.
 */
export interface MtrlProblem {
  readonly rows: TaskRows;
  readonly size: number;
  evaluate(theta: Float64Array): MtrlPoint;
  /** The losses at θ = 0. */
  lossAtZero(): number;
  /** The same problem with another ε in S. */
  withEpsilon(epsilon: number): MtrlProblem;
}

/** F at one θ with its derivatives. */
export interface MtrlPoint {
  /** Gives back what only derivatives need, whoever held the point being done with those; a gradient that was asked for stays. */
  release(): void;
  readonly theta: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly penalty: Penalty;
  /** out = H v. Shapes: out, v [size]. */
  hessianVectorInto(out: Float64Array, v: Float64Array, relation: RelationKind): void;
  /**
   * out ≈ H⁻¹ g, until the residual has fallen to `tolerance` times what it was. Throws a NumericalError where g asks for a free bias that no row
   * bends. Shapes: out, g [size].
   */
  solveInto(out: Float64Array, g: Float64Array, options: SolveOptions): PreconditionedResult;
}

export interface SolveOptions {
  readonly relation: RelationKind;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly stop?: (() => void) | undefined;
}

/** @param omega Ω, where it is given and not minimised out. Shape: [tasks, tasks]. */
export function mtrlProblem(data: Dataset, settings: MtrlSettings, omega: Float64Array | null = null): MtrlProblem {
  return problemOf(taskRows(data), settings, omega, { curvature: null, losses: [] });
}

interface Kept {
  /** The curvature of the square loss, which is the same for every θ and ε. */
  curvature: Curvature | null;
  /** Rooms that were given back. */
  readonly losses: RowLosses[];
}

function problemOf(rows: TaskRows, settings: MtrlSettings, omega: Float64Array | null, kept: Kept): MtrlProblem {
  const { tasks } = rows;
  const blockSize = rows.x.cols + 1;
  const isFree = settings.bias === "free";
  const width = isFree ? rows.x.cols : blockSize;
  const size = tasks * blockSize;
  const penaltyAt: PenaltyAt =
    omega === null ? relationPenalty(settings, tasks, width) : fixedRelationPenalty(settings, omega, tasks, width);

  function evaluate(theta: Float64Array): MtrlPoint {
    const room: RowLosses = kept.losses.pop() ?? {
      value: 0,
      slope: new Float64Array(rows.x.rows),
      curvature: new Float64Array(rows.x.rows),
    };
    let held: RowLosses | null = room;
    const losses = (): RowLosses => {
      if (held === null) throw new Error("derivatives were asked of a point that was given back");
      return held;
    };
    evaluateRowsInto(room, rows, theta);
    const weights = weightsOf(theta);
    const penalty = penaltyAt(weights);
    let gradient: Float64Array | null = null;
    const makeGradient = (): Float64Array => {
      const out = new Float64Array(size);
      rowGradientsInto(out, rows, losses().slope);
      const pull = new Float64Array(tasks * width);
      penalty.addGradientInto(pull);
      addWeightsInto(out, pull);
      return out;
    };

    let own: Curvature | null = null;
    const curvature = (): Curvature => {
      own ??= kept.curvature ?? curvatureOf(rows, settings.bias, losses().curvature);
      if (rows.loss === "square") kept.curvature = own;
      return own;
    };

    return {
      release() {
        if (held !== null) kept.losses.push(held);
        held = null;
      },
      theta: theta.slice(),
      value: room.value + penalty.value,
      get gradient() {
        return (gradient ??= makeGradient());
      },
      penalty,
      hessianVectorInto(out, v, relation) {
        multiplyCurvatureInto(out, rows, losses().curvature, v);
        const pulled = new Float64Array(tasks * width);
        addPenaltyHessianInto(pulled, penalty, weightsOf(v), relation);
        addWeightsInto(out, pulled);
      },
      solveInto: (out, g, options) => solve(out, g, penalty, curvature(), options),
    };
  }

  /** Eliminates free biases, solves for W, and takes the biases from it. */
  function solve(out: Float64Array, g: Float64Array, penalty: Penalty, curvature: Curvature, options: SolveOptions): PreconditionedResult {
    const { biasBend, centre } = curvature;
    const b = weightsOf(g);
    for (let task = 0; isFree && task < tasks; task++) {
      const bias = g[task * blockSize + width];
      if (bias !== 0 && !(biasBend[task] > 0))
        throw new NumericalError("the Hessian is singular: no row bends the loss in the direction of a task's bias");
      for (let j = 0; j < width; j++) b[task * width + j] -= bias * centre[task * width + j];
    }
    const x = new Float64Array(b.length);
    const result = solvePreconditionedInto(
      x,
      {
        multiplyInto(to, v) {
          curvature.multiplyInto(to, v);
          addPenaltyHessianInto(to, penalty, v, options.relation);
        },
        preconditionInto: makePreconditioner(penalty, curvature, tasks, options.relation),
      },
      b,
      options,
    );
    out.fill(0);
    addWeightsInto(out, x);
    for (let task = 0; isFree && task < tasks; task++) {
      const at = task * blockSize + width;
      let bias = biasBend[task] > 0 ? g[at] / biasBend[task] : 0;
      for (let j = 0; j < width; j++) bias -= centre[task * width + j] * x[task * width + j];
      out[at] = bias;
    }
    return result;
  }

  function weightsOf(theta: Float64Array): Float64Array {
    const weights = new Float64Array(tasks * width);
    for (let from = 0, to = 0; from < size; from += blockSize, to += width)
      for (let j = 0; j < width; j++) weights[to + j] = theta[from + j];
    return weights;
  }

  function addWeightsInto(out: Float64Array, weights: Float64Array): void {
    for (let to = 0, from = 0; to < size; to += blockSize, from += width) for (let j = 0; j < width; j++) out[to + j] += weights[from + j];
  }

  return {
    rows,
    size,
    evaluate,
    lossAtZero: () => lossAtZero(rows),
    withEpsilon: (epsilon) => problemOf(rows, { ...settings, epsilon }, omega, kept),
  };
}

function addPenaltyHessianInto(out: Float64Array, penalty: Penalty, v: Float64Array, relation: RelationKind): void {
  if (relation === "exact") penalty.addHessianInto(out, v);
  else penalty.addFixedHessianInto(out, v);
}
