import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import { acceptRejectSteps, adamSteps } from "./ascent-steps.ts";
import { type Domain, placesOf } from "../feasible/domain.ts";
import { type InjectedRows, injectedDataset, withInjected } from "./injected-rows.ts";

export interface AscentProblem {
  /** Dense, without weights. */
  readonly clean: Dataset;
  readonly seeds: InjectedRows;
  readonly domain: Domain;
  /** Rows whose summed, weighted loss the attacker raises: U(θ) = Σ_k weight_k ℓ(row_k; θ). */
  readonly utility: Dataset;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  /** The objective that a model of these data minimises; its Hessian is what the implicit gradient is taken through. */
  objectiveOf(data: Dataset): Objective;
}

export interface AscentSettings {
  readonly steps: number;
  readonly ascent?: "adam" | "accept-reject";
  /** Of Adam: step in standard deviations of a feature, at the start and at the end. */
  readonly firstRate: number;
  readonly lastRate: number;
  /** Whether labels of a real target move too, within the range that the clean rows show. */
  readonly moveLabels: boolean;
}

export interface AscentResult {
  readonly rows: InjectedRows;
  /** U of the best rows. */
  readonly utility: number;
  /** U before each step, and at the end. */
  readonly trace: readonly number[];
}

/**
 * Raises U over the features of injected rows: a bilevel problem, since θ is where training on clean and injected rows together ends. With
 * H v = ∇U at that θ, the implicit function theorem gives for an injected row of task a
 *
 *   ∂U/∂x̂ = −c_a ∂/∂x [v·∇θ ℓ(x̂, ŷ; θ)],   c_a the share of one row of the task in the training loss,
 *
 * so one solve serves all rows of a step. Steps are in standard deviations of each feature, projected into the set; the best rows are kept. Where the
 * loss does not bend, the ascent ends early.
 */
export async function ascendInjection(
  problem: AscentProblem,
  settings: AscentSettings,
  { signal, progress }: RunContext,
): Promise<AscentResult> {
  const { clean, seeds, domain, utility } = problem;
  const [rows, cols] = [seeds.y.length, seeds.x.cols];
  const labels = settings.moveLabels ? labelBoxes(clean) : null;
  const units = new Float64Array(rows * cols + rows);
  for (let p = 0; p < rows * cols; p++) units[p] = domain.scale[p % cols];
  for (let i = 0; i < rows; i++) units[rows * cols + i] = labels === null ? 0 : labels[seeds.task[i]].scale;
  const point = new Float64Array(units.length);
  point.set(seeds.x.data);
  point.set(seeds.y, rows * cols);
  const [x, y] = [point.subarray(0, rows * cols), point.subarray(rows * cols)];
  const slope = new Float64Array(units.length);
  const stepper = settings.ascent === "accept-reject" ? acceptRejectSteps(units, cols) : adamSteps(units, cols, settings);
  const places = placesOf(seeds);
  const trace: number[] = [];
  let best: { rows: InjectedRows; utility: number } | null = null;
  let model: Model | null = null;

  for (let t = 0; ; t++) {
    stopIfCancelled(signal);
    for (let i = 0; i < rows; i++) domain.projectInPlace(x.subarray(i * cols, (i + 1) * cols), { ...places[i], label: y[i] });
    if (labels !== null) for (let i = 0; i < rows; i++) y[i] = within(labels[seeds.task[i]], y[i]);
    const current: InjectedRows = { x: denseMatrix(rows, cols, x.slice()), y: y.slice(), task: seeds.task };
    const data = withInjected(clean, current);
    model = await problem.fit(data, model);
    const value = weightedLoss(model, utility);
    trace.push(value);
    const improved = best === null || value > best.utility;
    if (best === null || improved) best = { rows: current, utility: value };
    progress?.(t / settings.steps);
    if (t === settings.steps) return { ...best, trace };

    if (stepper.needsGradient(improved)) {
      const objective = problem.objectiveOf(data);
      const theta = parametersOf(model);
      const v = trySolve(objective, theta, utilityGradient(objective, theta, utility));
      if (v === null) return { ...best, trace };
      const added = injectedDataset(clean, current);
      for (let i = 0; i < rows; i++) {
        const share = objective.rowShare(seeds.task[i]);
        const own = slope.subarray(i * cols, (i + 1) * cols);
        objective.rowDerivativeInto(own, theta, v, added, i);
        for (let j = 0; j < cols; j++) own[j] *= -share * domain.scale[j];
        slope[rows * cols + i] = labels === null ? 0 : -share * objective.labelDerivative(theta, v, added, i) * units[rows * cols + i];
      }
    }
    stepper.stepInPlace(point, slope, { t, improved });
  }
}

function within({ low, high }: LabelBox, y: number): number {
  return Math.min(high, Math.max(low, y));
}

/** Null where the loss does not bend (a task told apart without error and without a penalty on its bias): there is no gradient to follow there. */
export function trySolve(objective: Objective, theta: Float64Array, g: Float64Array): Float64Array | null {
  try {
    return objective.solveHessian(theta, g);
  } catch (error) {
    if (error instanceof NumericalError) return null;
    throw error;
  }
}

/** Σ_k weight_k ℓ(row_k) under a model. */
export function weightedLoss(model: Model, rows: Dataset): number {
  return model.losses(rows).reduce((sum, loss, k) => sum + loss * (rows.weight?.[k] ?? 1), 0);
}

/** ∇θ U. */
export function utilityGradient(objective: Objective, theta: Float64Array, rows: Dataset): Float64Array {
  const sum = new Float64Array(objective.size);
  const one = new Float64Array(objective.size);
  for (let k = 0; k < rows.y.length; k++) {
    objective.rowGradientInto(one, theta, rows, k);
    const weight = rows.weight?.[k] ?? 1;
    for (let j = 0; j < sum.length; j++) sum[j] += weight * one[j];
  }
  return sum;
}

function parametersOf(model: Model): Float64Array {
  if (model.parameters === null) throw new Error("the ascent needs a model with parameters");
  return model.parameters.theta;
}

interface LabelBox {
  readonly low: number;
  readonly high: number;
  /** Standard deviation. */
  readonly scale: number;
}

/** What the clean labels of each task show; labels of several tasks may be in units of their own. */
function labelBoxes({ y, task, tasks }: Dataset): LabelBox[] {
  return tasks.map((_, t) => {
    const own = y.filter((_y, i) => task[i] === t);
    let [low, high] = [Infinity, -Infinity];
    for (const value of own) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return { low, high, scale: Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length) };
  });
}
