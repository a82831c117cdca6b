import { UsageError, didYouMean } from "../core/errors.ts";
import { allRows, taskNames } from "../core/examples.ts";
import type { Attack, AttackTarget } from "../core/attack.ts";
import type { Detector } from "../core/detector.ts";
import { rowsInGroup } from "../core/intent.ts";
import type { Learner } from "../core/learner.ts";
import type { Metric } from "../core/metric.ts";
import type { Repair } from "../core/repair.ts";
import { parseRowFilter } from "../core/row-filter.ts";
import type { Table } from "../core/table.ts";
import type { Knowledge, Reach } from "../core/threat.ts";
import type { EncoderParams } from "../data/encoder.ts";
import type { StudyBudgets } from "./budgets.ts";
import type { Stopping } from "./stopping/decided.ts";
import type { UntilAsked } from "./until/goal.ts";
import type { ChosenDetector } from "./table/run-detector.ts";

/** The methods that a study may use; the catalog is one. */
export interface Methods {
  readonly learners: readonly Learner[];
  readonly attacks: readonly Attack[];
  readonly detectors: readonly Detector[];
  readonly repairs: readonly Repair[];
  readonly metrics: readonly Metric[];
}

/** A method by name with its parameters, defaults filled in. */
export interface Chosen {
  readonly id: string;
  readonly params: unknown;
}

/** An attack, as it is or in a variant of it. */
export interface AttackChoice extends Chosen {
  /** Less than the attack can use; absent = all of it. */
  readonly knowledge?: Knowledge;
  /** The repair that the attacker knows to be in place and plans around; absent = none. */
  readonly against?: string;
  /** At each budget of a study it goes on from what it found at the one below; see `Findings`. */
  readonly goesOn?: true;
  /** Poisons a first part of the rows, and is looked at as clean ones arrive. */
  readonly lasting?: true;
  /** No attack by itself: a search for how little of the one that does most is enough; see `searchCells`. */
  readonly until?: true;
  /** No attack by itself: a search for poison that a scan does not flag; see `unnoticedCells`. */
  readonly unseen?: true;
}

/** One of several learners of a study, with what of the study's attacks, detectors and repairs works on it, by name; absent = all. */
export interface LearnerChoice extends Chosen {
  readonly attacks?: readonly string[];
  readonly detectors?: readonly string[];
  readonly repairs?: readonly string[];
}

/** What is asked of attackers who keep below the cut of a scan. */
export interface UnnoticedAsked {
  readonly budgetFraction: number;
  /** The detectors of the scan; those that flag rows count. */
  readonly watchers: readonly Chosen[];
}

/** Everything that shapes the results of a study, apart from the data. Plain data: it is stored in the manifest and hashed into trial ids. */
export interface StudyConfig extends StudyBudgets {
  readonly encoder: EncoderParams;
  /** The one, or the first. */
  readonly learner: Chosen;
  /** Where there are several, all of them: each is attacked by itself, since the order of the attacks differs from learner to learner. */
  readonly learners?: readonly LearnerChoice[];
  /** "pooled": one model for all tasks; "separate": one model for each. */
  readonly sharing: "pooled" | "separate";
  readonly attacks: readonly AttackChoice[];
  readonly detectors: readonly Chosen[];
  /** A cleaning repair names the detector whose scores it uses. */
  readonly repairs: readonly (Chosen & { readonly detector: Chosen | null })[];
  /** What is asked how little poison brings it about, and over how many seeds that is searched; absent = nothing. */
  readonly until?: UntilAsked;
  /** Attackers who keep below the cut of a scan; absent = none. */
  readonly unnoticed?: UnnoticedAsked;
  /** When it is looked which trials are still needed; absent = all are. */
  readonly stopping?: Stopping;
  /** What is certified of the first seed, once the trials have ended; absent = nothing. */
  readonly certificates?: readonly Chosen[];
  /** Seeds are `firstSeed`, `firstSeed` + 1, … */
  readonly seeds: number;
  readonly firstSeed: number;
  readonly testFraction: number;
  /** Share of the training rows that a base model is pretrained on, and that are not learned from again; absent = the learner builds on nothing. */
  readonly pretraining?: number;
  /** Share of the rows left to training that somebody has verified: no attack touches them, and none but a repair that asks for them learns from them. Absent = none. */
  readonly trustedFraction?: number;
  /** Share of training examples that a detector's precision and recall look at. */
  readonly flagFraction: number;
  /** Names of tasks; null = all. */
  readonly attackTasks: readonly string[] | null;
  readonly targetTasks: readonly string[] | null;
  /** The group that targeted attacks are to harm: filters on raw cells, of which one must hold; null = each attack chooses. */
  readonly target: readonly string[] | null;
  /** What an attacker with less than white-box knowledge has: a share of the training rows, and without knowing the learner another one. */
  readonly ignorance: { readonly ownSample: number; readonly surrogate: Chosen };
}

/** The method of that id. @throws UsageError naming the nearest one */
export function methodOf<T extends { readonly id: string }>(kind: string, methods: readonly T[], id: string): T {
  const method = methods.find((candidate) => candidate.id === id);
  if (method !== undefined) return method;
  const ids = methods.map((candidate) => candidate.id);
  throw new UsageError(`there is no ${kind} "${id}"${didYouMean(id, ids)}; there are: ${ids.join(", ")}`);
}

/** The part of a study that is about one of its learners, as a study of that one alone would have it. */
export function studyOf({ learners, ...study }: StudyConfig, { id, params }: Chosen): StudyConfig {
  const choice = learners?.find((learner) => learner.id === id);
  const works = (list: "attacks" | "detectors" | "repairs", method: string): boolean => choice?.[list]?.includes(method) ?? true;
  const repairs = study.repairs.filter((repair) => works("repairs", repair.id));
  return {
    ...study,
    learner: { id, params },
    // An attacker who plans around a repair needs it.
    attacks: study.attacks.filter(
      ({ id: attack, against }) => works("attacks", attack) && (against === undefined || works("repairs", against)),
    ),
    detectors: study.detectors.filter((detector) => works("detectors", detector.id)),
    repairs,
  };
}

/** The detectors of a study with their methods. */
export function detectorsOf({ detectors }: Pick<StudyConfig, "detectors">, methods: Pick<Methods, "detectors">): ChosenDetector[] {
  return detectors.map(({ id, params }) => ({ method: methodOf("detector", methods.detectors, id), params }));
}

/** Task names to indices. @throws UsageError on a name that is no task */
export function resolveReach(table: Table, config: Pick<StudyConfig, "attackTasks" | "targetTasks">): Reach {
  const names = taskNames(table);
  const indices = (option: string, chosen: readonly string[] | null): Int32Array | null =>
    chosen === null ? null : Int32Array.from(chosen, (name) => indexOfTask(option, name, names));
  return { attackTasks: indices("--attack-tasks", config.attackTasks), targetTasks: indices("--target-tasks", config.targetTasks) };
}

/** @param rows that will be predicted. @throws UsageError on a filter that cannot be read or holds for no row */
export function resolveTarget(table: Table, { target }: Pick<StudyConfig, "target">, rows: Int32Array): AttackTarget {
  if (target === null) return { anyOf: null, rows };
  const anyOf = target.map((text) => parseRowFilter(text, table, "--target"));
  if (rowsInGroup(table, { anyOf }, allRows(table)).length === 0)
    throw new UsageError(`--target: no row fulfils ${target.map((text) => JSON.stringify(text)).join(" or ")}`);
  return { anyOf, rows: rowsInGroup(table, { anyOf }, rows) };
}

function indexOfTask(option: string, name: string, names: readonly string[]): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const shown = names.length > 12 ? `${names.slice(0, 12).join(", ")}, … (${names.length} in all)` : names.join(", ");
  throw new UsageError(`${option}: there is no task "${name}"${didYouMean(name, names)}; tasks: ${shown}`);
}
