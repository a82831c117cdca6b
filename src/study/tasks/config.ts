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
  /** How the most exposed task is defended; absent in a run that measured no defence. */
  readonly defence?: DefencePlan;
  /** How the few tasks are found whose poison hurts most; absent in a run that looked for none. */
  readonly search?: SearchPlan;
}

export interface SearchPlan {
  /** How many tasks are attacked together. */
  readonly attackTasks: number;
  /** By their place among the tasks; null = the most exposed one. */
  readonly targets: readonly number[] | null;
  readonly knowledge: readonly TaskKnowledge[];
}

export interface DefencePlan {
  readonly repairs: readonly Chosen[];
  /** Rows of the target that are held back from its training and that no attacker sees; 0 = none. */
  readonly freshRows: number;
  readonly knowledge: readonly TaskKnowledge[];
}

/**
 * What an attacker has of the target, most first. "white-box": its own training rows; "gray-box": other rows of the same task; "black-box": none, and he
 * takes rows of other tasks for its.
 */
export const taskKnowledges = ["white-box", "gray-box", "black-box"] as const;
export type TaskKnowledge = (typeof taskKnowledges)[number];

/** The price takes trainings and an ascent a point, so that beyond these not every seed pays it. */
const priceSeeds = 10;

/** Whether a seed measures the price. */
export function paysPrice({ firstSeed }: Pick<TasksStudyConfig, "firstSeed">, seed: number): boolean {
  return seed < firstSeed + priceSeeds;
}

export const allOthers = "all-others";
export const price = "price";
export const defence = "defence";
/** Finds a few attack tasks; what they do together is `few`. */
export const search = "search";
export const few = "few-tasks";

/** The attack on the pair of that rank, the strongest first. */
export function pairSlot(rank: number): string {
  return `pair-${rank + 1}`;
}

/**
 * What is planned before anybody knows which tasks it will be aimed at: so many of the strongest pairs, the most exposed task through all others (with two
 * tasks a pair already), the price of sharing for that task, what defends it, and the few tasks whose poison hurts most together.
 */
export function slots({
  tasks,
  pairs,
  hasPrice,
  hasDefence = false,
  hasSearch = false,
}: {
  readonly tasks: number;
  readonly pairs: number;
  readonly hasPrice: boolean;
  readonly hasDefence?: boolean;
  readonly hasSearch?: boolean;
}): Chosen[] {
  const most = Math.min(pairs, tasks * (tasks - 1));
  const ids = [
    ...Array.from({ length: most }, (_, rank) => pairSlot(rank)),
    ...(pairs > 0 && tasks > 2 ? [allOthers] : []),
    ...(hasPrice ? [price] : []),
    ...(hasDefence ? [defence] : []),
    ...(hasSearch ? [search, few] : []),
  ];
  return ids.map((id) => ({ id, params: {} }));
}
