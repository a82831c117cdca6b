import { expect, it } from "vitest";
import { minimiseInBox } from "./box-lbfgs.ts";

/** Rosenbrock's valley, whose lowest point is (1, 1). */
const valley = (lower: number[], upper: number[]) => ({
  lower: Float64Array.from(lower),
  upper: Float64Array.from(upper),
  gradientInto(out: Float64Array, [a, b]: Float64Array) {
    out[0] = -2 * (1 - a) - 400 * a * (b - a * a);
    out[1] = 200 * (b - a * a);
    return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
  },
});

it("finds the lowest point of a bent valley", () => {
  const x = Float64Array.of(-1.2, 1);
  expect(minimiseInBox(valley([-5, -5], [5, 5]), x, { tolerance: 1e-14, maxSteps: 500 })).toBeLessThan(1e-10);
  expect(x[0]).toBeCloseTo(1, 4);
  expect(x[1]).toBeCloseTo(1, 4);
});

it("stops at the bound where that is lowest, and leaves what has no room alone", () => {
  // With a ≤ .5 the lowest point is (.5, .25).
  const x = Float64Array.of(-1, 2);
  minimiseInBox(valley([-5, -5], [0.5, 5]), x, { tolerance: 1e-14, maxSteps: 500 });
  expect(x[0]).toBe(0.5);
  expect(x[1]).toBeCloseTo(0.25, 6);
  const held = Float64Array.of(7, 3);
  minimiseInBox(valley([-5, 1], [5, 1]), held, { tolerance: 1e-14, maxSteps: 500 });
  expect(held[1]).toBe(1);
  expect(held[0]).toBeCloseTo(1, 4);
});
