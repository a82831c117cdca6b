import { describe, expect, it } from "vitest";
import { acceptRejectSteps, adamSteps, rowSteps } from "./ascent-steps.ts";

const rates = { steps: 3, firstRate: 0.4, lastRate: 0.1 };

it("Adam's first step is the rate in units of each feature, whatever the slope, and later ones fall to the last rate", () => {
  const steps = adamSteps(Float64Array.of(2, 1, 0), 3, rates);
  const x = new Float64Array(3);
  [0.4, 0.2, 0.1].reduce((sum, rate, t) => {
    steps.stepInPlace(x, Float64Array.of(5, -0.01, 1), { t, improved: true });
    const way = sum + rate;
    [2 * way, -way, 0].forEach((value, j) => expect(x[j]).toBeCloseTo(value, 2));
    return way;
  }, 0);
});

it("sparse rows step by their length along the whole gradient, past what does not move", () => {
  const steps = rowSteps(Float64Array.of(10, 10, 0), 6, rates);
  const x = new Float64Array(6);
  steps.stepInPlace(x, Float64Array.of(3, 4, 100, 0, 0, 7), { t: 0, improved: true });
  [2.4, 3.2, 0, 0, 0, 0].forEach((value, p) => expect(x[p]).toBeCloseTo(value, 14));
});

describe("steps that are accepted or taken back", () => {
  it("are as long as the steepest row's unit, grow after an improvement, and halve from the best point after none", () => {
    // Two rows of two features, of which the second row's last has no slope.
    const steps = acceptRejectSteps(Float64Array.of(2, 1), 4);
    const x = new Float64Array(4);
    const gradient = Float64Array.of(1.5, 4, 0.5, 0);
    // In units the first row's gradient is (3, 4) with norm 5, so that a step of 1 per feature scales all by √2 / 5.
    const unit = Math.SQRT2 / 5;
    steps.stepInPlace(x, gradient, { t: 0, improved: true });
    [6, 4, 2, 0].forEach((value, p) => expect(x[p]).toBeCloseTo(value * unit, 14));
    expect([steps.goesOn(true), steps.goesOn(false)]).toEqual([true, false]);
    steps.stepInPlace(x, gradient, { t: 1, improved: false });
    [3, 2, 1, 0].forEach((value, p) => expect(x[p]).toBeCloseTo(value * unit, 14));
    const before = x.slice();
    steps.stepInPlace(x, gradient, { t: 2, improved: true });
    [6, 4, 2, 0].forEach((value, p) => expect(x[p] - before[p]).toBeCloseTo(0.65 * value * unit, 14));
  });
});
