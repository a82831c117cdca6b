import type { TrialRecord } from "../record.ts";
import { type TasksStudyConfig, allOthers, pairSlot, paysPrice } from "./config.ts";
import { attackTasksInOrder, chooseSet, setsToTry } from "./few-tasks.ts";
import { decaysAround, rowCountsOf } from "./price-of-sharing.ts";
import { sharingRecords } from "./sharing-records.ts";
import { type Pair, meanMatrix, mostExposedTask, strongestPairs } from "./strongest-pairs.ts";

/** What the splits together say should be attacked. Plain data. */
export interface TaskAims {
  /** The strongest first. */
  readonly pairs: readonly Pair[];
  readonly exposed: number | null;
  /** Of the rows of each attack task. */
  readonly budgetFraction: number;
  /** Where the price is measured. */
  readonly relationDecays: readonly number[];
  readonly targetRows: readonly number[];
  /** Sets of attack tasks of which one is to be found; empty where there is nothing to choose. */
  readonly sets: readonly (readonly number[])[];
  /** The few tasks to attack together, and what they are to hurt; null where nothing can be hurt, or no search is planned. */
  readonly few: FewAim | null;
  /** What tuning found and how each task alone does, of each seed that was measured. */
  readonly seeds: readonly {
    readonly seed: number;
    readonly params: { readonly relationDecay: number };
    readonly single: number | null;
    /** Whether this seed measures the price. */
    readonly pays: boolean;
  }[];
}

export interface FewAim {
  readonly tasks: readonly number[];
  readonly targets: readonly number[];
}

/** From the records of all seeds without attack, and of the search where it is done; null where no seed was measured. */
export function aimsOf(
  { attacks, budgets, firstSeed, search }: Pick<TasksStudyConfig, "attacks" | "budgets" | "firstSeed" | "search">,
  records: readonly TrialRecord[],
): TaskAims | null {
  const measured = sharingRecords(records);
  if (measured.length === 0) return null;
  const count = measured[0].tasks.byTask.length;
  const vulnerability = meanMatrix(measured.map(({ tasks }) => Float64Array.from(tasks.vulnerability)));
  const isTarget = (task: number): boolean => measured.every(({ tasks }) => tasks.byTask[task].together !== null);
  const asked = attacks.filter(({ id }) => id.startsWith("pair-")).length;
  const exposed = mostExposedTask(vulnerability, count, isTarget);
  const seeds = measured.map(({ seed, learnerParams, tasks }) => ({
    seed,
    params: learnerParams as { readonly relationDecay: number },
    single: tasks.single,
    pays: paysPrice({ firstSeed }, seed),
  }));
  const targets = search === undefined ? [] : (search.targets ?? (exposed === null ? [] : [exposed])).filter(isTarget);
  const ordered = search === undefined || targets.length === 0 ? [] : attackTasksInOrder(vulnerability, count, targets);
  const sets = setsToTry(ordered, search?.attackTasks ?? 0);
  const tried = [...records]
    .sort((a, b) => a.seed - b.seed)
    .flatMap(({ tasks }) => (tasks?.kind === "search" && tasks.tried.length > 0 ? [tasks.tried] : []));
  const paying = measured.filter((_, i) => seeds[i].pays);
  return {
    pairs: strongestPairs(vulnerability, count, asked, isTarget),
    exposed,
    budgetFraction: budgets[0],
    relationDecays: decaysAround(seeds.map(({ params }) => params.relationDecay)),
    targetRows: exposed === null || paying.length === 0 ? [] : rowCountsOf(paying.map(({ tasks }) => tasks.trainRows[exposed])),
    sets,
    few: ordered.length === 0 ? null : { tasks: sets.length === 0 ? ordered : chooseSet(sets, tried), targets },
    seeds,
  };
}

/** Where no split was measured. */
export function noAims({ budgets }: Pick<TasksStudyConfig, "budgets">): TaskAims {
  return { pairs: [], exposed: null, budgetFraction: budgets[0], relationDecays: [], targetRows: [], sets: [], few: null, seeds: [] };
}

/** What an attack of the plan is aimed at; null = at nothing, since no such pair can be hurt. */
export function aimOf({ pairs, exposed }: TaskAims, slot: string): { readonly from: number | null; readonly to: number } | null {
  if (slot === allOthers) return exposed === null ? null : { from: null, to: exposed };
  return pairs.find((_, rank) => pairSlot(rank) === slot) ?? null;
}
