import { incompleteBeta } from "./intervals.ts";

/**
 * The one-sided lower bound of Clopper & Pearson 1934 on a probability of which `count` in `trials` were seen: below it, so many or more have a chance of less than `risk`.
 * Exact, so it holds with a chance of at least 1 − risk whatever the probability. `risk` in (0, 1); 0 where none were seen.
 */
export function lowerBinomialBound(count: number, trials: number, risk: number): number {
  if (count <= 0) return 0;
  if (count >= trials) return Math.exp(Math.log(risk) / trials);
  let low = 0;
  let high = count / trials;
  for (let step = 0; step < 60 && high - low > 1e-16; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, count, trials - count + 1) < risk) low = middle;
    else high = middle;
  }
  return low;
}

/** The upper one: above it, so few have a chance of less than `risk`. */
export function upperBinomialBound(count: number, trials: number, risk: number): number {
  return 1 - lowerBinomialBound(trials - count, trials, risk);
}
