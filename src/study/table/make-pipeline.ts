import { applyToDataset, applyToTable, insertedRows } from "../../core/apply/apply.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { listExamples } from "../../core/examples.ts";
import type { Learner, Model } from "../../core/learner.ts";
import type { FittedPipeline, Pipeline, TrainingSet } from "../../core/pipeline.ts";
import { type LogicPatch, type TablePoison, isRaw, noDataPoison } from "../../core/poison.ts";
import type { Repair, Suspected } from "../../core/repair.ts";
import { type Table, columnOf } from "../../core/table.ts";
import type { Encoder, FittedEncoder } from "../../data/encoder.ts";
import { corruptModel, corruptTraining } from "./apply-logic.ts";
import { type ChosenDetector, type SuspectRows, type Suspicions, detectorRuns } from "./run-detector.ts";

/** A repair with what it needs; one that goes by suspicion has a detector. */
export interface PipelineRepair {
  readonly method: Repair;
  readonly params: unknown;
  readonly detector: ChosenDetector | null;
  /** What a detector that combines others hears; absent = nothing. */
  readonly heard?: readonly ChosenDetector[];
}

export interface PipelineParts {
  readonly encoder: Encoder;
  readonly fittedOn: "poisoned" | "frozen";
  readonly learner: Learner;
  /** Tuned. */
  readonly learnerParams: unknown;
  readonly repair: PipelineRepair | null;
  /** Verified rows of the clean table, for repairs that need some; absent or null where there are none. */
  readonly trusted?: TrainingSet | null;
}

/** Training data as the learner will meet them, with the encoder that made them. */
export interface EncodedTraining extends SuspectRows {
  readonly encoder: FittedEncoder;
}

interface LearnOptions extends RunContext {
  readonly start?: Model | null;
  readonly patch?: LogicPatch | null;
  readonly suspected?: (() => Promise<Suspected | null>) | undefined;
}

/** A pipeline in the stages that a study shares between trials. */
export interface StagedPipeline extends Pipeline {
  /** Applies the poison and encodes. */
  encode(clean: TrainingSet, poison: TablePoison | null): EncodedTraining;
  /** Suspicion of each training example by the detector of the repair; null where there is none. */
  suspicions(encoded: EncodedTraining, options: RunContext): Promise<Suspicions | null>;
  /** Repairs (by these suspicions) and learns. `suspected` is asked by repairs that choose how strong they are. */
  learn(encoded: EncodedTraining, suspicions: Suspicions | null, options: LearnOptions): Promise<FittedPipeline>;
}

export function makePipeline(parts: PipelineParts): StagedPipeline {
  const { learner, learnerParams, repair } = parts;
  const { trusted = null } = parts;
  const verifiedThrough = (encoder: FittedEncoder): Dataset | null =>
    trusted === null ? null : encoder.encode(trusted.table, trusted.rows);
  const cleanEncodings = new WeakMap<TrainingSet, EncodedTraining>();

  function encodeClean(clean: TrainingSet): EncodedTraining {
    let encoded = cleanEncodings.get(clean);
    if (encoded === undefined) {
      const encoder = parts.encoder.fit(clean.table, clean.rows);
      encoded = { encoder, data: encoder.encode(clean.table, clean.rows), table: clean.table, verified: verifiedThrough(encoder) };
      cleanEncodings.set(clean, encoded);
    }
    return encoded;
  }

  function encode(clean: TrainingSet, poison: TablePoison | null): EncodedTraining {
    if (poison?.kind === "upstream") throw new UsageError("this pipeline has no pretraining that could be poisoned");
    const patch = poison === null || poison.kind !== "data" ? noDataPoison : poison;
    const table = applyToTable(clean.table, patch);
    const inserted = insertedRows(clean.table, patch);
    if (inserted.length === 0 && sameFeatures(clean.table, table)) {
      const { encoder, data, verified } = encodeClean(clean);
      return { encoder, data: applyToDataset({ ...data, y: listExamples(table, clean.rows).y }, patch), table, verified };
    }
    const rows = Int32Array.from([...clean.rows, ...inserted]);
    const encoder = encoderUsed(parts.fittedOn, patch) === "frozen" ? encodeClean(clean).encoder : parts.encoder.fit(table, rows);
    return { encoder, data: applyToDataset(encoder.encode(table, rows), patch), table, verified: verifiedThrough(encoder) };
  }

  const fitLearner =
    (options: RunContext, settings: Readonly<Record<string, unknown>> = {}) =>
    (data: Dataset, start: Model | null = null, replaced: Readonly<Record<string, unknown>> = {}) =>
      learner.fit(data, { ...options, params: { ...(learnerParams as object), ...settings, ...replaced }, start });

  async function suspicions(encoded: EncodedTraining, options: RunContext): Promise<Suspicions | null> {
    if (repair === null || repair.detector === null) return null;
    return detectorRuns(encoded, { learner, learnerParams }, repair.heard ?? [], options)(repair.detector);
  }

  async function learn(encoded: EncodedTraining, suspicion: Suspicions | null, options: LearnOptions): Promise<FittedPipeline> {
    const given = options.patch ? corruptTraining(encoded.data, options.patch) : encoded.data;
    const fit = fitLearner({ ...options, rng: options.rng.fork("learner") }, options.patch?.settings);
    const context = {
      ...options,
      rng: options.rng.fork("repair"),
      params: repair?.params,
      learnerParams,
      fit,
      objective: (data: Dataset) => learner.objective?.(data, learnerParams) ?? null,
      flagged: suspicion?.flagged ?? null,
      trusted: repair?.method.needsTrusted === true ? (encoded.verified ?? null) : null,
    };
    const repaired =
      repair?.method.stage === "clean" && suspicion !== null ? await repair.method.repair(given, suspicion.scores, context) : given;
    const fitted =
      repair?.method.stage === "fit" ? await repair.method.repair(repaired, context) : await fit(repaired, options.start ?? null);
    const model = options.patch ? corruptModel(fitted, options.patch, encoded.encoder) : fitted;
    return {
      model,
      training: encoded.data,
      repaired,
      encode: (table, rows) => encoded.encoder.encode(table, rows),
      decode: (x) => encoded.encoder.decode(x),
      decodePart: (x) => encoded.encoder.decodePart(x),
      words: (table, rows) => encoded.encoder.words(table, rows),
      objective: () => learner.objective?.(repaired, learnerParams) ?? null,
    };
  }

  return {
    learner,
    learnerParams,
    encode,
    suspicions,
    learn,
    async fit(clean, options) {
      const poison = options.poison ?? null;
      const encoded = encode(clean, poison);
      return learn(encoded, await suspicions(encoded, options), {
        ...options,
        start: options.start?.model ?? null,
        patch: poison?.kind === "logic" ? poison : null,
      });
    },
  };
}

/** What the encoder is fitted on: poison in feature space needs features that keep their meaning. */
export function encoderUsed(fittedOn: "poisoned" | "frozen", poison: TablePoison | null): "poisoned" | "frozen" {
  return poison?.kind === "data" && !isRaw(poison) ? "frozen" : fittedOn;
}

function sameFeatures(a: Table, b: Table): boolean {
  return a.roles.features.every((name) => columnOf(a, name) === columnOf(b, name));
}
