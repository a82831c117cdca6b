import type { AttackInput } from "../core/attack.ts";
import type { RunContext } from "../core/context.ts";
import type { FittedPipeline, TrainingSet } from "../core/pipeline.ts";
import type { FittedEncoder } from "../data/encoder.ts";
import type { Rng } from "../numeric/random.ts";
import { type StagedPipeline, makePipeline } from "./make-pipeline.ts";
import type { PipelineParts } from "./make-pipeline.ts";

/** What an attacker takes for the data, the pipeline and the trained model. */
export type AttackerView = Pick<AttackInput, "clean" | "victim"> & { readonly pipeline: StagedPipeline };

/**
 * The view of an attacker who does not know the victim's data: a sample of them of its own, a pipeline tuned or known, and a model trained on the sample. How
 * cells become numbers is taken as public, so that what was made for the sample has the same meaning to the victim. An attacker that changes rows can only
 * change those that it knows.
 *
 * @param share of the training rows that the sample holds, in (0, 1]
 */
export function viewOnSample(
  clean: TrainingSet,
  encoder: FittedEncoder,
  learning: Pick<PipelineParts, "learner" | "learnerParams">,
  share: number,
  context: RunContext,
): AttackerView {
  const own: TrainingSet = { table: clean.table, rows: ownSample(clean, share, context.rng) };
  const pipeline = makePipeline({ encoder: { fit: () => encoder }, fittedOn: "frozen", ...learning, repair: null });
  let trained: Promise<FittedPipeline> | null = null;
  return { clean: own, pipeline, victim: () => (trained ??= pipeline.fit(own, { ...context, rng: context.rng.fork("fit") })) };
}

/** At least one row, in the order of the training rows. */
export function ownSample({ rows }: TrainingSet, share: number, rng: Rng): Int32Array {
  const count = Math.max(1, Math.round(share * rows.length));
  const drawn = rng.fork("own sample").sample(rows.length, count);
  return Int32Array.from(drawn, (k) => k)
    .sort()
    .map((k) => rows[k]);
}
