import type { Effort } from "../../../core/method.ts";

// What studies do unasked. Help texts name these, so this file loads nothing.

export const defaults = { effort: "quick", seed: 0, testFraction: 0.3, flagFraction: 0.05, ownSample: 0.2 } as const;

/** What an audit tries unasked, by its effort. Methods say for themselves at which effort they join in. */
export const effortDefaults: Readonly<Record<Effort, { readonly budgets: readonly string[]; readonly seeds: number }>> = {
  quick: { budgets: ["1%", "5%"], seeds: 3 },
  standard: { budgets: ["0.5%", "1%", "2%", "5%", "10%"], seeds: 5 },
  full: { budgets: ["0.5%", "1%", "2%", "5%", "10%", "20%"], seeds: 10 },
};

/** Splits on which it is searched how few rows are enough: fewer leave the answer wide, and each takes some trainings of the strongest attack. */
export const searchedSplits = 8;

export const ratingsDefaults = { effort: "quick", seed: 0, goal: "promote", fillers: 36, flagFraction: 0.05 } as const;

export const tasksDefaults = { seeds: 5, seed: 0, budget: "10%", pairs: 3, few: 3, freshRows: 10 } as const;

export const certifyDefaults = { effort: "quick", seed: 0, testFraction: 0.2, ratingsTestFraction: 0.25 } as const;

/** Questions of each kind that a verification asks. */
export const defaultProbes = 3000;
