import { catalog } from "../../catalog.ts";
import type { AttackSetting } from "../../core/attack.ts";
import { UsageError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import { resolveParams } from "../../core/params.ts";
import type { LearningSetting } from "../../core/pipeline.ts";
import type { Repair } from "../../core/repair.ts";
import type { Table } from "../../core/table.ts";
import { encoderParams } from "../../data/encoder.ts";
import { type Chosen, type LearnerChoice, type StudyConfig, methodOf, resolveReach, resolveTarget } from "../../study/config.ts";
import type { Note } from "../read/request.ts";
import type { AuditConfig } from "./audit-config.ts";
import { checkRefusal, choose, chooseFor, idsFor, refusalOf, unique } from "./choose-method.ts";
import { chooseRepair } from "./choose-repair.ts";
import { parseBudget } from "./parse-budget.ts";
import { attackRefusal, chooseAttacks, variantsOf } from "./resolve-attacks.ts";
import { resolveDetectors } from "./resolve-detectors.ts";
import { checkPretraining, guessedLearner, learnersAsked, resolveLearners } from "./resolve-learners.ts";
import { intentQuantities } from "../../study/table/intent-metrics.ts";
import { parseGoal } from "./parse-goal.ts";
import { defaults, effortDefaults, searchedSplits } from "./options/study-defaults.ts";

/** What can be held against the catalog before any data are read. @throws UsageError */
export function checkConfig(config: AuditConfig): void {
  for (const choice of learnersAsked(config) ?? []) choose("learner", catalog.learners, choice);
  for (const choice of config.attacks ?? []) choose("attack", catalog.attacks, choice);
  for (const choice of config.detectors ?? []) choose("detector", catalog.detectors, choice);
  for (const choice of config.repairs ?? []) {
    choose("repair", catalog.repairs, choice);
    if (typeof choice === "object" && choice.detector !== undefined) choose("detector", catalog.detectors, choice.detector);
  }
  for (const budget of config.budgets ?? []) parseBudget("a budget", budget);
}

/** Fills in all that was not asked for; what was decided for the user is said. @throws UsageError where something asked for cannot be done */
export function resolveStudy(config: AuditConfig, table: Table): { study: StudyConfig; notes: Note[] } {
  const effort = config.effort ?? defaults.effort;
  const { learners, sharing, settings, notes } = resolveLearners(config, table);
  const [learner] = learners;
  const kind = targetOf(table).kind;
  const detectors = resolveDetectors(config, kind, settings, ["row", "task"]);
  const lacksTrusted = (repair: Repair): boolean => repair.needsTrusted === true && config.trustedFraction === undefined;
  const possibleRepairs = catalog.repairs.filter((repair) => refusalOf(repair, settings) === null && !lacksTrusted(repair));
  const repairs = (config.repairs ?? idsFor(possibleRepairs, kind, effort)).flatMap((choice) =>
    chooseRepair(choice, detectors, kind, config.repairs !== undefined),
  );
  for (const { id } of repairs.flatMap(({ detector }) => (detector === null ? [] : [detector])))
    checkRefusal("detector", methodOf("detector", catalog.detectors, id), settings);
  for (const { id } of repairs) {
    const repair = methodOf("repair", catalog.repairs, id);
    checkRefusal("repair", repair, settings);
    if (lacksTrusted(repair))
      throw new UsageError(`repair "${id}" learns from verified rows: say how many there would be, as with --verified-fraction 5%`);
  }
  const surrogate = chooseFor("learner", catalog.learners, config.surrogate ?? guessedLearner(learners, kind), kind);
  const surrogateLearner = methodOf("learner", catalog.learners, surrogate.id);
  const { pretraining } = config;
  const buildsOnOthers = pretraining !== undefined;
  if (buildsOnOthers) learners.forEach((each, i) => checkPretraining(each, settings[i]));
  const attackSettings = settings.map((setting): AttackSetting => ({ table, ...setting, buildsOnOthers }));
  const attacks = chooseAttacks(config, kind, attackSettings);
  const several = learners.map((each, i) => withPossible(each, settings[i], attackSettings[i], { attacks, detectors, repairs }));
  const study: StudyConfig = {
    encoder: resolveParams("encoder", encoderParams, { ...config.encoder, ...(buildsOnOthers ? { fittedOn: "frozen" } : {}) }),
    learner,
    ...(several.length === 1 ? {} : { learners: several }),
    sharing,
    attacks: variantsOf(attacks, config, { ...attackSettings[0], learner: surrogateLearner }, repairs),
    detectors,
    repairs: unique("repair", repairs),
    budgets: [...new Set((config.budgets ?? effortDefaults[effort].budgets).map((budget) => parseBudget("a budget", budget)))],
    ...(config.until === undefined
      ? {}
      : {
          until: {
            ...parseGoal(config.until, [...catalog.metrics.filter((metric) => metric.appliesTo(targetOf(table))), ...intentQuantities]),
            seeds: searchedSplits,
          },
        }),
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
  resolveReach(table, study);
  resolveTarget(table, study, new Int32Array(0));
  return { study, notes: [...notes, ...leftOut(several, study)] };
}

/** What of a study works on one of its learners. */
function withPossible(
  learner: Chosen,
  setting: LearningSetting,
  attackSetting: AttackSetting,
  { attacks, detectors, repairs }: Pick<StudyConfig, "attacks" | "detectors" | "repairs">,
): LearnerChoice {
  const hears = (id: string): boolean => refusalOf(methodOf("detector", catalog.detectors, id), [setting]) === null;
  const works = {
    attacks: attacks.filter(({ id }) => attackRefusal(id, [attackSetting]) === null),
    detectors: detectors.filter(({ id }) => hears(id)),
    repairs: repairs.filter(
      ({ id, detector }) =>
        refusalOf(methodOf("repair", catalog.repairs, id), [setting]) === null && (detector === null || hears(detector.id)),
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
