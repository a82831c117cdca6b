import type { AskedBudget } from "../budgets.ts";

/** A limit of a verdict, as far as a study must know it. */
export interface WatchedLimit {
  readonly metric: string;
  readonly budget: AskedBudget;
  readonly operator: "<=" | ">=";
  readonly bound: number;
}

/** When a study looks at what it has, to leave out the trials that change nothing any more. */
export interface Stopping {
  /** After how many seeds, ascending and fewer than all. */
  readonly looks: readonly number[];
  /** What the verdict is to be decided on; at other budgets figures need be known as well as a tenth of the largest damage only. */
  readonly limits: readonly WatchedLimit[];
}

/** Why a trial was not run: by the records of all seeds up to `seed`, the attack is surely not the strongest (`weaker`), its limits are decided, its figures are known well enough, or it is a variant of an attack that is not looked at any more. */
export interface Decided {
  readonly seed: number;
  readonly why: (typeof decidedWhys)[number];
}

export const decidedWhys = ["weaker", "limits", "known", "variant"] as const;
