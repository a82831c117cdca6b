import { expect, it } from "vitest";
import { nelderMead } from "./nelder-mead.ts";

it("finds the bottom of Rosenbrock's valley, which is at (1, 1)", () => {
  const valley = (at: Float64Array): number => 100 * (at[1] - at[0] ** 2) ** 2 + (1 - at[0]) ** 2;
  const { at, value } = nelderMead(valley, Float64Array.of(-1.2, 1), Float64Array.of(0.5, 0.5), 1000, 1e-14);
  expect(value).toBeLessThan(1e-10);
  expect(at[0]).toBeCloseTo(1, 4);
  expect(at[1]).toBeCloseTo(1, 4);
});
