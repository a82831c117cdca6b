import type { AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { FittedPipeline, TrainingSet } from "../../core/pipeline.ts";
import type { FittedEncoder } from "../../data/encoder.ts";
import type { Rng } from "../../numeric/random.ts";
import { type StagedPipeline, makePipeline } from "./make-pipeline.ts";
import type { PipelineParts } from "./make-pipeline.ts";
import { pretrain } from "./pretraining.ts";

/** What an attacker takes for the data, the pipeline and the trained model. */
export type AttackerView = Pick<AttackInput, "clean" | "victim" | "upstream"> & { readonly pipeline: StagedPipeline };

/**
 * The view of an attacker who does not know the victim's data: a sample of them of its own, a pipeline tuned or known, and a model trained on the sample. How
 * cells become numbers is taken as public, so that what was made for the sample has the same meaning to the victim. An attacker that changes rows can only
 * change those that it knows.
 *
 * @param share of the training rows that the sample holds, in (0, 1]
 * @param sources what the victim's base model was pretrained on: of that too it has a sample, and pretrains one of its own; null = there is none
 */
export async function viewOnSample(
  clean: TrainingSet,
  encoder: FittedEncoder,
  learning: Pick<PipelineParts, "learner" | "learnerParams">,
  share: number,
  context: RunContext,
  sources: TrainingSet | null,
): Promise<AttackerView> {
  const own: TrainingSet = { table: clean.table, rows: ownSample(clean, share, context.rng) };
  const fixed = { fit: () => encoder };
  const { learner, learnerParams: params } = learning;
  const pretraining =
    sources === null || learner.pretrain === undefined
      ? null
      : await pretrain(
          { table: sources.table, rows: ownSample(sources, share, context.rng.fork("upstream")) },
          { encoder: fixed, learner, params },
          { ...context, rng: context.rng.fork("base model") },
        );
  const ground = pretraining === null ? { encoder: fixed, learner } : await pretraining.after(null);
  const pipeline = makePipeline({ ...ground, fittedOn: "frozen", learnerParams: params, repair: null });
  let trained: Promise<FittedPipeline> | null = null;
  const victim = (): Promise<FittedPipeline> => (trained ??= pipeline.fit(own, { ...context, rng: context.rng.fork("fit") }));
  return { clean: own, pipeline, victim, ...(pretraining === null ? {} : { upstream: pretraining.view }) };
}

/** At least one row, in the order of the training rows. */
export function ownSample({ rows }: TrainingSet, share: number, rng: Rng): Int32Array {
  const count = Math.max(1, Math.round(share * rows.length));
  const drawn = rng.fork("own sample").sample(rows.length, count);
  return Int32Array.from(drawn, (k) => k)
    .sort()
    .map((k) => rows[k]);
}
