import { expect, it } from "vitest";
import { lowerBinomialBound, upperBinomialBound } from "./binomial-bounds.ts";

// Sums of binomial terms, exp of lgamma with math.fsum, halved 60 times in Python: tail(k, n, p) = risk.
it.each([
  [0.025, 8, 10, 0.4439045376923584],
  [5e-8, 950, 1000, 0.9038330512290436],
  [5e-8, 50000, 100000, 0.49157332944014037],
  [0.001, 3, 100000, 1.9053510139806565e-6],
  [5e-8, 99990, 100000, 0.9996150157727965],
  [0.05, 1, 20, 0.0025613787765302824],
])("has a tail of %f at %i of %i", (risk, count, trials, expected) => {
  expect(lowerBinomialBound(count, trials, risk) / expected).toBeCloseTo(1, 9);
  expect((1 - upperBinomialBound(trials - count, trials, risk)) / expected).toBeCloseTo(1, 9);
});

it("is the root of the risk where all were seen, nothing where none were", () => {
  expect(lowerBinomialBound(1000, 1000, 0.001)).toBeCloseTo(0.001 ** 0.001, 14);
  expect(lowerBinomialBound(0, 1000, 0.001)).toBe(0);
  expect(upperBinomialBound(1000, 1000, 0.001)).toBe(1);
});
