import { makeRng, type Rng } from "../numeric/random.ts";
import { catalog } from "../catalog.ts";
import { listExamples, taskNames } from "../core/examples.ts";
import type { FittedPipeline, TrainingSet } from "../core/pipeline.ts";
import type { Table } from "../core/table.ts";
import { makeEncoder } from "../data/encoder.ts";
import { type StudyConfig, methodOf } from "../study/config.ts";
import { type StagedPipeline, makePipeline } from "../study/table/make-pipeline.ts";
import { separateTasks } from "../study/table/separate-tasks.ts";

/** The learner that was chosen, or one of it for each task. */
export function learnerFor(
  table: Table,
  { learner: { id, params }, sharing }: Pick<StudyConfig, "learner" | "sharing">,
): ReturnType<typeof separateTasks> {
  const learner = methodOf("learner", catalog.learners, id);
  return sharing === "separate" ? separateTasks(learner, params, taskNames(table).length) : { learner, params };
}

/** A pipeline for all labelled rows of a table at once, tuned on them; an audit trains on some of them. */
export interface WholePipeline {
  readonly rng: Rng;
  readonly clean: TrainingSet;
  readonly pipeline: StagedPipeline;
  /** Trained on them; once. */
  victim(): Promise<FittedPipeline>;
}

export function labelledRows(table: Table): TrainingSet {
  return { table, rows: Int32Array.from(new Set(listExamples(table).row)) };
}

export async function tuneOnWhole(
  table: Table,
  study: Pick<StudyConfig, "encoder" | "learner" | "sharing" | "firstSeed">,
): Promise<WholePipeline> {
  const rng = makeRng(study.firstSeed);
  const clean = labelledRows(table);
  const encoder = makeEncoder(study.encoder, table);
  const { learner, params } = learnerFor(table, study);
  const cleanData = encoder.fit(table, clean.rows).encode(table, clean.rows);
  const learnerParams: unknown = await learner.tune(cleanData, { rng: rng.fork("tune"), params });
  const pipeline = makePipeline({ encoder, fittedOn: study.encoder.fittedOn, learner, learnerParams, repair: null });
  let trained: Promise<FittedPipeline> | null = null;
  return { rng, clean, pipeline, victim: () => (trained ??= pipeline.fit(clean, { rng: rng.fork("fit") })) };
}
