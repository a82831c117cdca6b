import { catalog } from "../../catalog.ts";
import type { AttackSetting } from "../../core/attack.ts";
import type { Detector } from "../../core/detector.ts";
import { UsageError } from "../../core/errors.ts";
import { targetOf } from "../../core/examples.ts";
import { type Effort, type MethodInfo, type TargetKind, efforts } from "../../core/method.ts";
import { resolveParams } from "../../core/params.ts";
import type { LearningSetting } from "../../core/pipeline.ts";
import type { Repair } from "../../core/repair.ts";
import type { Table } from "../../core/table.ts";
import { encoderParams } from "../../data/encoder.ts";
import type { Knowledge, ThreatModel } from "../../core/threat.ts";
import {
  type AttackChoice,
  type Chosen,
  type LearnerChoice,
  type StudyConfig,
  methodOf,
  resolveReach,
  resolveTarget,
} from "../../study/config.ts";
import type { AuditConfig } from "./audit-config.ts";
import type { MethodChoice, RepairChoice } from "./options/choices.ts";
import { parseBudget } from "./parse-budget.ts";
import type { Note } from "../read/request.ts";
import { defaults, effortDefaults } from "./study-defaults.ts";

/** Whose scores a cleaning repair goes by unasked, where it is among the detectors. */
const defaultDetector = "loss";

/** A method that works with some kinds of labels only. */
type Selective = MethodInfo & { readonly targets: readonly TargetKind[] };

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

/** The learners that were asked for, one or several; undefined = whatever suits the label. */
function learnersAsked({ learner }: Pick<AuditConfig, "learner">): readonly MethodChoice[] | undefined {
  if (learner === undefined) return undefined;
  return isList(learner) ? learner : [learner];
}

function isList(choice: MethodChoice | readonly MethodChoice[]): choice is readonly MethodChoice[] {
  return Array.isArray(choice);
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

/** @throws UsageError where the learner cannot build on a base model, or has one already */
function checkPretraining({ id, params }: Chosen, { learner, sharing }: LearningSetting): void {
  if (learner.pretrain === undefined)
    throw new UsageError(`--pretrain-fraction: the learner "${id}" builds on no base model; encoder-head does`);
  if (sharing === "separate")
    throw new UsageError("--pretrain-fraction: a base model is learned from by one model for all tasks (--sharing pooled)");
  if ((params as { readonly encoder?: unknown }).encoder)
    throw new UsageError(
      `--pretrain-fraction: the base model of ${id} is a file already (${String((params as { encoder: string }).encoder)})`,
    );
}

/** How the data are learned by the one learner that was asked for, or that suits the label. @throws UsageError where it cannot learn it, or there are several */
export function resolveLearning(config: AuditConfig, table: Table): Learning {
  const { learners, settings, ...shared } = resolveLearners(config, table);
  if (learners.length > 1)
    throw new UsageError(
      `one learner is needed here, and ${learners.map(({ id }) => id).join(", ")} were named: only an audit takes several`,
    );
  return { learner: learners[0], setting: settings[0], ...shared };
}

/** The same with as many learners as were asked for, each once. @throws UsageError where one cannot learn the label */
function resolveLearners(config: AuditConfig, table: Table): Omit<Learning, "learner" | "setting"> & Learners {
  const { kind } = targetOf(table);
  const severalLabels = table.roles.labels.length > 1;
  const sharing = config.sharing ?? (severalLabels ? "separate" : "pooled");
  const notes: Note[] = [];
  if (config.sharing === undefined && (severalLabels || table.roles.task !== null)) {
    const words =
      sharing === "separate"
        ? "one model for each label (override with --sharing pooled)"
        : "one model for all tasks (override with --sharing separate)";
    notes.push({ level: "info", text: words });
  }

  const asked = learnersAsked(config) ?? [kind === "classes" ? "logistic" : "ridge"];
  if (asked.length === 0) throw new UsageError("no learner was named, and nothing is learned without one");
  const learners = unique(
    "learner",
    asked.map((choice) => chooseFor("learner", catalog.learners, choice, kind)),
  );
  const settings = learners.map(({ id, params }): LearningSetting => {
    const learner = methodOf("learner", catalog.learners, id);
    const refusal = learner.refuses?.(targetOf(table)) ?? null;
    if (refusal !== null) throw new UsageError(`learner "${id}" cannot learn this label: ${refusal}`);
    return { learner, learnerParams: params, sharing };
  });
  return { learners, sharing, settings, notes };
}

/** Learners with their settings, in the same order. */
interface Learners {
  readonly learners: readonly Chosen[];
  readonly settings: readonly LearningSetting[];
}

interface Learning {
  readonly learner: Chosen;
  readonly sharing: StudyConfig["sharing"];
  readonly setting: LearningSetting;
  readonly notes: Note[];
}

/** Detectors that were asked for, or those of these subjects that can score what one of such learners learns from. @throws UsageError where one can of none */
export function resolveDetectors(
  config: Pick<AuditConfig, "detectors" | "effort">,
  kind: TargetKind,
  settings: readonly LearningSetting[],
  subjects: readonly Detector["subject"][],
  purpose: "audit" | "scan" = "audit",
): Chosen[] {
  const possible = catalog.detectors
    .filter(
      (detector) =>
        subjects.includes(detector.subject) &&
        (purpose === "audit" || detector.combines !== true) &&
        refusalOf(detector, settings) === null,
    )
    .map((detector): Detector => ({
      ...detector,
      effort: (purpose === "scan" ? detector.scanEffort : undefined) ?? detector.effort ?? "quick",
    }));
  const chosen = (config.detectors ?? idsFor(possible, kind, config.effort ?? defaults.effort)).map((choice) =>
    chooseFor("detector", catalog.detectors, choice, kind),
  );
  for (const { id } of chosen) {
    const method = methodOf("detector", catalog.detectors, id);
    checkRefusal("detector", method, settings);
    if (method.combines !== true) continue;
    if (purpose === "scan") throw new UsageError(`detector "${id}" is what a scan ranks by as it is: name those that it is to hear`);
    checkHeard(id, chosen);
  }
  return unique("detector", chosen);
}

/** Why a method works in none of these settings; null where it does in one. */
function refusalOf(method: Detector | Repair, settings: readonly LearningSetting[]): string | null {
  const reasons = settings.map((setting) => method.refuses?.(setting) ?? null);
  return reasons.includes(null) ? null : reasons[0];
}

/** The same of an attack. */
function attackRefusal(id: string, settings: readonly AttackSetting[]): string | null {
  const { refuses } = methodOf("attack", catalog.attacks, id);
  const reasons = settings.map((setting) => refuses?.(setting) ?? null);
  return reasons.includes(null) ? null : reasons[0];
}

/** @throws UsageError where a method that was asked for can work with none of these learners */
function checkRefusal(what: string, method: Detector | Repair, settings: readonly LearningSetting[]): void {
  const reason = refusalOf(method, settings);
  if (reason !== null) throw new UsageError(`${what} "${method.id}" cannot be used here: ${reason}`);
}

/** Attacks that were asked for, or all that can attack one of such pipelines. @throws UsageError where one that was asked for can attack none */
function chooseAttacks(config: AuditConfig, kind: TargetKind, settings: readonly AttackSetting[]): Chosen[] {
  const filters = { access: config.access, goal: config.goal };
  const possible = idsFor(catalog.attacks, kind, config.effort ?? defaults.effort).filter((id) => attackRefusal(id, settings) === null);
  const chosen = (config.attacks ?? possible).map((choice) => chooseFor("attack", catalog.attacks, choice, kind));
  for (const { id } of chosen) {
    const reason = attackRefusal(id, settings);
    if (reason !== null) throw new UsageError(`attack "${id}" cannot be tried here: ${reason}`);
  }
  const kept = chosen.filter(({ id }) => {
    const { threat } = methodOf("attack", catalog.attacks, id);
    return (
      knowledgesFor(threat, config.knowledge).length > 0 &&
      (Object.keys(filters) as (keyof typeof filters)[]).every(
        (part) => (filters[part] as readonly string[] | undefined)?.includes(threat[part]) ?? true,
      )
    );
  });
  if (kept.length > 0) return unique("attack", kept);
  const asked = Object.entries({ ...filters, knowledge: config.knowledge }).flatMap(([part, values]) =>
    values === undefined ? [] : [`${part} ${values.join(" or ")}`],
  );
  throw new UsageError(
    `no attack is left to try: none of ${chosen.map(({ id }) => id).join(", ") || "the catalog"} has ${asked.join(" and ")}`,
  );
}

/** With which knowledge an attack is tried: whoever sits in the training itself knows all, and who needs nothing gains nothing. */
function knowledgesFor({ access, knowledge }: ThreatModel, asked: readonly Knowledge[] | undefined): Knowledge[] {
  if (asked === undefined) return [knowledge];
  const canDoWithLess = knowledge === "white-box" && access !== "logic";
  const possible: readonly Knowledge[] = canDoWithLess ? ["white-box", "gray-box", "black-box"] : [knowledge];
  return possible.filter((kind) => asked.includes(kind));
}

/** Each attack with all the knowledge asked for that it can use, and planned around each repair where that is asked for. */
function variantsOf(
  attacks: readonly Chosen[],
  { knowledge, adaptive, persistence }: AuditConfig,
  surrogate: AttackSetting,
  repairs: StudyConfig["repairs"],
): AttackChoice[] {
  return attacks.flatMap((chosen): AttackChoice[] => {
    const { threat, refuses } = methodOf("attack", catalog.attacks, chosen.id);
    const known = knowledgesFor(threat, knowledge)
      .filter((kind) => kind !== "black-box" || threat.knowledge === kind || (refuses?.(surrogate) ?? null) === null)
      .map((kind): AttackChoice => (kind === threat.knowledge ? chosen : { ...chosen, knowledge: kind }));
    // Whoever poisons upstream meets neither the repair nor the rows that arrive.
    if (threat.access === "upstream") return known;
    const planned = adaptive === true ? repairs.map(({ id }): AttackChoice => ({ ...chosen, against: id })) : [];
    const lasting = persistence === true && threat.access !== "logic" ? [{ ...chosen, lasting: true as const }] : [];
    return [...known, ...planned, ...lasting];
  });
}

/** What somebody would try who knows the kind of label and nothing else; of a number there is but one simple learner. */
function guessedLearner(victims: readonly Chosen[], kind: TargetKind): string {
  if (kind === "real") return "ridge";
  return victims.some(({ id }) => id === "logistic") ? "linear-svm" : "logistic";
}

function chooseRepair(
  choice: RepairChoice,
  detectors: readonly Chosen[],
  kind: TargetKind,
  isAsked: boolean,
): StudyConfig["repairs"][number][] {
  const chosen = chooseFor("repair", catalog.repairs, choice, kind);
  const { stage, needsFlags = false } = methodOf("repair", catalog.repairs, chosen.id);
  if (stage === "fit" && !needsFlags) return [{ ...chosen, detector: null }];
  const named = typeof choice === "object" ? choice.detector : undefined;
  const detector = named === undefined ? detectorUnasked(needsFlags, detectors) : chooseFor("detector", catalog.detectors, named, kind);
  const isCombined = detector !== undefined && methodOf("detector", catalog.detectors, detector.id).combines === true;
  if (isCombined) checkHeard(detector.id, detectors);
  if (needsFlags && detector !== undefined && methodOf("detector", catalog.detectors, detector.id).flags !== true)
    throw new UsageError(`repair "${chosen.id}" goes by what a detector flags, and "${detector.id}" only ranks: name another`);
  if (detector !== undefined) return [{ ...chosen, detector }];
  if (!isAsked) return [];
  const what = needsFlags ? "a row detector that flags rows by a rule of its own" : "the scores of a row detector";
  throw new UsageError(`repair "${chosen.id}" needs ${what}, and there is none: name one with --detector`);
}

/**
 * The detector that a repair goes by where none is named: of those that rank rows loss, else the first; where it takes their own word for it, all of them
 * together, else the first that flags.
 */
export function detectorUnasked(needsFlags: boolean, detectors: readonly Chosen[]): Chosen | undefined {
  const methods = new Map(detectors.map((chosen) => [chosen, methodOf("detector", catalog.detectors, chosen.id)]));
  const fitting = detectors.filter((chosen) => {
    const { subject, flags = false, combines = false } = methods.get(chosen) as Detector;
    return subject === "row" && (needsFlags ? flags : !combines);
  });
  const preferred = fitting.find((chosen) => (needsFlags ? methods.get(chosen)?.combines === true : chosen.id === defaultDetector));
  return preferred ?? fitting.at(0);
}

/** @throws UsageError where a detector that combines others has none beside it */
function checkHeard(id: string, detectors: readonly Chosen[]): void {
  if (detectors.every((chosen) => methodOf("detector", catalog.detectors, chosen.id).combines === true))
    throw new UsageError(`detector "${id}" combines what others say: name some beside it`);
}

/** Methods for such labels that join in at this effort. */
function idsFor(methods: readonly Selective[], kind: TargetKind, effort: Effort): string[] {
  const joins = (method: Selective): boolean => efforts.indexOf(method.effort ?? "quick") <= efforts.indexOf(effort);
  return methods.filter((method) => method.targets.includes(kind) && joins(method)).map(({ id }) => id);
}

/** A method of the catalog that works with this kind of label. */
function chooseFor(what: string, methods: readonly Selective[], choice: MethodChoice, kind: TargetKind): Chosen {
  const chosen = choose(what, methods, choice);
  if (methodOf(what, methods, chosen.id).targets.includes(kind)) return chosen;
  const why =
    kind === "real"
      ? "needs classes, and the label is a number (--predict classes if its values are classes)"
      : "needs a number as label, and the label is a class";
  throw new UsageError(`${what} "${chosen.id}" ${why}; these work: ${idsFor(methods, kind, "full").join(", ") || "none"}`);
}

function choose(what: string, methods: readonly MethodInfo[], choice: MethodChoice): Chosen {
  const { id, params = {} } = typeof choice === "string" ? { id: choice } : choice;
  return { id, params: resolveParams(id, methodOf(what, methods, id).params, params) };
}

/** Each method once: records know their methods by name. */
function unique<T extends Chosen>(what: string, chosen: readonly T[]): T[] {
  const byId = new Map<string, T>();
  for (const choice of chosen) {
    const known = byId.get(choice.id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(choice))
      throw new UsageError(`${what} "${choice.id}" is asked for twice with different settings: run one audit for each`);
    byId.set(choice.id, choice);
  }
  return [...byId.values()];
}
