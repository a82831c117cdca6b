/** What a budget can be counted in, by the word for one; `also` means the same. A study measures each for its kind of data. */
export const budgetUnits = {
  rows: { one: "row", also: [] },
  accounts: { one: "account", also: ["source", "sources"] },
} as const satisfies Record<string, { readonly one: string; readonly also: readonly string[] }>;

export type BudgetUnit = keyof typeof budgetUnits;
type OneOf = (typeof budgetUnits)[BudgetUnit]["one"];

export interface BudgetCount {
  /** ≥ 1. */
  readonly count: number;
  readonly unit: BudgetUnit;
}

/** A budget as it is asked for: a fraction in (0, 1], or a count in words, such as `50rows`. */
export type AskedBudget = number | `${number}${BudgetUnit | OneOf}`;

/** A budget that was asked for as a count, and what it comes to. */
export interface CountedBudget extends BudgetCount {
  /** What it goes by among the budgets of its study: the share of the rows or users of the first seed that it comes to. */
  readonly fraction: number;
  /** Of accounts: how many rows each may poison. Absent where the kind of data says that. */
  readonly rowsEach?: number;
  /** Attacks that can spend it, by name; absent = all. */
  readonly attacks?: readonly string[];
}

/** The budgets of a study: fractions, and which of these were asked for as counts. */
export interface StudyBudgets {
  readonly budgets: readonly number[];
  /** Absent where none was. */
  readonly counted?: readonly CountedBudget[] | undefined;
}

/** `50rows`, `1 account`; null where the text is no count of anything. Zero and parts are read too: who takes it refuses them. */
export function readCount(text: string): BudgetCount | null {
  const match = /^\s*([+-]?\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  const word = match?.[2].toLowerCase();
  const unit = (Object.keys(budgetUnits) as BudgetUnit[]).find((key) => wordsOf(key).includes(word ?? ""));
  return match === null || unit === undefined ? null : { count: Number(match[1]), unit };
}

function wordsOf(unit: BudgetUnit): readonly string[] {
  const { one, also } = budgetUnits[unit];
  return [unit, one, ...also];
}

export function askedAs({ count, unit }: BudgetCount): AskedBudget {
  return `${count}${count === 1 ? budgetUnits[unit].one : unit}`;
}

/** What was asked for to get these budgets. */
export function budgetsAsked({ budgets, counted }: StudyBudgets): AskedBudget[] {
  return budgets.map((fraction) => {
    const own = countedAt(counted, fraction);
    return own === undefined ? fraction : askedAs(own);
  });
}

export function countedAt(counted: StudyBudgets["counted"], fraction: number): CountedBudget | undefined {
  return counted?.find((budget) => budget.fraction === fraction);
}

/** The budgets of a study in the unit of this one that are smaller, ascending: rows and shares of them are one, accounts another. */
export function budgetsBelow({ budgets, counted }: StudyBudgets, fraction: number): number[] {
  const isOfAccounts = (one: number): boolean => countedAt(counted, one)?.unit === "accounts";
  return budgets.filter((one) => one < fraction && isOfAccounts(one) === isOfAccounts(fraction)).sort((a, b) => a - b);
}

/** Whether a budget of a study, by its fraction, is the one asked for: 50 rows are not 1 %, even of 5000. */
export function isBudget(asked: AskedBudget, fraction: number, counted: StudyBudgets["counted"]): boolean {
  const own = countedAt(counted, fraction);
  return typeof asked === "number" ? own === undefined && Math.abs(fraction - asked) < 1e-9 : own !== undefined && askedAs(own) === asked;
}

/**
 * The budgets of a study, each with a fraction of its own.
 *
 * @param measure what a count comes to
 */
export function settleBudgets(
  asked: readonly AskedBudget[],
  measure: (budget: BudgetCount) => Omit<CountedBudget, "count" | "unit">,
): StudyBudgets {
  const unique = [...new Set(asked)];
  const taken = new Set(unique.filter((budget) => typeof budget === "number"));
  const counted: CountedBudget[] = [];
  const budgets = unique.map((budget) => {
    if (typeof budget === "number") return budget;
    const count = readCount(budget);
    if (count === null) throw new Error(`${budget} is no budget`);
    const { fraction: share, ...more } = measure(count);
    let fraction = share;
    // Two that come to the same stay two: nothing that is counted changes by so little.
    while (taken.has(fraction)) fraction *= 1 - 1e-12;
    taken.add(fraction);
    counted.push({ fraction, ...count, ...more });
    return fraction;
  });
  return counted.length === 0 ? { budgets } : { budgets, counted };
}

/** What the key of a trial holds of a budget beside its fraction: nothing where that is all. */
export function keyOfCount(counted: StudyBudgets["counted"], fraction: number): { readonly counted?: object } {
  const own = countedAt(counted, fraction);
  if (own === undefined) return {};
  const { count, unit, rowsEach } = own;
  return { counted: { count, unit, rowsEach } };
}
