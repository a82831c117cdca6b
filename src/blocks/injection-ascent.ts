import { denseMatrix } from "../numeric/matrix.ts";
import { type RunContext, stopIfCancelled } from "../core/context.ts";
import type { Dataset } from "../core/dataset.ts";
import { NumericalError } from "../core/errors.ts";
import type { Model } from "../core/learner.ts";
import type { Objective } from "../core/objective.ts";
import { type Box, projectInPlace } from "./box.ts";
import { type InjectedRows, injectedDataset, withInjected } from "./injected-rows.ts";

export interface AscentProblem {
  /** Dense, without weights. */
  readonly clean: Dataset;
  readonly seeds: InjectedRows;
  readonly box: Box;
  /** Rows whose summed, weighted loss the attacker raises: U(θ) = Σ_k weight_k ℓ(row_k; θ). */
  readonly utility: Dataset;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  /** The objective that a model of these data minimises; its Hessian is what the implicit gradient is taken through. */
  objectiveOf(data: Dataset): Objective;
}

export interface AscentSettings {
  readonly steps: number;
  /** Step in standard deviations of a feature, at the start and at the end. */
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

/** Decay rates of Adam's two moments. */
const [momentum, spread] = [0.9, 0.99];

/**
 * Raises U over the features of injected rows: a bilevel problem, since θ is where training on clean and injected rows together ends. With
 * H v = ∇U at that θ, the implicit function theorem gives for an injected row of task a
 *
 *   ∂U/∂x̂ = −c_a ∂/∂x [v·∇θ ℓ(x̂, ŷ; θ)],   c_a the share of one row of the task in the training loss,
 *
 * so one solve serves all rows of a step. Steps are Adam's (Kingma & Ba 2015) in standard deviations of each feature, projected into the box; the best rows are kept. Where the loss does not bend, the ascent ends early.
 */
export async function ascendInjection(
  problem: AscentProblem,
  settings: AscentSettings,
  { signal, progress }: RunContext,
): Promise<AscentResult> {
  const { clean, seeds, box, utility } = problem;
  const cols = seeds.x.cols;
  const labels = settings.moveLabels ? labelBoxes(clean) : null;
  const x = seeds.x.data.slice();
  const y = seeds.y.slice();
  projectInPlace(x, box);
  const moments = adamMoments(x.length + y.length);
  const step = new Float64Array(x.length + y.length);
  const row = new Float64Array(cols);
  const trace: number[] = [];
  let best: { rows: InjectedRows; utility: number } | null = null;
  let model: Model | null = null;

  for (let t = 0; ; t++) {
    stopIfCancelled(signal);
    const current: InjectedRows = { x: denseMatrix(y.length, cols, x.slice()), y: y.slice(), task: seeds.task };
    const data = withInjected(clean, current);
    model = await problem.fit(data, model);
    const value = weightedLoss(model, utility);
    trace.push(value);
    if (best === null || value > best.utility) best = { rows: current, utility: value };
    progress?.(t / settings.steps);
    if (t === settings.steps) return { ...best, trace };

    const objective = problem.objectiveOf(data);
    const theta = parametersOf(model);
    const v = trySolve(objective, theta, utilityGradient(objective, theta, utility));
    if (v === null) return { ...best, trace };
    const added = injectedDataset(clean, current);
    for (let i = 0; i < y.length; i++) {
      const share = objective.rowShare(seeds.task[i]);
      objective.rowDerivativeInto(row, theta, v, added, i);
      for (let j = 0; j < cols; j++) step[i * cols + j] = -share * row[j] * box.scale[j];
      step[x.length + i] = labels === null ? 0 : -share * objective.labelDerivative(theta, v, added, i) * labels[seeds.task[i]].scale;
    }
    adamInPlace(step, moments, t, cols);
    const rate = settings.firstRate * (settings.lastRate / settings.firstRate) ** (t / Math.max(1, settings.steps - 1));
    for (let p = 0; p < x.length; p++) x[p] += rate * step[p] * box.scale[p % cols];
    projectInPlace(x, box);
    if (labels !== null) {
      for (let i = 0; i < y.length; i++) {
        const { low, high, scale } = labels[seeds.task[i]];
        y[i] = Math.min(high, Math.max(low, y[i] + rate * step[x.length + i] * scale));
      }
    }
  }
}

/** Null where the loss does not bend (a task told apart without error and without a penalty on its bias): there is no gradient to follow there. */
function trySolve(objective: Objective, theta: Float64Array, g: Float64Array): Float64Array | null {
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

interface Moments {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function adamMoments(size: number): Moments {
  return { first: new Float64Array(size), second: new Float64Array(size) };
}

/** Turns a gradient into Adam's direction; a floor under the denominator keeps rows at rest that hardly matter. */
function adamInPlace(gradient: Float64Array, { first, second }: Moments, t: number, cols: number): void {
  let largest = 0;
  for (let start = 0; start < gradient.length; start += cols) {
    let norm = 0;
    for (let p = start; p < Math.min(start + cols, gradient.length); p++) norm += gradient[p] * gradient[p];
    largest = Math.max(largest, norm);
  }
  const floor = 1e-3 * Math.sqrt(largest / cols) + Number.MIN_VALUE;
  const [correctFirst, correctSecond] = [1 - momentum ** (t + 1), 1 - spread ** (t + 1)];
  for (let p = 0; p < gradient.length; p++) {
    const g = gradient[p];
    first[p] = momentum * first[p] + (1 - momentum) * g;
    second[p] = spread * second[p] + (1 - spread) * g * g;
    gradient[p] = first[p] / correctFirst / (Math.sqrt(second[p] / correctSecond) + floor);
  }
}
