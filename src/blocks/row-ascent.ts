import { denseMatrix } from "../numeric/matrix.ts";
import { type RunContext, stopIfCancelled } from "../core/context.ts";
import type { Dataset } from "../core/dataset.ts";
import { NumericalError } from "../core/errors.ts";
import type { Model } from "../core/learner.ts";
import type { Objective } from "../core/objective.ts";
import type { Aim } from "./attack-aim.ts";
import { type InjectedRows, injectedDataset, withInjected } from "./injected-rows.ts";
import type { Region } from "./region.ts";

export interface RowAscentProblem {
  /** What the victim trains on, as the attacker sees it; without weights. */
  readonly clean: Dataset;
  readonly seeds: InjectedRows;
  readonly region: Region;
  readonly aim: Aim;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  /** What a model of these data minimises. */
  objectiveOf(data: Dataset): Objective;
  /** Ends between which a real label of each task may be chosen, or what labels rows for the attacker; null: labels stay as seeded. */
  readonly labels: { readonly low: Float64Array; readonly high: Float64Array } | ((rows: InjectedRows) => Float64Array) | null;
}

export interface RowAscentSettings {
  readonly steps: number;
  /** Of a step, at the start and at the end. */
  readonly firstRate: number;
  readonly lastRate: number;
}

export interface RowAscentResult {
  readonly rows: InjectedRows;
  /** U of these rows. */
  readonly value: number;
  /** U before each step, and at the end. */
  readonly trace: readonly number[];
}

const [momentum, spread] = [0.9, 0.99];

/**
 * Raises U(θ) over injected rows, where θ is where training on clean and injected rows together ends (Muñoz-González et al. 2017, Demontis et al. 2019).
 * With H v = ∇U, the implicit function theorem gives for each injected row
 *
 *   ∂U/∂x̂ = −c ∂/∂x [v·∇θ ℓ(x̂, ŷ; θ)],   ∂U/∂ŷ = −c ∂/∂y [v·∇θ ℓ(x̂, ŷ; θ)],
 *
 * so that one solve serves all rows, which climb together. A real label goes to the end that ∂U/∂ŷ points to: θ of a ridge is linear in ŷ and its loss
 * convex in θ, so U is greatest at an end (Jagielski et al. 2018 round to the ends afterwards). Features climb by Adam's steps in their own units, or
 * along the whole gradient of a row where they are sparse. The best rows met are kept.
 */
export async function ascendRows(problem: RowAscentProblem, settings: RowAscentSettings, context: RunContext): Promise<RowAscentResult> {
  const { clean, seeds, region, labels } = problem;
  const cols = seeds.x.cols;
  const x = seeds.x.data.slice();
  let y: Float64Array = seeds.y.slice();
  const gradient = new Float64Array(x.length);
  const moments = region.scale === null ? null : { first: new Float64Array(x.length), second: new Float64Array(x.length) };
  const trace: number[] = [];
  let best: { rows: InjectedRows; value: number } | null = null;
  let model: Model | null = null;
  projectRows(x, y, region);
  for (let t = 0; ; t++) {
    stopIfCancelled(context.signal);
    const matrix = denseMatrix(y.length, cols, x.slice());
    if (typeof labels === "function") y = labels({ x: matrix, y, task: seeds.task });
    const current: InjectedRows = { x: matrix, y: y.slice(), task: seeds.task };
    const data = withInjected(clean, current);
    const fitted: Model | null = await attempt(() => problem.fit(data, model), best !== null);
    if (fitted === null && best !== null) return { ...best, trace };
    model = fitted as Model;
    const value = problem.aim.valueOf(model);
    trace.push(value);
    if (best === null || value > best.value) best = { rows: current, value };
    context.progress?.(t / settings.steps);
    if (t === settings.steps) return { ...best, trace };

    const objective = problem.objectiveOf(data);
    const theta = model.parameters?.theta ?? new Float64Array(objective.size);
    const v = await attempt(() => Promise.resolve(objective.solveHessian(theta, problem.aim.gradientOf(objective, theta))), true);
    if (v === null) return { ...best, trace };
    const added = injectedDataset(clean, current);
    for (let i = 0; i < y.length; i++) {
      const share = objective.rowShare(seeds.task[i]);
      const own = gradient.subarray(i * cols, (i + 1) * cols);
      objective.rowDerivativeInto(own, theta, v, added, i);
      for (let j = 0; j < cols; j++) own[j] *= -share;
      if (labels === null || typeof labels === "function") continue;
      const slope = -share * objective.labelDerivative(theta, v, added, i);
      if (slope !== 0) y[i] = slope > 0 ? labels.high[seeds.task[i]] : labels.low[seeds.task[i]];
    }
    const rate = settings.firstRate * (settings.lastRate / settings.firstRate) ** (t / Math.max(1, settings.steps - 1));
    if (region.scale !== null && moments !== null) stepByAdam(x, gradient, region.scale, moments, t, rate);
    else stepAlongRows(x, gradient, cols, rate * region.stepLength);
    projectRows(x, y, region);
  }
}

/** Null where the numbers give out, which ends a climb that has got somewhere. */
async function attempt<T>(compute: () => Promise<T>, mayFail: boolean): Promise<T | null> {
  try {
    return await compute();
  } catch (error) {
    if (error instanceof NumericalError && mayFail) return null;
    throw error;
  }
}

function projectRows(x: Float64Array, y: Float64Array, region: Region): void {
  const cols = y.length === 0 ? 0 : x.length / y.length;
  for (let i = 0; i < y.length; i++) region.projectInPlace(x.subarray(i * cols, (i + 1) * cols), y[i]);
}

/** Kingma & Ba 2015, algorithm 1, in units of each feature; a floor under the denominator keeps features at rest that hardly matter. */
function stepByAdam(
  x: Float64Array,
  gradient: Float64Array,
  scale: Float64Array,
  { first, second }: { readonly first: Float64Array; readonly second: Float64Array },
  t: number,
  rate: number,
): void {
  const cols = scale.length;
  let largest = 0;
  for (let p = 0; p < x.length; p++) largest = Math.max(largest, Math.abs(gradient[p] * scale[p % cols]));
  const floor = 1e-6 * largest + Number.MIN_VALUE;
  const [correctFirst, correctSecond] = [1 - momentum ** (t + 1), 1 - spread ** (t + 1)];
  for (let p = 0; p < x.length; p++) {
    const unit = scale[p % cols];
    const g = gradient[p] * unit;
    first[p] = momentum * first[p] + (1 - momentum) * g;
    second[p] = spread * second[p] + (1 - spread) * g * g;
    x[p] += (rate * unit * (first[p] / correctFirst)) / (Math.sqrt(second[p] / correctSecond) + floor);
  }
}

function stepAlongRows(x: Float64Array, gradient: Float64Array, cols: number, length: number): void {
  for (let start = 0; start < x.length; start += cols) {
    let squares = 0;
    for (let p = start; p < start + cols; p++) squares += gradient[p] * gradient[p];
    const scale = squares > 0 ? length / Math.sqrt(squares) : 0;
    for (let p = start; p < start + cols; p++) x[p] += scale * gradient[p];
  }
}
