import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { stratifiedFolds } from "../held-out/folds.ts";
import { type AloneSettings, fitAlone } from "./fit-alone.ts";
import { normalised } from "./sharing-weights.ts";
import { lossesOf } from "./task-lts.ts";

export interface FreshRequest {
  /** The training rows and the fresh ones. */
  readonly all: Dataset;
  readonly group: readonly number[];
  /** How each task of the group is trained alone. */
  readonly alone: readonly AloneSettings[];
  /** Rows that the cleaned training learns from. Shape: [rows] */
  readonly keeps: Uint8Array;
  isFresh(row: number): boolean;
  /** Trained on all rows, and on the kept ones. */
  readonly joint: Model;
  readonly cleaned: Model;
  fit(data: Dataset, start: Model): Promise<Model>;
}

const foldCount = 5;
/** Alone, shared, shared after trimming: none is favoured. */
const candidates = 3;

/**
 * Weights of alone, shared and shared after trimming: e^(−loss of the group's fresh rows, each left out of the training) to sum 1, for numbers in units
 * of the mean square error of alone. Were probabilities mixed row by row, the mixture would lose at most ln 3 on all fresh rows together to each task alone;
 * scores are mixed, so this holds in spirit. Without fresh rows a task stays alone. Shape: [3].
 */
export async function freshWeights(request: FreshRequest, { rng, signal }: RunContext): Promise<Float64Array> {
  const { all, group, keeps, isFresh } = request;
  const fresh = positionsWhere(all.y.length, (i) => isFresh(i) && group.includes(all.task[i]));
  if (fresh.length === 0) return Float64Array.of(1, 0, 0);
  const folds = stratifiedFolds(selectExamples(all, fresh), foldCount, rng);
  const fold = new Int32Array(all.y.length).fill(-1);
  fresh.forEach((row, k) => (fold[row] = folds.fold[k]));
  const sums = new Float64Array(candidates);
  const where = (data: Dataset, keep: (row: number) => boolean): Dataset => selectExamples(data, positionsWhere(data.y.length, keep));
  const size = all.x.cols + 1;
  for (let f = 0; f < folds.count; f++) {
    stopIfCancelled(signal);
    const shared = await request.fit(
      where(all, (i) => fold[i] !== f),
      request.joint,
    );
    const cleaned = await request.fit(
      where(all, (i) => fold[i] !== f && keeps[i] === 1),
      request.cleaned,
    );
    group.forEach((task, k) => {
      const held = where(all, (i) => fold[i] === f && all.task[i] === task);
      const alone = fitAlone(
        where(all, (i) => fold[i] !== f && all.task[i] === task),
        request.alone[k],
      );
      const block = ({ parameters }: Model): Float64Array =>
        (parameters?.theta ?? new Float64Array(0)).subarray(task * size, (task + 1) * size);
      [alone, block(shared), block(cleaned)].forEach((theta, c) => (sums[c] += lossesOf(held, theta).reduce((sum, loss) => sum + loss, 0)));
    });
  }
  // Half a square counts as a loss of its own only beside the noise that there is.
  const unit = all.target.kind === "real" ? (2 * sums[0]) / fresh.length : 1;
  return normalised(sums.map((sum) => (unit > 0 ? -sum / unit : 0)));
}
