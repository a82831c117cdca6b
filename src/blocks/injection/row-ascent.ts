import { type DenseMatrix, denseMatrix } from "../../numeric/matrices/matrix.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import { type InjectedRows, withInjected } from "./injected-rows.ts";
import { type Domain, placesOf } from "../feasible/domain.ts";

export interface RowAscentProblem {
  /** What the victim trains on, as the attacker sees it; without weights. */
  readonly clean: Dataset;
  readonly seeds: InjectedRows;
  readonly domain: Domain;
  /** Where the rows were before anything moved them; absent: at their seeds. Shape: [rows, features]. */
  readonly home?: DenseMatrix;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  /** U, which is raised. */
  valueOf(model: Model): number;
  /** Fills in ∂U/∂x̂ and ∂U/∂ŷ at a model of clean and injected rows; throws a NumericalError where there is no gradient to follow. */
  slopesInto(out: RowSlopes, at: { readonly data: Dataset; readonly injected: InjectedRows; readonly model: Model }): void;
  /** Ends between which a real label of each task may be chosen, or what labels rows for the attacker; null: labels stay as seeded. */
  readonly labels: { readonly low: Float64Array; readonly high: Float64Array } | ((rows: InjectedRows) => Float64Array) | null;
}

/** Shapes: x [rows * features], y [rows]. */
export interface RowSlopes {
  readonly x: Float64Array;
  readonly y: Float64Array;
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
 * All rows climb together. A real label goes to the end that ∂U/∂ŷ points to: θ of a ridge is linear in ŷ and its loss convex in θ, so U is greatest at
 * an end (Jagielski et al. 2018 round to the ends afterwards). Features climb by Adam's steps in their own units, or along the whole gradient of a row
 * where they are sparse. The best rows met are kept; the ascent ends early where the numbers give out.
 */
export async function ascendRows(problem: RowAscentProblem, settings: RowAscentSettings, context: RunContext): Promise<RowAscentResult> {
  const { clean, seeds, domain, labels } = problem;
  const { scale } = domain;
  const places = placesOf({ ...seeds, x: problem.home ?? seeds.x });
  const cols = seeds.x.cols;
  const x = seeds.x.data.slice();
  let y: Float64Array = seeds.y.slice();
  const slopes: RowSlopes = { x: new Float64Array(x.length), y: new Float64Array(y.length) };
  const moments = clean.x.kind === "sparse" ? null : { first: new Float64Array(x.length), second: new Float64Array(x.length) };
  const trace: number[] = [];
  let best: { rows: InjectedRows; value: number } | null = null;
  let model: Model | null = null;
  for (let i = 0; i < y.length; i++) domain.projectInPlace(x.subarray(i * cols, (i + 1) * cols), { ...places[i], label: y[i] });
  for (let t = 0; ; t++) {
    stopIfCancelled(context.signal);
    const matrix = denseMatrix(y.length, cols, x.slice());
    if (typeof labels === "function") y = labels({ x: matrix, y, task: seeds.task });
    const current: InjectedRows = { x: matrix, y: y.slice(), task: seeds.task };
    const data = withInjected(clean, current);
    try {
      model = await problem.fit(data, model);
      const value = problem.valueOf(model);
      trace.push(value);
      if (best === null || value > best.value) best = { rows: current, value };
      context.progress?.(t / settings.steps);
      if (t === settings.steps) return { ...best, trace };
      problem.slopesInto(slopes, { data, injected: current, model });
    } catch (error) {
      if (error instanceof NumericalError && best !== null) return { ...best, trace };
      throw error;
    }
    if (labels !== null && typeof labels !== "function")
      for (let i = 0; i < y.length; i++) if (slopes.y[i] !== 0) y[i] = (slopes.y[i] > 0 ? labels.high : labels.low)[seeds.task[i]];
    const rate = settings.firstRate * (settings.lastRate / settings.firstRate) ** (t / Math.max(1, settings.steps - 1));
    if (moments !== null) stepByAdam(x, slopes.x, scale, moments, t, rate);
    else stepAlongRows(x, slopes.x, scale, rate);
    for (let i = 0; i < y.length; i++) domain.projectInPlace(x.subarray(i * cols, (i + 1) * cols), { ...places[i], label: y[i] });
  }
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

/** Each row by its scale along its own gradient. */
function stepAlongRows(x: Float64Array, gradient: Float64Array, scale: Float64Array, rate: number): void {
  const cols = scale.length;
  for (let start = 0; start < x.length; start += cols) {
    let squares = 0;
    for (let j = 0; j < cols; j++) if (scale[j] > 0) squares += gradient[start + j] * gradient[start + j];
    if (squares > 0) for (let j = 0; j < cols; j++) x[start + j] += ((rate * scale[j]) / Math.sqrt(squares)) * gradient[start + j];
  }
}
