import { type Signal, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Matrix } from "../../numeric/matrices/matrix.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import { type MtrlPoint, type MtrlProblem, type MtrlSettings, mtrlProblem } from "./problem.ts";
import { rowBasis } from "./row-basis.ts";

export interface MtrlFit {
  readonly point: MtrlPoint;
  /** Newton steps, and products with a Hessian. */
  readonly steps: number;
  readonly products: number;
  /** Half the squared Newton decrement at the last step, an estimate of F − F*. */
  readonly gap: number;
  /** Whether that is what was asked for, or as low as numbers go. */
  readonly isDone: boolean;
}

export interface MinimiseMtrlOptions {
  /** Stop once half the squared Newton decrement is this fraction of F. */
  readonly tolerance: number;
  /** Whether the start was trained with the same settings: if on much the same rows, its singular values are about right already. */
  readonly isNear?: boolean;
  readonly signal?: Signal | undefined;
}

/**
 * The θ that minimises F with Ω minimised out, by Newton steps on F itself (alternating between W and Ω is slow where singular values fade). Every step
 * lowers F. A start that is no better than 0 is left aside. Unless the start is near, the way goes through larger ε first, whose minimum is rounder: at a
 * small ε, a singular value that λ₂ had pressed to nothing is slow to grow again. A cold start with few rows goes through their kernel.
 */
export function minimiseMtrl(data: Dataset, settings: MtrlSettings, start: Float64Array, options: MinimiseMtrlOptions): MtrlFit {
  const problem = mtrlProblem(data, settings);
  const zero = new Float64Array(problem.size);
  const isCold = start.every((value) => value === 0) || !(valueAt(problem, start) < valueAt(problem, zero));
  if (!isCold) {
    const near = options.isNear === true ? descend(problem, start, options, nearSteps) : null;
    if (near?.isDone) return near;
    const fit = descendThroughEpsilon(problem, near?.point.theta ?? start, settings.epsilon, options);
    return near === null ? fit : afterwards(near, fit);
  }
  if (!kernelPays(data.x, data.tasks.length)) return descendThroughEpsilon(problem, zero, settings.epsilon, options);
  const basis = rowBasis(data.x);
  if (basis === null) return descendThroughEpsilon(problem, zero, settings.epsilon, options);
  const small = mtrlProblem({ ...data, x: basis.x }, settings);
  const rough = descendThroughEpsilon(small, new Float64Array(small.size), settings.epsilon, options);
  const theta = zero;
  const [given, full] = [basis.x.cols + 1, data.x.cols + 1];
  for (let task = 0; task < data.tasks.length; task++) {
    basis.liftInto(theta.subarray(task * full, task * full + data.x.cols), rough.point.theta, task * given);
    theta[task * full + data.x.cols] = rough.point.theta[task * given + given - 1];
  }
  return afterwards(rough, descend(problem, theta, options));
}

function valueAt(problem: MtrlProblem, theta: Float64Array): number {
  const point = problem.evaluate(theta);
  point.release();
  return point.value;
}

function descendThroughEpsilon(problem: MtrlProblem, start: Float64Array, epsilon: number, options: MinimiseMtrlOptions): MtrlFit {
  let before: MtrlFit | null = null;
  const rough = { ...options, tolerance: Math.max(1e-3, options.tolerance) };
  for (const wider of [1e-2, 1e-3, 1e-4, 1e-5]) {
    if (wider < 2 * epsilon) break;
    const fit = descend(problem.withEpsilon(wider), before?.point.theta ?? start, rough);
    before = before === null ? fit : afterwards(before, fit);
  }
  const fit = descend(problem, before?.point.theta ?? start, options);
  return before === null ? fit : afterwards(before, fit);
}

function afterwards(before: MtrlFit, fit: MtrlFit): MtrlFit {
  return { ...fit, steps: before.steps + fit.steps, products: before.products + fit.products };
}

/** Whether some 200 products are cheaper with the rows' kernel, counting what it takes to factor it. */
function kernelPays(x: Matrix, tasks: number): boolean {
  const { rows, cols } = x;
  const numbers = x.kind === "dense" ? rows * cols : x.values.length;
  const featureSide = Math.min(tasks, cols);
  const rowSide = Math.min(tasks, rows);
  const direct = 2 * numbers + 4 * featureSide * tasks * cols;
  const kernel = 2 * rows * rows + 4 * rowSide * tasks * rows + (rows * numbers + rows ** 3 / 3) / 200;
  return rows > 0 && rows < cols && kernel < 0.5 * direct;
}

/** Some twenty do. */
const maxSteps = 200;
/** A start that is near gets there in so many, without cutting one short. */
const nearSteps = 6;
/** An answer is worth nothing where F may be this fraction of itself too high. */
const hopeless = 0.1;

/**
 * Newton steps on one problem, each found by conjugate gradients. Where a step has to be cut below 0.3, one with Ω held is made instead, which cannot
 * overshoot in Ω. With `within` it gives up after so many, or at the first that has to be cut.
 */
export function descend(problem: MtrlProblem, start: Float64Array, options: MinimiseMtrlOptions, within = Infinity): MtrlFit {
  const { size } = problem;
  const stop = (): void => stopIfCancelled(options.signal);
  const step = new Float64Array(size);
  const trial = new Float64Array(size);
  let point = problem.evaluate(start);
  let products = 0;
  let gap = Infinity;
  let forcing = 0.1;
  let relation: "exact" | "fixed" = "exact";
  let steps = 0;
  const worthless = 1e-12 * problem.lossAtZero();
  let isDone = false;
  for (; steps < Math.min(maxSteps, within); steps++) {
    if (point.value <= worthless) {
      isDone = true;
      break;
    }
    stop();
    if (!Number.isFinite(point.value)) throw new NumericalError("the training loss is not finite; are there features that are not?");
    const solved = point.solveInto(step, point.gradient, { relation, tolerance: forcing, maxIterations: 2 * size + 50, stop });
    products += solved.iterations;
    const decrement = dot(point.gradient, step);
    gap = 0.5 * decrement;
    if (!(decrement > 1e-16 * Math.abs(point.value))) {
      isDone = true;
      break;
    }
    const isLast = gap <= options.tolerance * Math.abs(point.value);
    let length = 1;
    let next: MtrlPoint | null = null;
    for (; length > 1e-10; length /= 2) {
      for (let j = 0; j < size; j++) trial[j] = point.theta[j] - length * step[j];
      const candidate = problem.evaluate(trial);
      if (candidate.value <= point.value - 1e-4 * length * decrement) {
        next = candidate;
        break;
      }
      candidate.release();
    }
    if (next === null) {
      if (relation === "fixed" || isLast) {
        isDone = true;
        break;
      }
      relation = "fixed";
      continue;
    }
    point.release();
    point = next;
    if (isLast) {
      isDone = true;
      break;
    }
    if (length < 0.3 && within < maxSteps) break;
    relation = relation === "exact" && length < 0.3 ? "fixed" : "exact";
    forcing = Math.min(0.1, Math.max(1e-3, 0.1 * Math.sqrt(gap / Math.abs(point.value))));
  }
  if (steps === maxSteps && gap > hopeless * point.value)
    throw new NumericalError(
      `training stopped far from the minimum of its loss: perhaps ${(gap / point.value).toPrecision(2)} of it above`,
    );
  return { point, steps, products, gap, isDone };
}
