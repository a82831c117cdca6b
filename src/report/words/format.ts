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

/** `1.23 %`: three significant figures. */
export function percentText(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** `1 %`, `0.5 %`. */
export function budgetText(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`;
}
