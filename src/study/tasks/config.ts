import type { Chosen } from "../config.ts";

/** Everything that shapes the results of a study of tasks, apart from the data. Plain data: it is stored in the manifest and hashed into trial ids. */
export interface TasksStudyConfig {
  /** Learns tasks together with their relation. */
  readonly learner: Chosen;
  /** Learns each task alone, and all of them as if they were one. */
  readonly single: Chosen;
  readonly metric: string;
  /** What waits until the tasks are measured, by its place: see `slots`. */
  readonly attacks: readonly Chosen[];
  readonly repairs: readonly never[];
  /** One, of the rows of each attack task. */
  readonly budgets: readonly number[];
  /** Seeds are `firstSeed`, `firstSeed` + 1, … */
  readonly seeds: number;
  readonly firstSeed: number;
  readonly testFraction: number;
}

/** The price takes trainings and an ascent a point, so that beyond these not every seed pays it. */
const priceSeeds = 10;

/** Whether a seed measures the price. */
export function paysPrice({ firstSeed }: Pick<TasksStudyConfig, "firstSeed">, seed: number): boolean {
  return seed < firstSeed + priceSeeds;
}

export const allOthers = "all-others";
export const price = "price";

/** The attack on the pair of that rank, the strongest first. */
export function pairSlot(rank: number): string {
  return `pair-${rank + 1}`;
}

/**
 * What is planned before anybody knows which tasks it will be aimed at: so many of the strongest pairs, the most exposed task through all others (with two
 * tasks a pair already), and the price of sharing for that task.
 */
export function slots({
  tasks,
  pairs,
  hasPrice,
}: {
  readonly tasks: number;
  readonly pairs: number;
  readonly hasPrice: boolean;
}): Chosen[] {
  const most = Math.min(pairs, tasks * (tasks - 1));
  const ids = [
    ...Array.from({ length: most }, (_, rank) => pairSlot(rank)),
    ...(pairs > 0 && tasks > 2 ? [allOthers] : []),
    ...(hasPrice ? [price] : []),
  ];
  return ids.map((id) => ({ id, params: {} }));
}
