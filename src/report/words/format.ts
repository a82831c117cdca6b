import { type AskedBudget, type BudgetCount, type StudyBudgets, budgetUnits, countedAt, readCount } from "../../study/budgets.ts";
import { countOf } from "./words.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";

/** `0.843`, or with its interval `0.843 [0.831, 0.855]`. */
export function figureText(figure: Figure, digits = 3): string {
  const { value, low, high } = figure;
  return low === null || high === null
    ? numberText(value, digits)
    : `${numberText(value, digits)} [${numberText(low, digits)}, ${numberText(high, digits)}]`;
}

/** Fixed digits, and no minus before what rounds to zero. */
export function numberText(value: number, digits = 3): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
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
