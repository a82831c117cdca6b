import type { UpstreamView } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { UsageError } from "../../core/errors.ts";
import type { BaseModel, Learner } from "../../core/learner.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import type { UpstreamPoison } from "../../core/poison.ts";
import type { Encoder } from "../../data/encoder.ts";
import type { Rng } from "../../numeric/random.ts";
import { makePipeline } from "./make-pipeline.ts";

/** Somebody else's training of a base model, which a pipeline then builds on. */
export interface Pretraining {
  /** What an attacker of it sees; nobody else touches it. */
  readonly view: UpstreamView;
  /** What is built on: the base model with the encoder that comes with it, as they are after this poison. */
  after(poison: UpstreamPoison | null): Promise<Ground>;
}

export interface Ground {
  /** Whatever it is fitted on, it encodes as the base model's rows were encoded. */
  readonly encoder: Encoder;
  /** Builds on the base model wherever it is trained. */
  readonly learner: Learner;
}

/**
 * @param clean what the base model is pretrained on; its table may have other labels, but must have the same features
 * @throws UsageError where the learner builds on nothing
 */
export async function pretrain(
  clean: TrainingSet,
  { encoder, learner, params }: { readonly encoder: Encoder; readonly learner: Learner; readonly params: unknown },
  context: RunContext,
): Promise<Pretraining> {
  const make = learner.pretrain?.bind(learner);
  if (make === undefined) throw new UsageError(`the learner "${learner.id}" builds on no base model`);
  const pipeline = makePipeline({ encoder, fittedOn: "poisoned", learner, learnerParams: params, repair: null });
  const baseAfter = async (poison: UpstreamPoison | null): Promise<{ encoder: Encoder; base: BaseModel }> => {
    const { encoder: fitted, data } = pipeline.encode(clean, poison?.pretraining ?? null);
    const base = poison?.base ?? (await make(data, { ...context, rng: context.rng.fork("pretraining"), params }));
    return { encoder: { fit: () => fitted }, base: { sizes: base.sizes, theta: Float64Array.from(base.theta) } };
  };
  const honest = await baseAfter(null);
  return {
    view: { clean, base: honest.base, encode: (table, rows) => honest.encoder.fit(table, rows).encode(table, rows) },
    async after(poison) {
      const { encoder: fixed, base } = poison === null ? honest : await baseAfter(poison);
      return { encoder: fixed, learner: buildingOn(learner, base) };
    },
  };
}

function buildingOn(learner: Learner, base: BaseModel): Learner {
  return {
    ...learner,
    fit: (data, options) => learner.fit(data, { ...options, base }),
    tune: (data, options) => learner.tune(data, { ...options, base }),
  };
}

/** Deals the training rows out: those of the base model, and those that are left to learn from; at least one of each where there are two. */
export function dealRows(rows: Int32Array, share: number, rng: Rng): { readonly pretraining: Int32Array; readonly own: Int32Array } {
  const count = Math.min(rows.length - 1, Math.max(1, Math.round(share * rows.length)));
  const drawn = new Set(rng.sample(rows.length, Math.max(0, count)));
  return { pretraining: rows.filter((_, i) => drawn.has(i)), own: rows.filter((_, i) => !drawn.has(i)) };
}
