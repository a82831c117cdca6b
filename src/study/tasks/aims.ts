import type { TrialRecord } from "../record.ts";
import { type TasksStudyConfig, allOthers, pairSlot, paysPrice } from "./config.ts";
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
  /** What tuning found and how each task alone does, of each seed that was measured. */
  readonly seeds: readonly {
    readonly seed: number;
    readonly params: { readonly relationDecay: number };
    readonly single: number | null;
    /** Whether this seed measures the price. */
    readonly pays: boolean;
  }[];
}

/** From the records of all seeds without attack; null where there is none. */
export function aimsOf(
  { attacks, budgets, firstSeed }: Pick<TasksStudyConfig, "attacks" | "budgets" | "firstSeed">,
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
  const paying = measured.filter((_, i) => seeds[i].pays);
  return {
    pairs: strongestPairs(vulnerability, count, asked, isTarget),
    exposed,
    budgetFraction: budgets[0],
    relationDecays: decaysAround(seeds.map(({ params }) => params.relationDecay)),
    targetRows: exposed === null || paying.length === 0 ? [] : rowCountsOf(paying.map(({ tasks }) => tasks.trainRows[exposed])),
    seeds,
  };
}

/** Where no split was measured. */
export function noAims({ budgets }: Pick<TasksStudyConfig, "budgets">): TaskAims {
  return { pairs: [], exposed: null, budgetFraction: budgets[0], relationDecays: [], targetRows: [], seeds: [] };
}

/** What an attack of the plan is aimed at; null = at nothing, since no such pair can be hurt. */
export function aimOf({ pairs, exposed }: TaskAims, slot: string): { readonly from: number | null; readonly to: number } | null {
  if (slot === allOthers) return exposed === null ? null : { from: null, to: exposed };
  return pairs.find((_, rank) => pairSlot(rank) === slot) ?? null;
}
