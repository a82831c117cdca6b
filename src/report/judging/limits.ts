import { UsageError } from "../../core/errors.ts";

/** What a user demands of a figure: `accuracyDrop@1% <= 0.05`, or of the baseline: `accuracy >= 0.8`. */
export interface Limit {
  readonly text: string;
  readonly metric: string;
  /** null = the baseline. */
  readonly budgetFraction: number | null;
  readonly operator: "<=" | ">=";
  readonly bound: number;
}

const pattern = /^\s*([A-Za-z]\w*)\s*(?:@\s*([\d.eE+-]+)\s*(%?))?\s*(<=|>=)\s*([\d.eE+-]+)\s*(%?)\s*$/;

/**
 * @param owner who gave it, for messages
 * @throws UsageError when the text is no limit
 */
export function parseLimit(text: string, owner = "--limit"): Limit {
  const match = pattern.exec(text);
  const budgetFraction = match?.[2] === undefined ? null : Number(match[2]) / (match[3] === "%" ? 100 : 1);
  const bound = match === null ? NaN : Number(match[5]) / (match[6] === "%" ? 100 : 1);
  if (match === null || Number.isNaN(bound) || (budgetFraction !== null && !(budgetFraction > 0 && budgetFraction <= 1)))
    throw new UsageError(`${owner} must look like "accuracyDrop@1% <= 0.05" or "accuracy >= 0.8", got ${JSON.stringify(text)}`);
  return { text: text.trim(), metric: match[1], budgetFraction, operator: match[4] as "<=" | ">=", bound };
}
