import { UsageError } from "../../core/errors.ts";

/**
 * A budget as a fraction: `0.01`, `"0.01"` and `"1%"` are the same.
 *
 * @param owner who is configured, for the message: `--budget`
 * @throws UsageError unless it is more than 0 and at most 1
 */
export function parseBudget(owner: string, given: number | string): number {
  const match = typeof given === "number" ? null : /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(given);
  const isPercent = match?.[2] === "%";
  // A whole per cent is divided last: 7 / 100 is 0.07, and 7 × 0.01 is not.
  const fraction = typeof given === "number" ? given : match === null ? NaN : Number(match[1]) / (isPercent ? 100 : 1);
  if (fraction > 0 && fraction <= 1) return fraction;
  const hint = !isPercent && fraction > 1 && fraction <= 100 ? ` (write ${fraction}% for ${fraction} per cent)` : "";
  throw new UsageError(
    `${owner} must be more than 0 and at most 100 % of the training rows, such as 1% or 0.01, got ${JSON.stringify(given)}${hint}`,
  );
}
