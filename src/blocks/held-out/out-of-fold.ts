import { stopIfCancelled, type Signal } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Folds } from "./folds.ts";

/** What models that never saw a row say about it. */
export interface OutOfFold {
  readonly outputs: number;
  /** Shape: [rows]. */
  readonly losses: Float64Array;
  /** Shape: [rows, outputs]. */
  readonly scores: Float64Array;
  /** Null where the model has none. Shape: [rows, classes]. */
  readonly probabilities: Float64Array | null;
}

/**
 * Trains once for each fold on the other folds, and asks that model about the rows of the fold.
 * @throws NumericalError where there are fewer than two folds: then there is nothing to train on
 *
 * @param fit gets the model of the fold before: two thirds of its rows are the same, so a learner that converges gets there sooner from it
 */
export async function outOfFold(
  data: Dataset,
  folds: Folds,
  fit: (train: Dataset, fold: number, before: Model | null) => Promise<Model>,
  options: { readonly signal?: Signal | undefined; readonly progress?: ((done: number) => void) | undefined } = {},
): Promise<OutOfFold> {
  if (folds.count < 2) throw new NumericalError("out-of-fold predictions need rows of at least two sources");
  const rows = data.x.rows;
  const losses = new Float64Array(rows);
  let scores = new Float64Array(0);
  let probabilities: Float64Array | null = null;
  let outputs = 1;
  let model: Model | null = null;
  for (let f = 0; f < folds.count; f++) {
    stopIfCancelled(options.signal);
    const { train, held, heldRows } = splitAtFold(data, folds, f);
    model = await fit(train, f, model);
    const theirs = model.probabilities(held);
    if (f === 0) {
      outputs = model.outputs;
      scores = new Float64Array(rows * outputs);
      probabilities = theirs === null ? null : new Float64Array((rows * theirs.length) / Math.max(1, heldRows.length));
    }
    scatterRows(losses, model.losses(held), heldRows, 1);
    scatterRows(scores, model.scores(held), heldRows, outputs);
    if (probabilities !== null && theirs !== null) scatterRows(probabilities, theirs, heldRows, probabilities.length / rows);
    options.progress?.((f + 1) / folds.count);
  }
  return { outputs, losses, scores, probabilities };
}

/** The rows outside and inside one fold. */
export function splitAtFold(data: Dataset, folds: Folds, f: number): { train: Dataset; held: Dataset; heldRows: Int32Array } {
  const heldRows = positionsWhere(data.x.rows, (i) => folds.fold[i] === f);
  const trainRows = positionsWhere(data.x.rows, (i) => folds.fold[i] !== f);
  return { train: selectExamples(data, trainRows), held: selectExamples(data, heldRows), heldRows };
}

function scatterRows(out: Float64Array, values: Float64Array, rows: Int32Array, width: number): void {
  for (let i = 0; i < rows.length; i++) out.set(values.subarray(i * width, (i + 1) * width), rows[i] * width);
}
