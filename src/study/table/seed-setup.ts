import { type Rng, makeRng } from "../../numeric/random.ts";
import type { AttackTarget } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { listExamples, targetOf, taskNames } from "../../core/examples.ts";
import { type Metric, areUneven, classShares, primaryMetricId } from "../../core/metric.ts";
import type { FittedPipeline, TrainingSet } from "../../core/pipeline.ts";
import type { UpstreamPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import type { Knowledge, Reach } from "../../core/threat.ts";
import { type Encoder, type FittedEncoder, makeEncoder } from "../../data/encoder.ts";
import { type Split, refuseUseless, setApart, splitRows } from "../../data/split.ts";
import { type AttackerView, ownSample, viewOnSample } from "./attacker-view.ts";
import { type AttackChoice, type Methods, type StudyConfig, detectorsOf, methodOf, resolveReach, resolveTarget } from "../config.ts";
import { type StagedPipeline, makePipeline } from "./make-pipeline.ts";
import type { TrialSpec } from "../kind.ts";
import type { LabelUnits } from "./measure.ts";
import { type Ground, type Pretraining, dealRows, pretrain } from "./pretraining.ts";
import type { UntilAims } from "../until/run-search.ts";
import { separateTasks } from "./separate-tasks.ts";

export interface StudyInput {
  readonly table: Table;
  readonly config: StudyConfig;
  readonly methods: Methods;
  /** What searches are of, by learner; absent until all else is recorded. */
  readonly aims?: UntilAims;
  /** The attacks that are kept below the cut of a scan, by learner; absent until all else is recorded. */
  readonly unnoticedAims?: Readonly<Record<string, readonly AttackChoice[]>>;
}

/** What all trials of one seed share: the split, the tuned learner, the clean model. */
export interface SeedSetup {
  readonly rng: Rng;
  readonly clean: TrainingSet;
  readonly reach: Reach;
  /** What errors are divided by in each task, and whether each is a label of its own; see `Measured`. Shape: unit [tasks]. */
  readonly labels: LabelUnits;
  /** Whether a class of the study is rare; see `areUneven`. */
  readonly isUneven: boolean;
  /** The pipeline without any repair; its clean model is what a white-box attacker knows. */
  readonly undefended: StagedPipeline;
  pipelineWith(repair: TrialSpec["repair"]): StagedPipeline;
  /** The base model that all of these pipelines build on; null where they build on none. */
  readonly pretraining: Pretraining | null;
  /** The same pipelines on the base model as this poison leaves it. @throws UsageError where there is none */
  afterUpstream(poison: UpstreamPoison): Promise<Pick<SeedSetup, "undefended" | "pipelineWith">>;
  /** What the study is judged by, and so what an attacker on availability is after; see `primaryMetricId`. */
  readonly primary: Metric;
  /** The undefended pipeline trained on the clean data. */
  victim(): Promise<FittedPipeline>;
  /** Test and clean training examples of the targets through an encoder; encoded once for each encoder. */
  examplesThrough(encoder: FittedEncoder): { readonly test: Dataset; readonly clean: Dataset };
  /** The same test or training examples with the inputs of another table of as many rows. */
  examplesOf(part: "test" | "train", encoder: FittedEncoder, table: Table): Dataset;
  /** The examples of the targets among some rows of the clean table. */
  examplesAmong(rows: Int32Array, encoder: FittedEncoder): Dataset;
  /** What an attacker with this knowledge has; the surrogate is tuned on its own sample. */
  viewOf(knowledge: Knowledge): Promise<AttackerView>;
  /** Whom targeted attacks are to harm. */
  readonly target: AttackTarget;
}

/** The encoder of a study, shared by its seeds: it remembers the words of every text. */
export function makeStudyEncoder({ table, config }: StudyInput): Encoder {
  return makeEncoder(config.encoder, table);
}

/** The split of a seed, with verified rows set apart from training where the study has some. @throws UsageError where it cannot be made */
export function splitForSeed(table: Table, config: StudyConfig, seed: number): Split & { readonly trusted: Int32Array | null } {
  const rng = makeRng(seed);
  const split = splitRows(table, {
    testFraction: config.testFraction,
    rng: rng.fork("split"),
    measuredTasks: resolveReach(table, config).targetTasks,
    separate: config.sharing === "separate",
  });
  if (config.trustedFraction === undefined) return { ...split, trusted: null };
  const { kept, apart } = setApart(table, split.train, config.trustedFraction, rng.fork("trusted"));
  refuseUseless(table, { train: kept, test: split.test }, { separate: config.sharing === "separate" });
  return { train: kept, test: split.test, trusted: apart };
}

/** The clean training rows of a seed. @throws UsageError where the split cannot be made */
export function cleanForSeed(table: Table, config: StudyConfig, seed: number): TrainingSet {
  return { table, rows: dealForSeed(config, splitForSeed(table, config, seed), seed).own };
}

/** Where a base model is pretrained, its rows are set apart from the others. */
function dealForSeed({ pretraining }: StudyConfig, { train }: Split, seed: number): { pretraining: Int32Array | null; own: Int32Array } {
  return pretraining === undefined ? { pretraining: null, own: train } : dealRows(train, pretraining, makeRng(seed).fork("pretraining"));
}

/**
 * Splits, and tunes the learner once on the clean training rows; attacked trials keep what was tuned.
 *
 * @param tuned parameters that an earlier call for the same seed found; undefined = find them
 */
export async function setUpSeed(
  input: StudyInput,
  encoder: Encoder,
  seed: number,
  context: Omit<RunContext, "rng">,
  tuned?: unknown,
): Promise<SeedSetup> {
  const { table, config, methods } = input;
  const rng = makeRng(seed);
  const dealt = splitForSeed(table, config, seed);
  const { pretraining: upstreamRows, own } = dealForSeed(config, dealt, seed);
  const split = { train: own, test: dealt.test, trusted: dealt.trusted };
  const clean = { table, rows: split.train };
  const base = methodOf("learner", methods.learners, config.learner.id);
  const { learner, params } =
    config.sharing === "separate"
      ? separateTasks(base, config.learner.params, taskNames(table).length)
      : { learner: base, params: config.learner.params };

  const pretraining =
    upstreamRows === null
      ? null
      : await pretrain({ table, rows: upstreamRows }, { encoder, learner, params }, { ...context, rng: rng.fork("base model") });
  const ground: Ground = pretraining === null ? { encoder, learner } : await pretraining.after(null);
  const tune = (): Promise<unknown> => {
    const cleanData = ground.encoder.fit(table, split.train).encode(table, split.train);
    return ground.learner.tune(cleanData, { ...context, rng: rng.fork("tune"), params });
  };
  const learnerParams = tuned ?? (await tune());
  const pipelinesOn = (on: Ground): ((repair: TrialSpec["repair"]) => StagedPipeline) =>
    memoPipelines((repair) => {
      const trusted = split.trusted && { table, rows: split.trusted };
      const parts = { ...on, fittedOn: config.encoder.fittedOn, learnerParams, trusted };
      const chosenDetector = repair?.detector ?? null;
      return makePipeline({
        ...parts,
        repair: repair && {
          method: methodOf("repair", methods.repairs, repair.id),
          params: repair.params,
          detector: chosenDetector && { method: methodOf("detector", methods.detectors, chosenDetector.id), params: chosenDetector.params },
          heard: detectorsOf(config, methods),
        },
      });
    });

  const pipelineWith = pipelinesOn(ground);
  const undefended = pipelineWith(null);
  const sampleView = async (knowledge: Knowledge): Promise<AttackerView> => {
    const { ownSample: share, surrogate } = config.ignorance;
    const publicEncoder = undefended.encode(clean, null).encoder;
    const own = { ...context, rng: rng.fork("attacker") };
    const sources = upstreamRows === null ? null : { table, rows: upstreamRows };
    if (knowledge === "gray-box") return viewOnSample(clean, publicEncoder, { learner, learnerParams }, share, own, sources);
    const guessed = methodOf("learner", methods.learners, surrogate.id);
    const taken =
      config.sharing === "separate"
        ? separateTasks(guessed, surrogate.params, taskNames(table).length)
        : { learner: guessed, params: surrogate.params };
    const sample = publicEncoder.encode(table, ownSample(clean, share, own.rng));
    const tunedParams: unknown = await taken.learner.tune(sample, { ...context, rng: own.rng.fork("tune"), params: taken.params });
    return viewOnSample(clean, publicEncoder, { learner: taken.learner, learnerParams: tunedParams }, share, own, sources);
  };
  const views = new Map<Knowledge, Promise<AttackerView>>();
  const reach = resolveReach(table, config);
  const targeted = (data: Dataset): Dataset => {
    const { targetTasks } = reach;
    if (targetTasks === null) return data;
    const picked = positionsWhere(data.y.length, (i) => targetTasks.includes(data.task[i]));
    return selectExamples(data, picked);
  };
  const through = new WeakMap<FittedEncoder, { test: Dataset; clean: Dataset }>();
  const target = targetOf(table);
  const shares = classShares(target, listExamples(table).y);
  let trained: Promise<FittedPipeline> | null = null;
  const victim = (): Promise<FittedPipeline> => (trained ??= undefended.fit(clean, { ...context, rng: rng.fork("fit") }));
  return {
    rng,
    clean,
    reach,
    labels: { unit: labelUnits(table, split.train), ownLabels: table.roles.labels.length > 1 },
    isUneven: areUneven(shares),
    undefended,
    pipelineWith,
    pretraining,
    primary: methodOf("metric", methods.metrics, primaryMetricId(target, shares)),
    async afterUpstream(poison) {
      if (pretraining === null) throw new UsageError("this pipeline has no pretraining that could be poisoned");
      const own = pipelinesOn(await pretraining.after(poison));
      return { undefended: own(null), pipelineWith: own };
    },
    victim,
    viewOf(knowledge) {
      if (knowledge === "white-box" || knowledge === "none")
        return Promise.resolve({ clean, pipeline: undefended, victim, ...(pretraining === null ? {} : { upstream: pretraining.view }) });
      let view = views.get(knowledge);
      if (view === undefined) views.set(knowledge, (view = sampleView(knowledge)));
      return view;
    },
    examplesThrough(encoder) {
      let examples = through.get(encoder);
      if (examples === undefined) {
        examples = { test: targeted(encoder.encode(table, split.test)), clean: targeted(encoder.encode(table, split.train)) };
        through.set(encoder, examples);
      }
      return examples;
    },
    examplesAmong: (rows, encoder) => targeted(encoder.encode(table, rows)),
    examplesOf: (part, encoder, changed) => targeted(encoder.encode(changed, split[part])),
    target: resolveTarget(table, config, split.test),
  };
}

function memoPipelines(make: (repair: TrialSpec["repair"]) => StagedPipeline): (repair: TrialSpec["repair"]) => StagedPipeline {
  const made = new Map<string, StagedPipeline>();
  return (repair) => {
    const key = JSON.stringify(repair);
    let pipeline = made.get(key);
    if (pipeline === undefined) made.set(key, (pipeline = make(repair)));
    return pipeline;
  };
}

/** With several real labels, the standard deviation of each label's training values, so that errors in different units can be averaged; else 1. */
function labelUnits(table: Table, rows: Int32Array): Float64Array {
  const units = new Float64Array(taskNames(table).length).fill(1);
  if (table.roles.labels.length === 1 || targetOf(table).kind === "classes") return units;
  const { task, y } = listExamples(table, rows);
  for (let t = 0; t < units.length; t++) {
    const values = y.filter((_, i) => task[i] === t);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    if (variance > 0) units[t] = Math.sqrt(variance);
  }
  return units;
}
