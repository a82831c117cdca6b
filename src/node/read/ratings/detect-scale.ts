import type { RatingScale } from "../../../core/ratings.ts";

/**
 * The lowest and highest rating given, and the smallest distance of two ratings; where not all ratings stand on such steps, the unit of their last
 * decimal, at most the sixth.
 */
export function detectScale(values: Iterable<number>): RatingScale {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  let step = high - low;
  for (let k = 1; k < sorted.length; k++) step = Math.min(step, sorted[k] - sorted[k - 1]);
  const rounded = Number(step.toPrecision(12));
  if (rounded === 0 || sorted.every((value) => standsOn(value - low, rounded))) return { low, high, step: rounded };
  const decimals = Math.min(6, Math.max(...sorted.map(decimalsOf)));
  return { low, high, step: 10 ** -decimals };
}

function standsOn(distance: number, step: number): boolean {
  const steps = distance / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

function decimalsOf(value: number): number {
  const text = String(value);
  if (text.includes("e")) return 6;
  return text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
}
