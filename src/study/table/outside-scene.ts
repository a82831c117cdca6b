import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import { type OutsideAnswers, type OutsideLearning, type OutsideTask, classesOfScores } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import type { FittedPipeline, TrainingSet } from "../../core/pipeline.ts";
import type { TablePoison } from "../../core/poison.ts";
import type { Encoder } from "../../data/encoder.ts";
import { type AttackChoice, type Chosen, methodOf } from "../config.ts";
import { followsLabels } from "../follows-labels.ts";
import type { Cell, Scene } from "../kind.ts";
import type { LearnerDoubts } from "../record.ts";
import { rehearsalOf } from "./attacker-estimate.ts";
import { measureIntentOfAnswers, triggerable, withTrigger } from "./intent-metrics.ts";
import { measure, measureAnswers } from "./measure.ts";
import { realRows } from "./real-rows.ts";
import { type StoodFor, tableScene } from "./scene.ts";
import { type SeedSetup, type StudyInput, setUpSeed } from "./seed-setup.ts";

/** Has the learner learn and answer; once more, though the answer is known, where `isRepeated`. */
type Ask = (task: Omit<OutsideTask, "seed">, isRepeated?: boolean) => Promise<OutsideAnswers>;

interface Said extends Pick<LearnerDoubts, "repeated"> {
  readonly answers: OutsideAnswers;
}

/** A learner that stands for one into which nobody looks, tuned. */
interface Surrogate extends Chosen {
  /** Held-out rows of the clean data on which both say the same class; of numbers, 1 − the squared difference over the variance of what is said. */
  readonly agreement: number;
}

/** What the trials of a seed share, as their records have it. */
interface OutsideParams {
  readonly learner: unknown;
  /** The one that agrees best first. */
  readonly surrogates: readonly Surrogate[];
  /** How often the learner was run to find that out. */
  readonly runs: number;
  /** Rows that it answered twice after training on the same rows, and how often otherwise; of the first seed. */
  readonly repeated?: LearnerDoubts["repeated"];
}

/** A surrogate with what makes poison on it. */
interface Maker {
  readonly setup: SeedSetup;
  readonly standIn: StoodFor;
  readonly scene: Scene<TablePoison>;
}

/** Of patches, the harm of those that were tried in their places. */
type Tried = WeakMap<TablePoison, readonly (number | null)[]>;

/**
 * A seed of a study of a learner into which nobody looks. What has to be looked into, to make poison, to suspect rows and to repair them, is a surrogate: of a few learners the one that
 * says what the learner says of rows that neither has seen. What the poison damages is then measured on the learner itself.
 */
export async function outsideScene(
  input: StudyInput,
  encoder: Encoder,
  { seed, learner }: Pick<Cell, "seed" | "learner">,
  outside: OutsideLearning,
  context: Omit<RunContext, "rng">,
  tuned?: unknown,
): Promise<Scene<TablePoison>> {
  const ask: Ask = (task, isRepeated = false) =>
    outside.answer(learner.params, { ...task, seed }, { ...context, ...(isRepeated ? { isRepeated } : {}) });
  /** What is searched is an attack on the learner itself. */
  const aim = input.aims?.[learner.id] ?? null;
  const inputOf = ({ id, params }: Chosen): StudyInput => ({
    ...input,
    config: { ...input.config, learner: { id, params } },
    aims: { [id]: aim },
  });
  const setUp = (surrogate: Chosen, known?: unknown): Promise<SeedSetup> => setUpSeed(inputOf(surrogate), encoder, seed, context, known);
  const params = (tuned as OutsideParams | undefined) ?? (await chooseSurrogates());

  /** Patches that were tried on the learner before one was used, by the one. */
  const tried: Tried = new WeakMap();
  const makers = new Map<string, Promise<Maker>>();
  const makerOf = (surrogate: Surrogate): Promise<Maker> => {
    let maker = makers.get(surrogate.id);
    if (maker === undefined) {
      maker = setUp(surrogate, surrogate.params).then((setup) => {
        const isAsked = outside.queries(learner.params) > 0;
        const own = standIn(input, setup, surrogate, ask, { setUpRuns: params.runs, repeated: params.repeated, tried, isAsked });
        return { setup, standIn: own, scene: tableScene(inputOf(surrogate), setup, own) };
      });
      makers.set(surrogate.id, maker);
    }
    return maker;
  };
  const first = await makerOf(params.surrogates[0]);
  const attackOf = (choice: AttackChoice): Attack => {
    const meant = choice.until === true ? aim?.attack : choice;
    if (meant === undefined) throw new NumericalError("no attack has ended that a search could be of");
    return methodOf("attack", input.methods.attacks, meant.id);
  };
  /** Surrogates that an attack can be made on, the one that agrees best first. */
  const makersFor = (choice: AttackChoice | null): readonly Surrogate[] => {
    const attack = choice === null ? null : attackOf(choice);
    const { sharing } = input.config;
    const fitting = params.surrogates.filter(({ id }) => {
      const setting = { table: input.table, learner: methodOf("learner", input.methods.learners, id), sharing };
      return (attack?.refuses?.(setting) ?? null) === null;
    });
    if (fitting.length === 0)
      throw new NumericalError(`${choice?.id} can be made on none of ${params.surrogates.map(({ id }) => id).join(", ")}`);
    return fitting;
  };
  const madeBy = new WeakMap<TablePoison, Maker>();
  return {
    learnerParams: params,
    budgetRows: (choice, fraction) => first.scene.budgetRows(choice, fraction),
    async poison(choice, fraction, repair, options) {
      const isRehearsed = attackOf(choice).threat.goal === "availability" && choice.against === undefined && choice.until !== true;
      const queries = isRehearsed ? Math.max(1, outside.queries(learner.params)) : 1;
      const surrogates = makersFor(choice);
      let used: { poison: TablePoison; maker: Maker; harm: number } | null = null;
      let failure = new NumericalError("no patch was made");
      const harms: (number | null)[] = [];
      for (let k = 0; k < queries; k++) {
        const maker = await makerOf(surrogates[k % surrogates.length]);
        try {
          const poison = await maker.scene.poison(choice, fraction, repair, options, Math.floor(k / surrogates.length));
          if (poison === null) return null;
          const harm = queries === 1 ? null : await harmOf(poison, maker);
          harms.push(harm);
          if (used === null || (harm ?? -Infinity) > used.harm) used = { poison, maker, harm: harm ?? -Infinity };
        } catch (error) {
          if (!(error instanceof NumericalError)) throw error;
          failure = error;
        }
      }
      if (used === null) throw failure;
      madeBy.set(used.poison, used.maker);
      if (queries > 1) tried.set(used.poison, harms);
      return used.poison;
    },
    async ground(poison, choice, options) {
      const maker = (poison === null ? undefined : madeBy.get(poison)) ?? (await makerOf(makersFor(choice)[0]));
      return maker.scene.ground(poison, choice, options);
    },
  };

  /** The learner's error, once it was trained on all but the held-out rows with the patch in them, on these as they are; null where it cannot be told. */
  async function harmOf(poison: TablePoison, { setup, standIn: asker }: Maker): Promise<number | null> {
    const held = new Set(rehearsalOf(setup, context).held);
    const encoded = setup.undefended.encode(setup.clean, poison);
    const kept = positionsWhere(encoded.data.row.length, (i) => !held.has(encoded.data.row[i]));
    const rows = setup.examplesAmong(Int32Array.from(held), setup.undefended.encode(setup.clean, null).encoder);
    return asker.harm({ ...encoded, data: selectExamples(encoded.data, kept) }, rows);
  }

  async function chooseSurrogates(): Promise<OutsideParams> {
    const candidates = outside.surrogates(learner.params, targetOf(input.table)).map((id) => ({
      id,
      params: resolveParams<object>(id, methodOf("learner", input.methods.learners, id).params),
    }));
    const found: Surrogate[] = [];
    let said: Said | null = null;
    for (const candidate of candidates) {
      const setup = await setUp(candidate);
      const { clean, held, victim } = rehearsalOf(setup, context);
      const shown: Said = (said ??= await answersOnHeld(setup, clean, held));
      const model = (await victim()).model;
      const rows = setup.examplesAmong(held, setup.undefended.encode(clean, null).encoder);
      const own = { outputs: model.outputs, scores: model.scores(rows) };
      found.push({ id: candidate.id, params: setup.undefended.learnerParams, agreement: agreementOf(own, shown.answers, rows) });
    }
    // Sorting is stable: of equals the first that was named.
    return {
      learner: outside.shown(learner.params),
      surrogates: found.sort((a, b) => b.agreement - a.agreement),
      runs: seed === input.config.firstSeed ? 3 : 1,
      ...(said?.repeated === undefined ? {} : { repeated: said.repeated }),
    };
  }

  /** What the learner says of rows that were held out; on the first seed after it showed that it learns from what it is given, and how far it says the same again. */
  async function answersOnHeld(setup: SeedSetup, clean: TrainingSet, held: Int32Array): Promise<Said> {
    const training = setup.undefended.encode(clean, null).data;
    const rows = setup.examplesAmong(held, setup.undefended.encode(clean, null).encoder).row;
    const test = [{ table: input.table, rows }];
    const asked = { table: input.table, train: { rows: training.row, y: training.y }, test };
    const said = await ask(asked);
    if (seed !== input.config.firstSeed) return { answers: said };
    const labels = { y: training.y, target: targetOf(input.table), rng: setup.rng.fork("other labels") };
    if (!(await followsLabels(said, labels, (y) => ask({ table: input.table, train: { rows: training.row, y }, test }))))
      throw new NumericalError(
        "the learner says the same of every row when its training labels are mixed at random: it does not learn from the rows that it is given, so nothing about poison in them can be measured",
      );
    const again = await ask(asked, true);
    const [first, second] = [said, again].map((answers) => classesOrValues(answers, { target: targetOf(input.table) }));
    const changed = positionsWhere(rows.length, (i) => Math.abs(first[i] - second[i]) > 1e-6 * Math.max(1, Math.abs(first[i]))).length;
    return { answers: said, repeated: { answers: rows.length, changed } };
  }
}

/** What stands in the place of the figures of a surrogate: those of the learner that it stands for. */
function standIn(
  { methods }: StudyInput,
  setup: SeedSetup,
  { id: surrogate, agreement }: Surrogate,
  ask: Ask,
  {
    setUpRuns,
    repeated,
    tried,
    isAsked,
  }: { readonly setUpRuns: number; readonly repeated?: LearnerDoubts["repeated"]; readonly tried: Tried; readonly isAsked: boolean },
): StoodFor {
  const { table } = setup.clean;
  let cleanMetrics: Promise<Record<string, number>> | null = null;
  const measureClean = async (): Promise<Record<string, number>> => {
    const victim = await setup.victim();
    const { test } = setup.examplesThrough(setup.undefended.encode(setup.clean, null).encoder);
    return measure(methods.metrics, victim.model, test, setup.labels).metrics;
  };
  const cleanTraining = (): OutsideTask["train"] => {
    const { row, y } = setup.undefended.encode(setup.clean, null).data;
    return { rows: row, y };
  };
  return {
    isAsked,
    real(poison, fitted, clean) {
      if (poison.kind !== "data") throw new NumericalError("it changes the learner and not the data, and nobody looks into this one");
      return Promise.resolve(realRows(poison, fitted, clean));
    },
    async harm({ data, table: poisoned }, held) {
      const said = await ask({ table: poisoned, train: { rows: data.row, y: data.y }, test: [{ table, rows: held.row }] });
      const { primary, labels } = setup;
      const { [primary.id]: value } = measureAnswers([primary], said, held, labels).metrics;
      if (value === undefined) return null;
      return primary.better === "higher" ? primary.range[1] - value : value;
    },
    async look({ encoded, fitted, test, poison, repair, isEstimated, metrics }) {
      const train = trainingOf(fitted);
      const intent = poison?.intent;
      const turned = intent?.goal === "backdoor" ? triggerable(intent, test, table) : new Int32Array(0);
      const rows = turned.map((i) => test.row[i]);
      const parts = [
        { table, rows: test.row },
        ...(intent?.goal === "backdoor" && rows.length > 0 ? [{ table: withTrigger(table, rows, intent), rows }] : []),
      ];
      const said = await ask({ table: encoded.table, train, test: parts });
      const own = partOf(said, 0, test.y.length);
      const shown = measureAnswers(methods.metrics, own, test, setup.labels);
      const harms = poison === null || repair !== null ? undefined : tried.get(poison);
      let runs = 1 + (poison === null && repair === null ? setUpRuns : 0) + (harms?.length ?? 0) + Number(isAsked && isEstimated);
      let goal: ReturnType<typeof measureIntentOfAnswers> = { metrics: {}, rows: {} };
      if (intent !== undefined) {
        runs++;
        const before = await ask({ table, train: cleanTraining(), test: parts });
        const triggered = { attacked: spread(said), clean: spread(before) };
        const answered = {
          test,
          answers: classesOrValues(own, test),
          before: classesOrValues(partOf(before, 0, test.y.length), test),
          triggered: () => triggered,
        };
        goal = measureIntentOfAnswers(intent, answered, table);
      }
      const shareRows = { ...shown.rows, ...goal.rows };
      return {
        metrics: { ...shown.metrics, ...goal.metrics },
        ...(Object.keys(shareRows).length === 0 ? {} : { shareRows }),
        ...(poison === null && repair === null ? doubtsOf(own, test) : {}),
        ...(setup.isUneven && shown.recalls !== null ? { recalls: shown.recalls } : {}),
        transfer: {
          surrogate,
          agreement,
          metrics,
          cleanMetrics: await (cleanMetrics ??= measureClean()),
          runs,
          isAsked,
          ...(harms && { tried: harms }),
        },
      };

      function doubtsOf(answers: OutsideAnswers, rows: Dataset): { readonly doubts?: LearnerDoubts } {
        const constant = constantOf(classesOrValues(answers, rows), rows, train.y);
        const doubts = { ...(repeated && { repeated }), ...(constant && { constant }) };
        return Object.keys(doubts).length === 0 ? {} : { doubts };
      }

      /** Answers to rows with the trigger in them, at the places of these rows in the test. */
      function spread(answers: OutsideAnswers): Float64Array {
        const out = new Float64Array(test.y.length).fill(NaN);
        classesOrValues(partOf(answers, test.y.length, turned.length), test).forEach((answer, k) => (out[turned[k]] = answer));
        return out;
      }
    },
  };
}

/** What the learner is to be given, as the repair in front of it left the rows. @throws NumericalError where it gave rows a weight */
function trainingOf({ repaired }: FittedPipeline): OutsideTask["train"] {
  const { weight, row, y } = repaired;
  if (weight !== null && weight.some((value) => value !== weight[0]))
    throw new NumericalError("the repair weighs rows, and rows that are handed over have no weights");
  if (row.length === 0) throw new NumericalError("the repair leaves no row to learn from");
  return { rows: row, y };
}

function partOf({ outputs, scores }: OutsideAnswers, from: number, count: number): OutsideAnswers {
  return { outputs, scores: scores.subarray(from * outputs, (from + count) * outputs) };
}

function classesOrValues({ outputs, scores }: OutsideAnswers, { target }: Pick<Dataset, "target">): Float64Array {
  return target.kind === "classes" ? classesOfScores(scores, outputs) : scores;
}

/** Of classes: how many rows are answered right, and how many the most frequent class of the training rows is right about. */
function constantOf(answers: Float64Array, { y, target }: Dataset, trained: Float64Array): LearnerDoubts["constant"] | undefined {
  if (target.kind !== "classes" || y.length === 0) return undefined;
  const counts = new Float64Array(target.names.length);
  for (const k of trained) counts[k]++;
  const usual = counts.indexOf(Math.max(...counts));
  const rightIf = (is: (i: number) => boolean): number => positionsWhere(y.length, is).length;
  return { rows: y.length, right: rightIf((i) => answers[i] === y[i]), constantRight: rightIf((i) => y[i] === usual) };
}

function agreementOf(a: OutsideAnswers, b: OutsideAnswers, rows: Dataset): number {
  const [x, y] = [classesOrValues(a, rows), classesOrValues(b, rows)];
  if (rows.target.kind === "classes") return x.reduce((sum, value, i) => sum + Number(value === y[i]), 0) / Math.max(1, x.length);
  const mean = y.reduce((sum, value) => sum + value, 0) / Math.max(1, y.length);
  const spread = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const apart = x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0);
  return spread === 0 ? Number(apart === 0) : 1 - apart / spread;
}
