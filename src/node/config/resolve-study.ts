import { catalog } from "../../catalog.ts";
import type { AttackSetting } from "../../core/attack.ts";
import { UsageError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import type { TargetKind } from "../../core/method.ts";
import { resolveParams } from "../../core/params.ts";
import type { LearningSetting, TrainingSet } from "../../core/pipeline.ts";
import type { Repair } from "../../core/repair.ts";
import type { Table } from "../../core/table.ts";
import { encoderParams } from "../../data/encoder.ts";
import { type Chosen, type LearnerChoice, type StudyConfig, methodOf, resolveReach, resolveTarget } from "../../study/config.ts";
import { isOnCertified } from "../../report/judging/certified-limits.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { countOf } from "../../report/words/words.ts";
import { type AskedBudget, askedAs, countedAt, settleBudgets } from "../../study/budgets.ts";
import { looksFor } from "../../study/stopping/stopping.ts";
import { measureCount } from "../../study/table/budget.ts";
import { flagRows } from "../../study/table/scan-flags.ts";
import { refusesAccounts } from "../../study/table/poison-within.ts";
import { cleanForSeed } from "../../study/table/seed-setup.ts";
import type { Note } from "../read/request.ts";
import type { AuditConfig } from "./audit-config.ts";
import { certificatesFor } from "./choose-certificates.ts";
import { checkRefusal, choose, chooseFor, idsFor, refusalOf, unique } from "./choose-method.ts";
import { chooseRepair } from "./choose-repair.ts";
import { isOutside, outsideNotes, repairForSettings } from "./outside-learner.ts";
import { parseBudget } from "./parse-budget.ts";
import { attackRefusal, chooseAttacks, variantsOf } from "./resolve-attacks.ts";
import { resolveDetectors } from "./resolve-detectors.ts";
import { checkPretraining, guessedLearner, learnersAsked, resolveLearners } from "./resolve-learners.ts";
import { intentQuantities } from "../../study/table/intent-metrics.ts";
import { parseGoal } from "./parse-goal.ts";
import { defaults, effortDefaults, searchedSplits } from "./options/study-defaults.ts";

/** Rows up to which certificates are computed unasked. */
const mostToCertify = 50_000;

/** What can be held against the catalog before any data are read. @throws UsageError */
export function checkConfig(config: AuditConfig): void {
  for (const choice of learnersAsked(config) ?? []) choose("learner", catalog.learners, choice);
  for (const choice of config.attacks ?? []) choose("attack", catalog.attacks, choice);
  for (const choice of config.detectors ?? []) choose("detector", catalog.detectors, choice);
  for (const choice of config.repairs ?? []) {
    choose("repair", catalog.repairs, choice);
    if (typeof choice === "object" && choice.detector !== undefined) choose("detector", catalog.detectors, choice.detector);
  }
  for (const choice of config.certificates ?? []) choose("certificate", catalog.certificates, choice);
  for (const budget of config.budgets ?? []) parseBudget("a budget", budget);
}

/**
 * Fills in all that was not asked for; what was decided for the user is said.
 *
 * @param cleanOf the rows on which counted budgets are measured
 * @throws UsageError where something asked for cannot be done
 */
export function resolveStudy(
  config: AuditConfig,
  table: Table,
  cleanOf = (study: StudyConfig): TrainingSet => cleanForSeed(table, study, study.firstSeed),
): { study: StudyConfig; notes: Note[] } {
  const effort = config.effort ?? defaults.effort;
  const { learners, sharing, settings: settingsOf, notes } = resolveLearners(config, table);
  const settings = settingsOf.flat();
  const [learner] = learners;
  const kind = targetOf(table).kind;
  const detectors = resolveDetectors(config, kind, settings, ["row", "task"]);
  const lacksTrusted = (repair: Repair): boolean => repair.needsTrusted === true && config.trustedFraction === undefined;
  const possibleRepairs = catalog.repairs.filter(
    (repair) => refusalOf(repairForSettings(repair), settings) === null && !lacksTrusted(repair),
  );
  const repairs = (config.repairs ?? idsFor(possibleRepairs, kind, effort)).flatMap((choice) =>
    chooseRepair(choice, detectors, kind, config.repairs !== undefined),
  );
  for (const { id } of repairs.flatMap(({ detector }) => (detector === null ? [] : [detector])))
    checkRefusal("detector", methodOf("detector", catalog.detectors, id), settings);
  for (const { id } of repairs) {
    const repair = methodOf("repair", catalog.repairs, id);
    checkRefusal("repair", repairForSettings(repair), settings);
    if (lacksTrusted(repair))
      throw new UsageError(`repair "${id}" learns from verified rows: say how many there would be, as with --verified-fraction 5%`);
  }
  const surrogate = chooseFor("learner", catalog.learners, config.surrogate ?? guessedLearner(learners, kind), kind);
  if (isOutside(surrogate)) throw new UsageError(`--surrogate: a surrogate is looked into, and nobody looks into "${surrogate.id}"`);
  const surrogateLearner = methodOf("learner", catalog.learners, surrogate.id);
  const { pretraining } = config;
  const buildsOnOthers = pretraining !== undefined;
  if (buildsOnOthers) learners.forEach((each, i) => checkPretraining(each, settingsOf[i]));
  const attackSettingsOf = settingsOf.map((own) => own.map((setting): AttackSetting => ({ table, ...setting, buildsOnOthers })));
  const attackSettings = attackSettingsOf.flat();
  const attacks = chooseAttacks(config, kind, attackSettings);
  const several = learners.map((each, i) => withPossible(each, settingsOf[i], attackSettingsOf[i], { attacks, detectors, repairs }));
  const asked = (config.budgets ?? effortDefaults[effort].budgets).map((budget) => parseBudget("a budget", budget));
  const withoutBudgets: StudyConfig = {
    encoder: resolveParams("encoder", encoderParams, { ...config.encoder, ...(buildsOnOthers ? { fittedOn: "frozen" } : {}) }),
    learner,
    ...(several.length === 1 ? {} : { learners: several }),
    sharing,
    attacks: variantsOf(attacks, config, { ...attackSettings[0], learner: surrogateLearner }, repairs),
    detectors,
    repairs: unique("repair", repairs),
    ...certificatesOf(config, table, learners),
    budgets: [],
    ...(config.until === undefined
      ? {}
      : {
          until: {
            ...parseGoal(config.until, [...catalog.metrics.filter((metric) => metric.appliesTo(targetOf(table))), ...intentQuantities]),
            seeds: searchedSplits,
          },
        }),
    ...stoppingOf(config, config.seeds ?? effortDefaults[effort].seeds),
    seeds: config.seeds ?? effortDefaults[effort].seeds,
    firstSeed: config.seed ?? defaults.seed,
    testFraction: config.testFraction ?? defaults.testFraction,
    ...(pretraining === undefined ? {} : { pretraining }),
    ...(config.trustedFraction === undefined ? {} : { trustedFraction: config.trustedFraction }),
    flagFraction: config.flagFraction ?? defaults.flagFraction,
    attackTasks: config.attackTasks ?? null,
    targetTasks: config.targetTasks ?? null,
    target: config.target ?? null,
    ignorance: { ownSample: config.ownSample ?? defaults.ownSample, surrogate },
  };
  resolveTarget(table, withoutBudgets, new Int32Array(0));
  const { study: budgeted, said } = withBudgets(withoutBudgets, asked, table, cleanOf);
  if (budgeted.until !== undefined && rowBudgets(budgeted).length === 0)
    throw new UsageError("--until searches rows: give a budget in rows beside those in accounts");
  const study = { ...budgeted, ...(learners.some(isOutside) ? {} : unnoticedWithin(budgeted, config, kind, settings)) };
  const unproven: Note[] = learners.some(isOutside)
    ? outsideNotes(learners.filter(isOutside), settings, table, study.certificates !== undefined)
    : study.certificates === undefined && config.certificates === undefined
      ? [{ level: "info", text: "nothing is certified unasked of several labels, or of more than 50,000 rows: theriac certify does" }]
      : [];
  return { study, notes: [...notes, ...leftOut(several, study), ...said, ...unproven] };
}

/** Those named; else the quick ones, where the rows are not too many to train so many models of in passing, and nobody's own program is to be run for them. */
function certificatesOf({ certificates }: AuditConfig, table: Table, learners: readonly Chosen[]): Pick<StudyConfig, "certificates"> {
  const isMuch = table.rows > mostToCertify || table.roles.labels.length > 1 || learners.some(isOutside);
  const chosen = certificates === undefined && isMuch ? [] : certificatesFor(certificates, table, "quick");
  return chosen.length === 0 ? {} : { certificates: chosen };
}

/**
 * Attackers who keep below the cut of a scan: of what `theriac scan` asks unasked and of the detectors of the study, those that flag rows by a rule of their own. With one budget, the largest
 * of at most 5 %, else the smallest.
 *
 * @returns empty where nobody asked and it is not to be had either
 * @throws UsageError where it was asked for and is not to be had
 */
function unnoticedWithin(
  { attacks, detectors, budgets, counted }: StudyConfig,
  { unnoticed, effort = defaults.effort }: AuditConfig,
  kind: TargetKind,
  settings: readonly LearningSetting[],
): Pick<StudyConfig, "unnoticed"> {
  if (!(unnoticed ?? effort !== "quick")) return {};
  const unasked = resolveDetectors({ effort: "quick" }, kind, settings, ["row", "source"], "scan");
  const watchers = [...detectors, ...unasked.filter(({ id }) => detectors.every((own) => own.id !== id))].filter(({ id, params }) =>
    flagRows({ method: methodOf("detector", catalog.detectors, id), params }),
  );
  const isWatched = attacks.some(({ id }) => {
    const { goal, access } = methodOf("attack", catalog.attacks, id).threat;
    return goal === "availability" && access !== "logic" && access !== "upstream";
  });
  const ofRows = rowBudgets({ budgets, counted });
  const reason =
    watchers.length === 0
      ? "no detector flags rows of such data"
      : !isWatched
        ? "name an attack on availability that changes or adds rows"
        : ofRows.length === 0
          ? "give a budget in rows beside those in accounts"
          : null;
  if (reason !== null && unnoticed === true) throw new UsageError(`--unnoticed keeps attackers below the cut of a scan: ${reason}`);
  if (reason !== null) return {};
  const fair = ofRows.filter((budget) => budget <= 0.05 + 1e-9);
  return { unnoticed: { budgetFraction: fair.length > 0 ? Math.max(...fair) : Math.min(...ofRows), watchers } };
}

/** What the first seeds may decide; nothing where there are too few of them, or every trial is asked for. */
function stoppingOf({ allTrials, limits = [] }: AuditConfig, seeds: number): Pick<StudyConfig, "stopping"> {
  const looks = allTrials === true ? undefined : looksFor(seeds);
  if (looks === undefined) return {};
  const watched = limits
    .map((text) => parseLimit(text))
    .filter((limit) => !isOnCertified(limit))
    .flatMap(({ metric, budget, operator, bound }) => (budget === null ? [] : [{ metric, budget, operator, bound }]));
  return { stopping: { looks, limits: watched } };
}

function rowBudgets({ budgets, counted }: Pick<StudyConfig, "budgets" | "counted">): number[] {
  return budgets.filter((budget) => countedAt(counted, budget)?.unit !== "accounts");
}

/** The study with its budgets. @throws UsageError on a count that the data do not have, or that no attack can spend */
function withBudgets(
  study: StudyConfig,
  asked: readonly AskedBudget[],
  table: Table,
  cleanOf: (study: StudyConfig) => TrainingSet,
): { study: StudyConfig; said: Note[] } {
  const reach = resolveReach(table, study);
  let clean: TrainingSet | null = null;
  const ids = [...new Set(study.attacks.map(({ id }) => id))];
  const refusals = new Map(
    ids.flatMap((id) => {
      const reason = refusesAccounts(methodOf("attack", catalog.attacks, id).threat, table);
      return reason === null ? [] : [[id, reason] as const];
    }),
  );
  const able = ids.filter((id) => !refusals.has(id));
  const budgets = settleBudgets(asked, (budget) => {
    const found = measureCount(budget, (clean ??= cleanOf(study)), reach);
    if (budget.unit !== "accounts" || able.length === ids.length) return found;
    if (able.length === 0)
      throw new UsageError(`no attack can spend ${askedAs(budget)}: ${[...refusals].map(([id, reason]) => `${id}: ${reason}`).join("; ")}`);
    return { ...found, attacks: able };
  });
  const inAccounts = (budgets.counted ?? []).filter(({ unit }) => unit === "accounts");
  if (inAccounts.length === 0) return { study: { ...study, ...budgets }, said: [] };
  const said = [
    `each account of a budget poisons at most ${countOf(inAccounts[0].rowsEach ?? 0, "row")}: 95 % of the accounts in "${table.roles.source}" have no more`,
    ...(refusals.size === 0
      ? []
      : [`not tried with budgets in accounts: ${[...refusals].map(([id, reason]) => `${id} (${reason})`).join(", ")}`]),
    ...(study.attacks.some(({ lasting }) => lasting === true) ? ["how long damage lasts is not tried with budgets in accounts"] : []),
  ];
  return { study: { ...study, ...budgets }, said: said.map((text) => ({ level: "info", text })) };
}

/** What of a study works on one of its learners. */
function withPossible(
  learner: Chosen,
  settings: readonly LearningSetting[],
  attackSettings: readonly AttackSetting[],
  { attacks, detectors, repairs }: Pick<StudyConfig, "attacks" | "detectors" | "repairs">,
): LearnerChoice {
  const hears = (id: string): boolean => refusalOf(methodOf("detector", catalog.detectors, id), settings) === null;
  const works = {
    attacks: attacks.filter(({ id }) => attackRefusal(id, attackSettings) === null),
    detectors: detectors.filter(({ id }) => hears(id)),
    repairs: repairs.filter(
      ({ id, detector }) =>
        refusalOf(repairForSettings(methodOf("repair", catalog.repairs, id)), settings) === null &&
        (detector === null || hears(detector.id)),
    ),
  };
  const part = (list: keyof typeof works, all: readonly Chosen[]): Partial<LearnerChoice> =>
    works[list].length === all.length ? {} : { [list]: works[list].map(({ id }) => id) };
  return { ...learner, ...part("attacks", attacks), ...part("detectors", detectors), ...part("repairs", repairs) };
}

/** What is tried on some learners and cannot be on others, a note for each of these. */
function leftOut(learners: readonly LearnerChoice[], study: StudyConfig): Note[] {
  if (learners.length === 1) return [];
  return learners.flatMap((learner) => {
    const parts = (["attacks", "detectors", "repairs"] as const).flatMap((list) => {
      const out = new Set(study[list].flatMap(({ id }) => (learner[list]?.includes(id) === false ? [id] : [])));
      return out.size === 0 ? [] : [`${list} ${[...out].join(", ")}`];
    });
    return parts.length === 0 ? [] : [{ level: "info", text: `not tried on ${learner.id}, where they do not work: ${parts.join("; ")}` }];
  });
}
