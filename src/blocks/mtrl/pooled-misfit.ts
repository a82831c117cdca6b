import { stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { type AloneSettings, fitAlone } from "./fit-alone.ts";
import { rowsByTask } from "./task-flips.ts";
import { lossesOf } from "./task-lts.ts";

/** How one model of all other tasks fits each task. Shapes: [tasks]; NaN where a task has no rows, or is the only one. */
export interface PooledMisfit {
  /** Mean loss of the task's rows. */
  readonly loss: Float64Array;
  /** Its standard error. */
  readonly error: Float64Array;
}

/**
 * Each task's rows under one linear model pooled over the others, every task with rows counting the same. A few poisoned tasks hardly move the pool that
 * judges them, while what they teach contradicts it. One fit a task over all rows, each from the one before.
 */
export function pooledMisfit(data: Dataset, settings: AloneSettings): PooledMisfit {
  const own = rowsByTask(data);
  const out = { loss: new Float64Array(own.length).fill(NaN), error: new Float64Array(own.length).fill(NaN) };
  const even = { ...data, weight: Float64Array.from(data.task, (task, i) => (data.weight?.[i] ?? 1) / own[task].length) };
  let start: Float64Array | null = null;
  own.forEach((rows, task) => {
    if (rows.length === 0 || rows.length === data.y.length) return;
    stopIfCancelled(settings.signal);
    const others = selectExamples(
      even,
      positionsWhere(data.y.length, (i) => data.task[i] !== task),
    );
    start = fitAlone(others, settings, start);
    const losses = lossesOf(selectExamples(data, rows), start);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / Math.max(1, losses.length - 1);
    out.loss[task] = mean;
    out.error[task] = Math.sqrt(variance / losses.length);
  });
  return out;
}
