import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Model, predict } from "../../core/learner.ts";
import type { Metric } from "../../core/metric.ts";
import type { Rng } from "../../numeric/random.ts";
import type { LabelUnits } from "./measure.ts";

/** As many models are trained for an estimate. */
export const estimateFolds = 3;

export interface OutOfFoldInput {
  /** What the attacked model is trained on: the clean examples in their order, as the patch leaves them, and behind them what was inserted. */
  readonly poisoned: Dataset;
  /** Clean labels of the first of these. Shape: [clean examples]. */
  readonly y: Float64Array;
  /** The clean examples that are meant to suffer, through the same encoder. */
  readonly clean: Dataset;
  readonly metric: Metric;
  readonly labels: LabelUnits;
  learn(part: Dataset): Promise<Model>;
  readonly rng: Rng;
}

/**
 * The error of a poisoned model on the clean form of examples that it was not trained on: every example, inserted ones too, is dealt to a fold, and a model of the other folds predicts
 * those of each. The poison has seen them all, so that this flatters attacks that climb; it compares ways of one attack, where making the poison anew for each would take too long. The folds of clean
 * examples depend on the stream alone.
 *
 * @returns in units of the metric, higher = more harm: 1 − accuracy, 1 − AUC, RMSE, the mean over folds weighted by their examples; null where no fold can tell
 */
export async function harmOutOfFold({ poisoned, y, clean, metric, labels, learn, rng }: OutOfFoldInput): Promise<number | null> {
  const fold = dealFolds(y, clean.target.kind === "classes", poisoned.y.length, rng);
  const foldOfRow = new Map<number, number>();
  for (let i = 0; i < y.length; i++) foldOfRow.set(poisoned.row[i], fold[i]);
  let sum = 0;
  let rows = 0;
  for (let f = 0; f < estimateFolds; f++) {
    const held = selectExamples(
      clean,
      positionsWhere(clean.y.length, (i) => foldOfRow.get(clean.row[i]) === f),
    );
    if (held.y.length === 0) continue;
    const value = await harmWithout(f);
    if (value === null) continue;
    sum += value * held.y.length;
    rows += held.y.length;

    async function harmWithout(left: number): Promise<number | null> {
      try {
        const model = await learn(
          selectExamples(
            poisoned,
            positionsWhere(fold.length, (i) => fold[i] !== left),
          ),
        );
        const scores = model.scores(held);
        const predictions = predict(model, held);
        const measured = metric.measure({ data: held, scores, outputs: model.outputs, predictions, ...labels });
        return measured === null ? null : metric.better === "higher" ? metric.range[1] - measured : measured;
      } catch (error) {
        if (error instanceof NumericalError) return null;
        throw error;
      }
    }
  }
  return rows === 0 ? null : sum / rows;
}

/** Every fold gets its share of each class, and of what was inserted. Shapes: y [clean examples], result [examples]. */
function dealFolds(y: Float64Array, isOfClasses: boolean, examples: number, rng: Rng): Uint8Array {
  const order = Array.from(rng.sample(y.length, y.length));
  if (isOfClasses) order.sort((a, b) => y[a] - y[b]);
  const fold = new Uint8Array(examples);
  order.forEach((i, k) => (fold[i] = k % estimateFolds));
  for (let i = y.length; i < examples; i++) fold[i] = i % estimateFolds;
  return fold;
}
