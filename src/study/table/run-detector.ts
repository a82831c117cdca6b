import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector, DetectorContext, Heard, Scores } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Pipeline } from "../../core/pipeline.ts";
import { type OwnModel, takesOf } from "../scan/own-model.ts";
import { spreadFlags, spreadScores, subjectCount } from "../../core/spread-scores.ts";
import type { Table } from "../../core/table.ts";

/** A detector with its parameters. */
export interface ChosenDetector {
  readonly method: Detector;
  readonly params: unknown;
}

/** What a detector is given of a pipeline. */
export type Learning = Pick<Pipeline, "learner" | "learnerParams">;

/** Encoded rows, and the table that they were read from. */
export interface SuspectRows {
  readonly data: Dataset;
  /** With what the poison did to it. */
  readonly table: Table;
  /** Verified rows through the same encoder; absent or null where there are none. */
  readonly verified?: Dataset | null | undefined;
}

/** What a detector says of the training examples, through their tasks or sources where it judges those. */
export interface Suspicions {
  /** Shape: [examples]. */
  readonly scores: Float64Array;
  /** 1 for each example that its own rule flags; null where it only ranks. Shape: [examples]. */
  readonly flagged: Uint8Array | null;
  /** How many of the subjects that it flags it expects to be innocent; null where it cannot say. */
  readonly expectedFalseAlarms: number | null;
}

/** A detector's scores of its subjects; checked: finite numbers, one for each. */
export async function runDetector(
  { method, params }: ChosenDetector,
  { data: encoded, table, verified }: SuspectRows,
  learning: Learning,
  options: RunContext & Pick<DetectorContext, "trusted" | "others"> & { readonly own?: OwnModel | undefined },
): Promise<Scores> {
  const { own } = options;
  const takes = own === undefined ? { probabilities: false, embeddings: false } : takesOf(method, own);
  const data = takes.embeddings ? own!.embedding!.embed(encoded) : encoded;
  const { learner, learnerParams } = takes.embeddings ? own!.embedding!.learning : learning;
  const trained = (rows: Dataset, start: Model | null = null): Promise<Model> =>
    learner.fit(rows, { ...options, params: learnerParams, start });
  const fit = takes.probabilities ? () => Promise.resolve(own!.given!) : trained;
  const scores = await method.score(data, {
    ...options,
    rng: options.rng.fork("detector").fork(method.id),
    params,
    fit,
    objective: (rows) => learner.objective?.(rows, learnerParams) ?? null,
    represent: learner.learnsFeatures === true && !takes.embeddings ? async (rows) => asRepresented(rows, await fit(rows)) : null,
    table,
    verified,
  });
  if (scores.values.length !== subjectCount(method.subject, data) || !scores.values.every(Number.isFinite))
    throw new Error(`${method.id} must give one finite score for each ${method.subject}`);
  return scores;
}

/** Runs detectors on these rows, each once however often it is asked for. One that combines others hears `heard`, without those whose numbers give out. */
export function detectorRuns(
  rows: SuspectRows,
  learning: Learning,
  heard: readonly ChosenDetector[],
  options: RunContext,
): (detector: ChosenDetector) => Promise<Suspicions> {
  const known = new Map<string, Promise<Scores>>();
  const run = (detector: ChosenDetector): Promise<Scores> => {
    const key = JSON.stringify([detector.method.id, detector.params]);
    let scores = known.get(key);
    if (scores === undefined) {
      scores = runDetector(detector, rows, learning, { ...options, others });
      known.set(key, scores);
    }
    return scores;
  };
  const others = async (data?: Dataset): Promise<Heard[]> => {
    const out: Heard[] = [];
    for (const detector of heard) {
      const { method } = detector;
      if (method.combines === true || (data !== undefined && method.subject !== "row")) continue;
      try {
        const scores = await (data === undefined
          ? run(detector)
          : runDetector(detector, { ...rows, data }, learning, { ...options, rng: options.rng.fork("other data") }));
        out.push({ method, scores });
      } catch (error) {
        if (!(error instanceof NumericalError)) throw error;
      }
    }
    return out;
  };
  return async (detector) => {
    const { values, flagged, expectedFalseAlarms = null } = await run(detector);
    const { subject } = detector.method;
    return {
      scores: spreadScores(subject, values, rows.data),
      flagged: flagged === undefined ? null : spreadFlags(subject, flagged, rows.data),
      expectedFalseAlarms,
    };
  };
}

function asRepresented(data: Dataset, model: Model): Dataset {
  if (model.represent === undefined) return data;
  const x = model.represent(data);
  const names = Array.from({ length: x.cols }, (_, unit) => `learned feature ${unit + 1}`);
  return { ...data, x, features: { names, kinds: names.map(() => "real"), groups: names } };
}
