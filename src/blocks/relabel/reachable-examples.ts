import { type Examples, listExamples } from "../../core/examples.ts";
import { gatherFloats, gatherIntegers, positionsWhere } from "../../core/dataset.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import { type Reach, mayTouch } from "../../core/threat.ts";

/** The clean training examples that an attacker with this reach may touch. */
export function reachableExamples(clean: TrainingSet, reach: Reach): Examples {
  const examples = listExamples(clean.table, clean.rows);
  if (reach.attackTasks === null && reach.attackRows === undefined) return examples;
  const kept = positionsWhere(examples.row.length, (i) => mayTouch(reach, examples.row[i], examples.task[i]));
  return { row: gatherIntegers(examples.row, kept), task: gatherIntegers(examples.task, kept), y: gatherFloats(examples.y, kept) };
}
