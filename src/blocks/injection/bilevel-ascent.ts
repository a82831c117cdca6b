import { type DenseMatrix, denseMatrix } from "../../numeric/matrices/matrix.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import { type Domain, placesOf } from "../feasible/domain.ts";
import { type StepRates, acceptRejectSteps, adamSteps, rowSteps } from "./ascent-steps.ts";
import { type InjectedRows, withInjected } from "./injected-rows.ts";
import type { LabelRanges } from "./injection-starts.ts";

export interface BilevelProblem {
  /** What the victim trains on, as the attacker sees it; without weights. */
  readonly clean: Dataset;
  /** A model that the first training starts from; absent = none. */
  readonly start?: Model;
  readonly seeds: InjectedRows;
  /** Where the rows were before anything moved them; absent: at their seeds. Shape: [rows, features]. */
  readonly home?: DenseMatrix;
  readonly domain: Domain;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  /** U, which is raised. */
  valueOf(model: Model): number;
  /** Fills in ∂U/∂x̂ and ∂U/∂ŷ at a model of clean and injected rows; throws a NumericalError where there is no gradient to follow. */
  gradientInto(out: RowGradient, at: { readonly data: Dataset; readonly injected: InjectedRows; readonly model: Model }): void;
  /** Where real labels may go; null: labels stay as seeded. */
  readonly labels: LabelRanges | null;
}

/** Shapes: x [rows * features], y [rows]. */
export interface RowGradient {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface AscentSettings extends StepRates {
  /** Of dense rows; absent: "adam". Sparse rows step along their whole gradient. */
  readonly ascent?: "adam" | "accept-reject";
}

export interface AscentResult {
  readonly rows: InjectedRows;
  /** U of these rows. */
  readonly value: number;
  /** U before each step, and at the end. */
  readonly trace: readonly number[];
}

/**
 * Raises U(θ) over injected rows, where θ is where training on clean and injected rows together ends (Muñoz-González et al. 2017, Demontis et al. 2019).
 * All rows climb together, and real labels with them, in units of their own (Jagielski et al. 2018). The best rows met are kept; the ascent ends early where
 * the numbers give out.
 */
export async function bilevelAscent(problem: BilevelProblem, settings: AscentSettings, context: RunContext): Promise<AscentResult> {
  const { clean, seeds, domain, labels } = problem;
  const { cols } = seeds.x;
  const places = placesOf({ ...seeds, x: problem.home ?? seeds.x });
  const [x, y] = [seeds.x.data.slice(), seeds.y.slice()];
  const gradient: RowGradient = { x: new Float64Array(x.length), y: new Float64Array(y.length) };
  const bySteps = settings.ascent === "accept-reject" ? acceptRejectSteps : adamSteps;
  const steps = (clean.x.kind === "sparse" ? rowSteps : bySteps)(domain.scale, x.length, settings);
  const labelSteps =
    labels === null
      ? null
      : bySteps(
          Float64Array.from(seeds.task, (task) => labels.scale[task]),
          y.length,
          settings,
        );
  const trace: number[] = [];
  let best: { rows: InjectedRows; value: number } | null = null;
  let model: Model | null = problem.start ?? null;
  for (let t = 0; ; t++) {
    stopIfCancelled(context.signal);
    places.forEach((place, i) => domain.projectInPlace(x.subarray(i * cols, (i + 1) * cols), { ...place, label: y[i] }));
    if (labels !== null) seeds.task.forEach((task, i) => (y[i] = Math.min(labels.high[task], Math.max(labels.low[task], y[i]))));
    const current: InjectedRows = { x: denseMatrix(y.length, cols, x.slice()), y: y.slice(), task: seeds.task };
    const data = withInjected(clean, current);
    let improved = false;
    try {
      model = await problem.fit(data, model);
      const value = problem.valueOf(model);
      trace.push(value);
      improved = best === null || value > best.value;
      if (best === null || improved) best = { rows: current, value };
      context.progress?.(t / settings.steps);
      if (t === settings.steps) return { ...best, trace };
      if (steps.goesOn(improved)) problem.gradientInto(gradient, { data, injected: current, model });
    } catch (error) {
      if (error instanceof NumericalError && best !== null) return { ...best, trace };
      throw error;
    }
    steps.stepInPlace(x, gradient.x, { t, improved });
    labelSteps?.stepInPlace(y, gradient.y, { t, improved });
  }
}
