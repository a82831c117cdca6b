import { listExamples } from "../../core/examples.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import type { Reach } from "../../core/threat.ts";

/** Clean training examples of the tasks that may be attacked: what a budget is a fraction of. */
export function reachableCount(clean: TrainingSet, { attackTasks }: Reach): number {
  const { task } = listExamples(clean.table, clean.rows);
  return attackTasks === null ? task.length : task.filter((t) => attackTasks.includes(t)).length;
}
