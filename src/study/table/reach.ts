import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import type { Reach } from "../../core/threat.ts";

/** Clean training examples that may be touched: what a budget is a fraction of. */
export function reachableCount(clean: TrainingSet, reach: Reach): number {
  return reachableExamples(clean, reach).row.length;
}
