import { type AskedBudget, type BudgetCount, type StudyBudgets, budgetUnits, countedAt, readCount } from "../../study/budgets.ts";
import { countOf, countText } from "./words.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";

/** `0.843`, or with its interval `0.843 [0.831, 0.855]`, all as fine as the figure itself is told. */
export function figureText({ value, low, high }: Figure, decimals = decimalsOf(value)): string {
  const told = (part: number): string => numberText(part, decimals);
  return low === null || high === null ? told(value) : `${told(value)} [${told(low)}, ${told(high)}]`;
}

/**
 * Three decimals, and of what is above 1 three digits in all: `0.012`, `2.46`, `31,200`; no minus before what rounds to zero.
 *
 * @param decimals instead of those; below 0, digits before the point that are not told
 */
export function numberText(value: number, decimals = decimalsOf(value)): string {
  if (decimals < 0 && Number.isFinite(value)) return countText(Math.round(value * 10 ** decimals) * 10 ** -decimals);
  const text = value.toFixed(Math.max(0, decimals));
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/** The same rounded up, for what something is at most. */
export function atMostText(value: number): string {
  const unit = 10 ** decimalsOf(value);
  return numberText(Math.ceil(value * unit - 1e-9) / unit, decimalsOf(value));
}

/** The same rounded down, for what something is at least. */
export function atLeastText(value: number): string {
  const unit = 10 ** decimalsOf(value);
  return numberText(Math.floor(value * unit + 1e-9) / unit, decimalsOf(value));
}

function decimalsOf(value: number): number {
  return Math.abs(value) < 1 || !Number.isFinite(value) ? 3 : 2 - Math.floor(Math.log10(Math.abs(value)));
}

/**
 * `1 %`, `0.5 %`; a budget that was counted as `50 rows` or `5 accounts`.
 *
 * @param of the study or the summary that the budget is of
 */
export function budgetText(fraction: number, { counted }: Counted): string {
  const own = countedAt(counted, fraction);
  return own === undefined ? percentText(fraction) : countedText(own);
}

/** The same where there is room: `50 rows (0.83 %)`. */
export function budgetWithShare(fraction: number, { counted }: Counted): string {
  const own = countedAt(counted, fraction);
  return own === undefined ? percentText(fraction) : `${countedText(own)} (${percentText(Number(fraction.toPrecision(2)))})`;
}

/** `1 % poison`, `poison of 5 accounts`. */
export function poisonText(fraction: number, of: Counted): string {
  const text = budgetText(fraction, of);
  return countedAt(of.counted, fraction) === undefined ? `${text} poison` : `poison of ${text}`;
}

/** A budget as it was asked for. */
export function askedText(asked: AskedBudget): string {
  return typeof asked === "number" ? percentText(asked) : countedText(readCount(asked)!);
}

type Counted = Pick<StudyBudgets, "counted">;

function countedText({ count, unit }: BudgetCount): string {
  return countOf(count, budgetUnits[unit].one);
}

/** `1 %`, `0.5 %`. */
export function percentText(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`;
}
