import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { ChosenLearner } from "./task-tools.ts";

const foldCount = 3;

/**
 * The λ₂ among these that predicts held-out rows of one task best, in a cross-validation that holds out rows of that task alone: what tuning on all rows
 * chooses is good for tasks with many, and a task with few rows needs more sharing. Ties, and tasks too small to tell, go to the first.
 */
export async function chooseDecayForTask(
  data: Dataset,
  task: number,
  decays: readonly number[],
  { learner, params }: ChosenLearner,
  context: RunContext,
): Promise<number> {
  const own = positionsWhere(data.y.length, (i) => data.task[i] === task);
  if (own.length < foldCount) return decays[0];
  const fold = new Int32Array(data.y.length).fill(-1);
  context.rng.fork("folds").shuffleInPlace(own);
  own.forEach((row, k) => (fold[row] = k % foldCount));
  const losses = new Float64Array(decays.length);
  for (let f = 0; f < foldCount; f++) {
    const part = (held: boolean): Dataset =>
      selectExamples(
        data,
        positionsWhere(data.y.length, (i) => (fold[i] === f) === held),
      );
    const train = part(false);
    const heldOut = part(true);
    let start: Model | null = null;
    for (let d = 0; d < decays.length; d++) {
      stopIfCancelled(context.signal);
      start = await learner.fit(train, {
        ...context,
        params: { ...(params as object), relationDecay: decays[d] },
        start,
      });
      losses[d] += start.losses(heldOut).reduce((sum, loss) => sum + loss, 0);
    }
  }
  return decays[losses.reduce((best, loss, d) => (loss < losses[best] ? d : best), 0)];
}
