import { UsageError } from "../../core/errors.ts";
import { type AskedBudget, askedAs, readCount } from "../../study/budgets.ts";

/** What a user demands of a figure: `accuracyDrop@1% <= 0.05`, `accuracyDrop@50rows <= 0.05`, or of the baseline: `accuracy >= 0.8`. */
export interface Limit {
  readonly text: string;
  readonly metric: string;
  /** null = the baseline. */
  readonly budget: AskedBudget | null;
  readonly operator: "<=" | ">=";
  readonly bound: number;
}

const pattern = /^\s*([A-Za-z]\w*)\s*(?:@\s*([\d.eE+-]+)\s*(%|[a-z]+)?)?\s*(<=|>=)\s*([\d.eE+-]+)\s*(%?)\s*$/;

/**
 * @param owner who gave it, for messages
 * @throws UsageError when the text is no limit
 */
export function parseLimit(text: string, owner = "--limit"): Limit {
  const match = pattern.exec(text);
  const budget = match?.[2] === undefined ? null : budgetOf(match[2], match[3] ?? "");
  const bound = match === null ? NaN : Number(match[5]) / (match[6] === "%" ? 100 : 1);
  if (match === null || Number.isNaN(bound) || budget === undefined)
    throw new UsageError(
      `${owner} must look like "accuracyDrop@1% <= 0.05", "accuracyDrop@50rows <= 0.05" or "accuracy >= 0.8", got ${JSON.stringify(text)}`,
    );
  return { text: text.trim(), metric: match[1], budget, operator: match[4] as "<=" | ">=", bound };
}

/** undefined = it is none. */
function budgetOf(number: string, unit: string): AskedBudget | undefined {
  const count = readCount(number + unit);
  if (count !== null) return count.count >= 1 && Number.isSafeInteger(count.count) ? askedAs(count) : undefined;
  const fraction = unit === "" || unit === "%" ? Number(number) / (unit === "%" ? 100 : 1) : NaN;
  return fraction > 0 && fraction <= 1 ? fraction : undefined;
}
