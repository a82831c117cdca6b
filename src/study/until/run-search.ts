import type { Quantity } from "../../core/metric.ts";
import { NumericalError } from "../../core/errors.ts";
import type { AttackChoice } from "../config.ts";
import type { Cell } from "../kind.ts";
import type { TrialRecord } from "../record.ts";
import { type UntilAim, aimUntil } from "./aim.ts";
import { type UntilAsked, type UntilGoal, figureOf, figureWithout, turned } from "./goal.ts";
import { type SearchResult, searchBudget } from "./search.ts";

/** The name of a search among attacks. */
const untilId = "until";

/** Budgets that are tried on a split; see `SearchInput`. */
const tries = 4;

/** What searches are of, by learner. */
export type UntilAims = Readonly<Record<string, UntilAim | null>>;

/** The cells of a search: one for each of its seeds. */
export function searchCells(
  until: UntilAsked | undefined,
  { firstSeed, budgets }: { readonly firstSeed: number; readonly budgets: readonly number[] },
): Pick<Cell, "seed" | "attack" | "budgetFraction">[] {
  const attack: AttackChoice = { id: untilId, params: {}, until: true };
  return Array.from({ length: until?.seeds ?? 0 }, (_, i) => ({ seed: firstSeed + i, attack, budgetFraction: Math.max(...budgets) }));
}

/** What the records of all other trials say that is to be searched, for each learner. */
export function aimsOf(
  goal: UntilGoal | undefined,
  learners: readonly { readonly id: string; readonly attacks: readonly AttackChoice[] }[],
  records: readonly TrialRecord[],
  quantities: readonly Quantity[],
  isSearched: (budgetFraction: number) => boolean = () => true,
): UntilAims {
  if (goal === undefined) return {};
  return Object.fromEntries(
    learners.map(({ id, attacks }) => {
      const own = records.filter(
        ({ learner, attack, budgetFraction }) => learner === id && (attack === null || isSearched(budgetFraction)),
      );
      return [id, aimUntil(goal, attacks, own, quantities)];
    }),
  );
}

export interface Searched<P> {
  readonly result: SearchResult;
  /** Of the least poison that was enough, else of the most. */
  readonly poison: P;
  readonly rows: number;
}

type Metrics = Readonly<Record<string, number>>;

export interface SearchSetting<P> {
  readonly goal: UntilGoal;
  readonly quantities: readonly Quantity[];
  /** Of the model that nothing was done to. */
  readonly clean: Metrics;
  readonly guess: number;
  /** The largest budget that may be tried, in rows or accounts. */
  readonly most: number;
  attempt(rows: number): Promise<{ readonly poison: P; readonly metrics: Metrics }>;
}

/** How little of one attack does on one split what is asked: what the test rows show is what is searched. @throws NumericalError */
export async function runSearch<P>({ goal, quantities, clean, guess, most, attempt }: SearchSetting<P>): Promise<Searched<P>> {
  const made = new Map<number, P>();
  const [start, bound] = [turned(goal, figureWithout(goal, clean, quantities)), turned(goal, goal.bound)];
  if (start >= bound) throw new NumericalError(`without poison this split has ${goal.metric} ${goal.operator} ${goal.bound} already`);
  const { rows, tried } = await searchBudget({
    ...{ start, bound, guess, most, tries },
    async valueAt(budget) {
      const { poison, metrics } = await attempt(budget);
      const value = figureOf(goal, metrics, clean, quantities);
      if (value === undefined) throw new NumericalError(`the test rows of this split do not tell ${goal.metric}`);
      made.set(budget, poison);
      return turned(goal, value);
    },
  });
  const enough = tried.filter(({ value }) => value >= bound).map((one) => one.rows);
  const shown = enough.length > 0 ? Math.min(...enough) : Math.max(...tried.map((one) => one.rows));
  return {
    result: { rows, tried: tried.map((one) => ({ rows: one.rows, value: turned(goal, one.value) })) },
    poison: made.get(shown) as P,
    rows: shown,
  };
}
