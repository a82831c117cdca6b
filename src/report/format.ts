import type { Figure } from "../numeric/intervals.ts";

/** `0.843`, or with its interval `0.843 [0.831, 0.855]`. */
export function figureText(figure: Figure, digits = 3): string {
  const { value, low, high } = figure;
  return low === null || high === null
    ? value.toFixed(digits)
    : `${value.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

/** `1 %`, `0.5 %`. */
export function budgetText(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`;
}
