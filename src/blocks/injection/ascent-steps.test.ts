import { describe, expect, it } from "vitest";
import { acceptRejectSteps } from "./ascent-steps.ts";

describe("steps that are accepted or taken back", () => {
  it("are as long as the steepest row's unit, grow after an improvement, and halve from the best point after none", () => {
    // Two rows of two features, and their labels; the last feature and the labels do not move.
    const units = Float64Array.of(2, 1, 2, 0, 0, 0);
    const stepper = acceptRejectSteps(units, 2);
    const point = new Float64Array(6);
    const gradient = Float64Array.of(3, 4, 1, 0, 0, 0);
    // The first row has norm 5, so that a step of 1 per coordinate scales all by √2 / 5.
    const unit = Math.SQRT2 / 5;
    stepper.stepInPlace(point, gradient.slice(), { t: 0, improved: true });
    [6, 4, 2, 0, 0, 0].forEach((value, p) => expect(point[p]).toBeCloseTo(value * unit, 14));
    expect(stepper.needsGradient(false)).toBe(false);
    stepper.stepInPlace(point, gradient, { t: 1, improved: false });
    [3, 2, 1, 0, 0, 0].forEach((value, p) => expect(point[p]).toBeCloseTo(value * unit, 14));
    const before = point.slice();
    stepper.stepInPlace(point, gradient.slice(), { t: 2, improved: true });
    [6, 4, 2, 0, 0, 0].forEach((value, p) => expect(point[p] - before[p]).toBeCloseTo(0.65 * value * unit, 14));
  });
});
