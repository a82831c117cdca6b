import { expect, it } from "vitest";
import { ratesOf } from "./ascent-params.ts";

it("few steps are as much longer as there are fewer, and 60 or more are as they were", () => {
  const way = (steps: number): number => {
    const { firstRate, lastRate } = ratesOf(steps);
    return Array.from({ length: steps }, (_, t) => firstRate * (lastRate / firstRate) ** (t / (steps - 1))).reduce(
      (sum, rate) => sum + rate,
    );
  };
  for (const steps of [60, 200]) expect(ratesOf(steps)).toEqual({ steps, firstRate: 0.3, lastRate: 0.03 });
  for (const steps of [6, 8, 12, 20, 30]) {
    expect(way(steps)).toBeGreaterThan(way(60));
    expect(way(steps)).toBeLessThan(2 * way(60));
  }
  expect(ratesOf(1).firstRate).toBe(3);
});
