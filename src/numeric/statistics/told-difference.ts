import { studentQuantile } from "./intervals.ts";

const steps = 400;

/**
 * The true difference that a two-sided t test tells with a given chance, in standard errors: λ with P(|T| > t) = power of a noncentral T (its own side alone).
 *
 * @param level two-sided, in (0, 1)
 * @param degrees of freedom; > 0
 * @param power in (0.5, 1)
 */
export function toldDifference(level: number, degrees: number, power: number): number {
  const critical = studentQuantile(1 - level / 2, degrees);
  let low = 0;
  let high = critical;
  while (toldShare(critical, degrees, high) < power) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (toldShare(critical, degrees, middle) < power) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The median of u = s/σ with u² = χ²/ν, which is below 1: what a scatter that was seen is to be divided by, so that it is too small as often as too large (Wilson & Hilferty 1931). */
export function medianScatter(degrees: number): number {
  return Math.max(0, 1 - 2 / (9 * degrees)) ** 1.5;
}

/** P(Z + λ > t u) with u² = χ²/ν, whose density is ∝ u^(ν−1) exp(−ν u²/2), by the trapezium rule. */
function toldShare(critical: number, degrees: number, shift: number): number {
  const last = 1 + 8 / Math.sqrt(degrees);
  let sum = 0;
  let all = 0;
  for (let i = 1; i <= steps; i++) {
    const u = (last * i) / steps;
    const density = Math.exp((degrees - 1) * Math.log(u) - (degrees * (u * u - 1)) / 2);
    all += density;
    sum += density * normalCdf(shift - critical * u);
  }
  return sum / all;
}

/** Abramowitz & Stegun 1964, 26.2.17; off by less than 1e-7. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}
