import type { Attack, AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { findBreach } from "../../core/patch.ts";
import type { Model } from "../../core/learner.ts";
import type { FittedEncoder } from "../../data/encoder.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type TablePoison, type UpstreamPoison, isRaw } from "../../core/poison.ts";
import type { Budget, ThreatModel } from "../../core/threat.ts";
import { type AttackChoice, detectorsOf, methodOf } from "../config.ts";
import type { Ground, Look, Repair, Scene, TrialSpec } from "../kind.ts";
import type { Rng } from "../../numeric/random.ts";
import { attemptsWithin, bestBehindRepair } from "./adapt.ts";
import { budgetsBelow } from "../budgets.ts";
import { seedBudget } from "./budget.ts";
import { rememberClimbs } from "./climbs.ts";
import { type Encoded, type ExamplesOf, intentObjective, measureIntentWithRows } from "./intent-metrics.ts";
import { type Rehearsal, type RehearsalAsker, errorOn, estimateHarm, rehearsalOf } from "./attacker-estimate.ts";
import { type EncodedTraining, encoderUsed } from "./make-pipeline.ts";
import { majorityAccuracy, majorityQuantity, measure } from "./measure.ts";
import { lastingBudget, lookLater, poisonFirst } from "./persistence.ts";
import { poisonedExamples } from "./poisoned-examples.ts";
import { poisonWithin } from "./poison-within.ts";
import { reachableCount } from "./reach.ts";
import { detectorRuns } from "./run-detector.ts";
import type { SeedSetup, StudyInput } from "./seed-setup.ts";
import type { Searched } from "../until/run-search.ts";
import { type TableSearch, searchTable } from "./search-table.ts";
import { searchUnnoticed } from "./search-unnoticed.ts";
import { suspectedShare } from "./suspected-share.ts";

/** A learner into which nobody looks, for which the learner of a scene stands. */
export interface StoodFor extends RehearsalAsker {
  /** Whether attackers may ask it how a rehearsal went; else they take their harm to be what it is on the stand-in. */
  readonly isAsked: boolean;
  /** What takes the place of what the stand-in shows. */
  look(learned: Learned): Promise<Pick<Look, "metrics" | "shareRows" | "recalls" | "transfer">>;
}

/** What the stand-in learned from and shows. */
export interface Learned {
  readonly encoded: EncodedTraining;
  readonly fitted: FittedPipeline;
  readonly test: Dataset;
  readonly poison: TablePoison | null;
  readonly repair: Repair | null;
  /** Whether the attacker asks how a rehearsal of the trial goes. */
  readonly isEstimated: boolean;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A seed of a study of a table. @param outside the learner that is meant, where nobody can look into it; null = the one of the study itself */
export function tableScene(input: StudyInput, setup: SeedSetup, outside: StoodFor | null = null): Scene<TablePoison> {
  const attackOf = ({ id }: AttackChoice): Attack => methodOf("attack", input.methods.attacks, id);
  const budgetFor = (choice: AttackChoice, fraction: number): Budget =>
    choice.lasting === true
      ? lastingBudget(setup, input.config, fraction)
      : seedBudget(input.config.counted, fraction, countWithin(setup, attackOf(choice)));
  const searchHere = (options: RunContext): Promise<Searched<TablePoison>> => {
    const { until: goal, learner } = input.config;
    const aim = input.aims?.[learner.id] ?? null;
    if (goal === undefined || aim === null) throw new NumericalError("no attack has ended that a search could be of");
    const attack = attackOf(aim.attack);
    const asked = outside === null ? null : judgedOutside(input, setup, outside, options);
    return searchTable(
      input,
      setup,
      { goal, aim, attack, count: countWithin(setup, attack), refuse: refuseBreach, outside: asked },
      options,
    );
  };
  const keepUnseen = (fraction: number, options: RunContext): ReturnType<typeof searchUnnoticed> =>
    searchUnnoticed(
      input,
      setup,
      {
        choices: input.unnoticedAims?.[input.config.learner.id] ?? [],
        budgetOf: (attack) => seedBudget(input.config.counted, fraction, countWithin(setup, attack)),
        blind: (choice) => climbed(choice, fraction, options),
        refuse: refuseBreach,
      },
      options,
    );
  let searched: Searched<TablePoison> | null = null;
  let unseen: Awaited<ReturnType<typeof searchUnnoticed>> | null = null;
  let rehearsal: Rehearsal | null = null;
  const budgets = new WeakMap<TablePoison, Budget>();
  const climbs = rememberClimbs();
  /** The budgets that an attack goes through up to this one. */
  const budgetsUpTo = (choice: AttackChoice, fraction: number): Budget[] =>
    [...(choice.goesOn === true ? budgetsBelow(input.config, fraction) : []), fraction].map((one) => budgetFor(choice, one));
  /** From its beginning: what is drawn for a budget does not depend on which others were made in the same go. */
  const streamOf = (attack: Attack, draw: number): Rng => {
    const stream = setup.rng.fork("attack").fork(attack.id);
    return draw === 0 ? stream : stream.fork("draw").fork(draw);
  };
  /** What an attack makes without a thought of repairs and scans. */
  const climbed = async (choice: AttackChoice, fraction: number, options: RunContext, draw = 0): Promise<TablePoison> => {
    const attack = attackOf(choice);
    const given = { ...(await setup.viewOf(choice.knowledge ?? "white-box")), reach: setup.reach, target: setup.target };
    const fractions = budgetsUpTo(choice, fraction).map((one) => one.fraction);
    return climbs.up(`${JSON.stringify(choice)} ${draw}`, fractions, (one, findings) =>
      poisonWithin(
        attack,
        { ...given, budget: budgetFor(choice, one), findings },
        { ...options, rng: streamOf(attack, draw), params: choice.params },
        setup.rng.fork("accounts"),
      ),
    );
  };
  /** Whoever knows less or plans around a repair is compared with itself alone, and whoever has an intent by how far that gets. */
  const estimateOf = (
    poison: TablePoison | null,
    choice: AttackChoice | null,
    context: Omit<RunContext, "rng">,
  ): ((onOwnRows: number | null) => Promise<number | null>) | null => {
    const budget = poison === null ? undefined : budgets.get(poison);
    if (choice === null || budget === undefined || poison?.intent !== undefined || poison?.kind === "upstream") return null;
    if (choice.knowledge !== undefined || choice.against !== undefined) return null;
    return (onOwnRows) =>
      estimateHarm(setup, (rehearsal ??= rehearsalOf(setup, context)), attackOf(choice), {
        ...{ budgets: budgetsUpTo(choice, budget.fraction), params: choice.params, context, onOwnRows },
        asks: outside?.isAsked === true ? outside : null,
      });
  };
  return {
    learnerParams: setup.undefended.learnerParams,
    budgetRows(choice, fraction) {
      if (choice.until === true) return 0;
      const spent = choice.unseen === true ? input.unnoticedAims?.[input.config.learner.id]?.at(0) : choice;
      return spent === undefined ? 0 : budgetFor(spent, fraction).rows;
    },
    async poison(choice, fraction, repair, context, draw = 0) {
      const options = { ...context, rng: setup.rng.fork("fit") };
      if (choice.until === true) {
        searched = await searchHere(options);
        return searched.poison;
      }
      if (choice.unseen === true) {
        unseen = await keepUnseen(fraction, options);
        return unseen.poison;
      }
      const attack = attackOf(choice);
      if (choice.lasting === true) return poisonFirst(setup, attack, choice, budgetFor(choice, fraction), options);
      const budget = budgetFor(choice, fraction);
      const { params, knowledge, against } = choice;
      const made =
        against === undefined || repair === null
          ? await climbed(choice, fraction, options, draw)
          : await poisonBehind(
              setup,
              repair,
              attack,
              { ...(await setup.viewOf(knowledge ?? "white-box")), budget, reach: setup.reach, target: setup.target },
              { ...options, rng: streamOf(attack, 0), params },
            );
      const poison = outside === null ? made : await outside.real(made, await setup.victim(), setup.clean);
      refuseBreach(poison, attack.threat, setup, budget);
      budgets.set(poison, budget);
      return poison;
    },
    async ground(poison, choice, context) {
      const options = { ...context, rng: setup.rng.fork("fit") };
      if (choice?.until === true && searched !== null) {
        const { result, rows } = searched;
        const under = await groundUnder(input, setup, poison, options, null, outside);
        return {
          ...under,
          async look(trial) {
            const { transfer, ...look } = await under.look(trial);
            const asked = transfer && { transfer: { ...transfer, runs: transfer.runs + result.tried.length } };
            return { ...look, ...asked, budgetRows: rows, until: result };
          },
        };
      }
      if (choice?.unseen === true && unseen !== null) {
        const { result } = unseen;
        const under = await groundUnder(input, setup, poison, options);
        // What the scan at home flags has been told; to rank it by every detector once more would only take time.
        return {
          ...under,
          poisoned: null,
          look: async (trial) => ({
            ...(await under.look(trial)),
            ...(result.attack === null ? {} : { attack: result.attack, access: result.access }),
            unnoticed: result,
          }),
        };
      }
      return choice?.lasting === true && poison !== null
        ? groundOfFirst(input, setup, poison, options)
        : groundUnder(input, setup, poison, options, estimateOf(poison, choice, context), outside);
    },
  };
}

/** What a search asks of a learner into which nobody looks. */
function judgedOutside(input: StudyInput, setup: SeedSetup, outside: StoodFor, options: RunContext): NonNullable<TableSearch["outside"]> {
  return {
    real: async (poison) => outside.real(poison, await setup.victim(), setup.clean),
    async metricsAfter(poison) {
      const under = await groundUnder(input, setup, poison, options, null, outside);
      return (await under.look({ id: "until", repair: null })).metrics;
    },
  };
}

/** @param estimate what the attacker takes its harm to be; null where nothing is chosen by that */
async function groundUnder(
  input: StudyInput,
  setup: SeedSetup,
  poison: TablePoison | null,
  options: RunContext,
  estimate: ((onOwnRows: number | null) => Promise<number | null>) | null = null,
  outside: StoodFor | null = null,
): Promise<Ground> {
  const isUpstream = poison?.kind === "upstream";
  const on = isUpstream ? await setup.afterUpstream(poison) : setup;
  const encoded = on.undefended.encode(setup.clean, isUpstream ? null : poison);
  const poisoned = poisonedExamples(encoded.data, poison, setup.clean.table);
  const detectors = detectorsOf(input.config, input.methods);
  const ask = detectorRuns(encoded, on.undefended, detectors, options);
  let share: ReturnType<typeof suspectedShare> | null = null;
  const suspected = (): ReturnType<typeof suspectedShare> => (share ??= suspectedShare(detectors, ask));
  const onOwnRows = (model: Model, encoder: FittedEncoder): number | null =>
    outside !== null ? null : errorOn(setup.examplesThrough(encoder).clean, model, setup.primary, setup.labels);
  const suspicionsOf = (chosen: { readonly id: string; readonly params: unknown }): ReturnType<typeof ask> =>
    ask({ method: methodOf("detector", input.methods.detectors, chosen.id), params: chosen.params });
  return {
    trainingRows: encoded.data.y.length,
    touchedRows: isUpstream ? rowsTouched(poison) : poisoned.reduce((sum, is) => sum + is, 0),
    // Of poison upstream there is no row among those that are learned from.
    poisoned: isUpstream ? null : poisoned,
    suspicion: async (chosen) => (await suspicionsOf(chosen)).scores,
    async look({ repair }): Promise<Look> {
      const pipeline = on.pipelineWith(repair);
      const suspicions = repair?.detector ? await suspicionsOf(repair.detector) : null;
      const start = poison === null ? null : (await setup.victim()).model;
      const patch = poison?.kind === "logic" ? poison : null;
      const fitted = await pipeline.learn(encoded, suspicions, { ...options, start, patch, suspected });
      const { test } = setup.examplesThrough(encoded.encoder);
      const goal = await judgeGoal(setup, poison, { model: fitted.model, encoder: encoded.encoder });
      const shown = measure(input.methods.metrics, fitted.model, test, setup.labels);
      const majority = poison === null && repair === null ? majorityAccuracy(encoded.data, test, setup.labels) : null;
      const shareRows = { ...shown.rows, ...goal.rows };
      const metrics = { ...shown.metrics, ...goal.metrics };
      const isEstimated = repair === null && estimate !== null;
      const theirs = outside === null ? null : await outside.look({ encoded, fitted, test, poison, repair, isEstimated, metrics });
      return {
        encoder: encoderUsed(input.config.encoder.fittedOn, poison),
        ...(poison?.kind === "data" && !isRaw(poison) ? { inFeatureSpace: true } : {}),
        testRows: test.y.length,
        metrics: { ...metrics, ...(majority === null ? {} : { [majorityQuantity.id]: majority }) },
        ...(Object.keys(shareRows).length === 0 ? {} : { shareRows }),
        ...(setup.isUneven && shown.recalls !== null ? { recalls: shown.recalls } : {}),
        attackerObjective: goal.objective,
        ...(isEstimated ? { attackerEstimate: await estimate(onOwnRows(fitted.model, encoded.encoder)) } : {}),
        ...(theirs === null
          ? {}
          : { ...theirs, metrics: { ...theirs.metrics, ...(majority === null ? {} : { [majorityQuantity.id]: majority }) } }),
      };
    },
  };
}

/** Poison among a first part of the rows, which is looked at as clean ones arrive. */
function groundOfFirst(input: StudyInput, setup: SeedSetup, poison: TablePoison, options: RunContext): Ground {
  const look = lookLater(input, setup, poison, options);
  return {
    trainingRows: 0,
    touchedRows: 0,
    poisoned: null,
    suspicion: () => Promise.reject(new Error("rows that arrive later are not scored")),
    async look({ arrival }: TrialSpec): Promise<Look> {
      if (arrival === undefined) throw new Error("poison that lasts is looked at as rows arrive");
      const { arrivedRows, cleanMetrics, ...figures } = await look(arrival);
      return {
        encoder: encoderUsed(input.config.encoder.fittedOn, poison),
        ...(poison.kind === "data" && !isRaw(poison) ? { inFeatureSpace: true } : {}),
        ...figures,
        attackerObjective: null,
        arrival: { ...arrival, rows: arrivedRows, cleanMetrics },
      };
    },
  };
}

/** The poison of an attacker who knows the repair in place. */
async function poisonBehind(
  setup: SeedSetup,
  repair: Repair,
  attack: Attack,
  given: AttackInput,
  options: RunContext & { readonly params: unknown },
): Promise<TablePoison> {
  const pipeline = setup.pipelineWith(repair);
  const fitting = { ...options, rng: setup.rng.fork("fit") };
  let defended: Promise<FittedPipeline> | null = null;
  const behind = { ...given, pipeline, victim: () => (defended ??= pipeline.fit(setup.clean, fitting)) };
  return bestBehindRepair(
    attemptsWithin(given.budget),
    async ({ againstRepair, budget }, index) => {
      const own = { ...options, rng: options.rng.fork(index) };
      const poison = await poisonWithin(attack, { ...(againstRepair ? behind : given), budget }, own, setup.rng.fork("accounts"));
      refuseBreach(poison, attack.threat, setup, budget);
      return poison;
    },
    async (poison) => {
      const encoded = pipeline.encode(setup.clean, poison);
      const suspicions = await pipeline.suspicions(encoded, fitting);
      // Without what other detectors suspect: to ask them all at every attempt would cost more than the attack.
      const { model } = await pipeline.learn(encoded, suspicions, { ...fitting, patch: poison.kind === "logic" ? poison : null });
      return (await judgeGoal(setup, poison, { model, encoder: encoded.encoder })).objective;
    },
  );
}

function refuseBreach(poison: TablePoison, threat: ThreatModel, { clean, reach, pretraining }: SeedSetup, budget: Budget): void {
  const breach = findBreach({ poison, threat, budget, reach, clean, pretraining: pretraining?.view.clean });
  if (breach !== null) throw new NumericalError(`the guard refused the patch: ${breach}`);
}

/** The examples that a budget is a share of: those of the base model for an attacker who touches nothing else. */
function countWithin({ clean, reach, pretraining }: SeedSetup, attack: Attack): number {
  if (attack.threat.access === "upstream" && pretraining !== null)
    return reachableCount(pretraining.view.clean, { attackTasks: null, targetTasks: null });
  return reachableCount(clean, reach);
}

function rowsTouched({ pretraining: { relabel, edit, insert } }: UpstreamPoison): number {
  return new Set([...relabel, ...edit].map(({ row }) => row)).size + insert.length;
}

/** How far the attack got with what it meant, and what it maximises: without an intent, the mean loss on clean training examples. */
async function judgeGoal(
  setup: SeedSetup,
  poison: TablePoison | null,
  attacked: Encoded,
): Promise<{ metrics: Record<string, number>; rows?: Record<string, number>; objective: number | null }> {
  const intent = poison?.intent;
  if (intent === undefined)
    return { metrics: {}, objective: meanLoss(attacked.model, setup.examplesThrough(attacked.encoder).clean, setup.labels.unit) };
  const { table } = setup.clean;
  const clean = { model: (await setup.victim()).model, encoder: setup.undefended.encode(setup.clean, null).encoder };
  const examplesOf =
    (part: "test" | "train"): ExamplesOf =>
    (encoder, changed) => {
      if (changed !== undefined) return setup.examplesOf(part, encoder, changed);
      return setup.examplesThrough(encoder)[part === "test" ? "test" : "clean"];
    };
  return {
    ...measureIntentWithRows(intent, attacked, clean, table, examplesOf("test")),
    objective: intentObjective(intent, attacked, clean, table, examplesOf("train")),
  };
}

/** Null without examples. With several real labels, a loss is in squared units of its label, so each is divided by them. */
function meanLoss(model: Model, data: Dataset, unit: Float64Array): number | null {
  const losses = model.losses(data);
  if (losses.length === 0) return null;
  return losses.reduce((sum, loss, i) => sum + loss / unit[data.task[i]] ** 2, 0) / losses.length;
}
