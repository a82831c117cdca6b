import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { UsageError } from "../../core/errors.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import { type Sources, sourcesOf } from "../../core/sources.ts";
import { type Budget, type Reach, budgetOf } from "../../core/threat.ts";
import { type BudgetCount, type CountedBudget, type StudyBudgets, askedAs, countedAt } from "../budgets.ts";
import { reachableCount } from "./reach.ts";

/**
 * What a count comes to on these rows: how large a share of the examples within reach, and how many of an account's.
 *
 * @throws UsageError where that is more than there are, or nobody knows whose a row is
 */
export function measureCount(budget: BudgetCount, clean: TrainingSet, reach: Reach): Pick<CountedBudget, "fraction" | "rowsEach"> {
  const { count, unit } = budget;
  const most = reachableCount(clean, reach);
  const rowsEach = unit === "rows" ? 1 : honestRows(budget, clean, reach);
  const rows = count * rowsEach;
  if (rows > most) {
    const each = unit === "rows" ? "" : `, with up to ${rowsEach} rows each,`;
    throw new UsageError(`a budget of ${askedAs(budget)}${each} is more than the ${most} clean training rows within reach`);
  }
  return { fraction: rows / most, ...(unit === "rows" ? {} : { rowsEach }) };
}

/** How many rows honest accounts write: 95 of 100 have no more of the examples within reach. */
function honestRows(budget: BudgetCount, clean: TrainingSet, reach: Reach): number {
  const sources = sourcesOf(clean.table);
  if (sources === null)
    throw new UsageError(
      `a budget of ${askedAs(budget)} needs a column that says which account each row is of: name it with --source, or count rows, as in ${askedAs({ ...budget, unit: "rows" })}`,
    );
  const counts = [...rowsByAccount(clean, reach, sources).values()].map(({ length }) => length).sort((a, b) => a - b);
  if (counts.length === 0)
    throw new UsageError(`a budget of ${askedAs(budget)}: no clean training row within reach is of a known account in "${sources.column}"`);
  return counts[Math.ceil(0.95 * counts.length) - 1];
}

/** The rows within reach of each known account, by its code; a row stands there once for each example. */
export function rowsByAccount(clean: TrainingSet, reach: Reach, { codes }: Sources): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const row of reachableExamples(clean, reach).row) {
    if (codes[row] < 0) continue;
    const own = rows.get(codes[row]);
    if (own === undefined) rows.set(codes[row], [row]);
    else own.push(row);
  }
  return rows;
}

/**
 * A budget of a study on the rows of one seed. A count is the same on every seed, as far as there are so many rows.
 *
 * @param examples clean ones within reach
 */
export function seedBudget(counted: StudyBudgets["counted"], fraction: number, examples: number): Budget {
  const own = countedAt(counted, fraction);
  if (own === undefined) return budgetOf(fraction, examples);
  const { count, rowsEach } = own;
  const rows = Math.min(examples, count * (rowsEach ?? 1));
  return { fraction, rows, ...(rowsEach === undefined ? {} : { sources: { accounts: count, rowsEach } }) };
}
