import { areaUnderCurve, highest } from "../numeric/orders/ranks.ts";
import type { RunContext } from "../core/context.ts";
import type { Dataset } from "../core/dataset.ts";
import { labelOfTask } from "../core/examples.ts";
import type { Pipeline } from "../core/pipeline.ts";
import type { Poison } from "../core/poison.ts";
import type { Table } from "../core/table.ts";
import { type Chosen, type StudyConfig, detectorsOf, methodOf } from "./config.ts";
import type { EncodedTraining } from "./make-pipeline.ts";
import type { Detection } from "./record.ts";
import { type Suspicions, detectorRuns } from "./run-detector.ts";
import type { StudyInput } from "./seed-setup.ts";

/** What a detector says of the training examples. */
export type ScoresOf = (chosen: Chosen) => Promise<Suspicions>;

/** Detectors on these data, each computed once. */
export function memoScores(input: StudyInput, pipeline: Pipeline, encoded: EncodedTraining, options: RunContext): ScoresOf {
  const ask = detectorRuns(encoded, pipeline, detectorsOf(input.config, input.methods), options);
  return ({ id, params }) => ask({ method: methodOf("detector", input.methods.detectors, id), params });
}

/** 1 for each training example that the patch touched. Shape: [examples]. */
export function poisonedExamples(data: Dataset, poison: Poison | null, clean: Table): Uint8Array {
  const mask = new Uint8Array(data.y.length);
  if (poison === null) return mask;
  const touched = new Set<string>();
  const wholeRows = new Set<number>();
  if (poison.kind === "data") {
    for (const { row, column } of poison.relabel) touched.add(`${row} ${column}`);
    for (const change of poison.edit) {
      if ("task" in change) touched.add(`${change.row} ${labelOfTask(clean, change.task)} ${change.task}`);
      else wholeRows.add(change.row);
    }
  } else if (poison.kind === "logic") {
    for (const { row, task } of [...poison.reweight, ...poison.mislabel]) touched.add(`${row} ${labelOfTask(clean, task)} ${task}`);
  }
  for (let i = 0; i < mask.length; i++) {
    const row = data.row[i];
    const label = labelOfTask(clean, data.task[i]);
    const isInserted = row < 0 || row >= clean.rows;
    if (isInserted || wholeRows.has(row) || touched.has(`${row} ${label}`) || touched.has(`${row} ${label} ${data.task[i]}`)) mask[i] = 1;
  }
  return mask;
}

/** How well each detector of the study finds the poisoned examples. */
export async function detect(config: StudyConfig, truth: Uint8Array, scoresOf: ScoresOf): Promise<Detection[]> {
  const detections: Detection[] = [];
  const poisoned = truth.reduce((sum, is) => sum + is, 0);
  const flagged = Math.max(1, Math.floor(config.flagFraction * truth.length));
  for (const chosen of config.detectors) {
    const { scores } = await scoresOf(chosen);
    const hits = highest(scores, flagged).reduce((sum, i) => sum + truth[i], 0);
    detections.push({
      detector: chosen.id,
      auc: areaUnderCurve(scores, (i) => truth[i] === 1),
      precision: hits / flagged,
      recall: poisoned === 0 ? 0 : hits / poisoned,
    });
  }
  return detections;
}
