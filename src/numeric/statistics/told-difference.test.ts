import { describe, expect, it } from "vitest";
import { makeRng } from "../random.ts";
import { studentTails } from "./intervals.ts";
import { toldDifference } from "./told-difference.ts";

describe("the difference that a test tells", () => {
  // scipy 1.x: the λ with 1 - nct.cdf(t.ppf(1 - level / 2, df), df, λ) = power.
  it.each([
    [0.05, 2, 0.8, 5.65349],
    [0.05, 4, 0.8, 3.76106],
    [0.05, 9, 0.8, 3.14964],
    [0.004, 2, 0.8, 20.05397],
    [0.004, 8, 0.8, 5.04194],
  ])("at level %f with %i degrees is that of the noncentral t", (level, degrees, power, expected) => {
    const told = toldDifference(level, degrees, power);
    expect(told / expected).toBeCloseTo(1, 3);
    expect(Math.abs(simulated(level, degrees, told) - power)).toBeLessThan(0.03);
  });
});

/** How often a paired t test of degrees + 1 differences tells so large a mean. */
function simulated(level: number, degrees: number, shift: number): number {
  const rng = makeRng("told difference").fork(degrees);
  const [runs, pairs] = [4000, degrees + 1];
  let told = 0;
  for (let run = 0; run < runs; run++) {
    const values = Float64Array.from({ length: pairs }, () => shift / Math.sqrt(pairs) + rng.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / pairs;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / degrees;
    if (mean > 0 && studentTails(mean / Math.sqrt(variance / pairs), degrees) <= level) told++;
  }
  return told / runs;
}
