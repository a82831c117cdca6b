import { UsageError } from "../../core/errors.ts";
import { type AskedBudget, type BudgetUnit, askedAs, budgetUnits, readCount } from "../../study/budgets.ts";

/**
 * A budget: a fraction, of which `0.01`, `"0.01"` and `"1%"` are the same, or a count such as `"50rows"` or `"1 account"`.
 *
 * @param owner who is configured, for the message: `--budget`
 * @throws UsageError unless it is more than 0 and at most 1, or a whole number of something
 */
export function parseBudget(owner: string, given: number | string): AskedBudget {
  const count = typeof given === "string" ? readCount(given) : null;
  if (count !== null && count.count >= 1 && Number.isSafeInteger(count.count)) return askedAs(count);
  const fraction = count === null ? readFraction(given) : NaN;
  if (fraction > 0 && fraction <= 1) return fraction;
  const isBare = typeof given === "number" || !given.includes("%");
  const rows = Number.isInteger(fraction) ? `, ${askedAs({ count: fraction, unit: "rows" })} for as many rows` : "";
  const hint = isBare && fraction > 1 && fraction <= 100 ? ` (write ${fraction}% for ${fraction} per cent${rows})` : "";
  throw new UsageError(
    `${owner} must be more than 0 and at most 100 % of the training rows, such as 1% or 0.01, or a whole number such as ${countsTaken()}, got ${JSON.stringify(given)}${hint}`,
  );
}

/**
 * The same where only some units mean something.
 *
 * @param units that do
 * @param why the others do not, as the end of the message
 */
export function parseBudgetIn(owner: string, given: number | string, units: readonly BudgetUnit[], why: string): AskedBudget {
  const asked = parseBudget(owner, given);
  const count = typeof asked === "number" ? null : readCount(asked);
  if (count === null || units.includes(count.unit)) return asked;
  const allowed = ["a fraction such as 1%", ...units.map((unit) => askedAs({ count: 5, unit }))].join(" or ");
  throw new UsageError(`${owner} must be ${allowed}, got ${JSON.stringify(given)}: ${why}`);
}

function readFraction(given: number | string): number {
  if (typeof given === "number") return given;
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(given);
  // A whole per cent is divided last: 7 / 100 is 0.07, and 7 × 0.01 is not.
  return match === null ? NaN : Number(match[1]) / (match[2] === "%" ? 100 : 1);
}

function countsTaken(): string {
  return (Object.keys(budgetUnits) as BudgetUnit[]).map((unit) => askedAs({ count: 50, unit })).join(" or ");
}
