import { describe, expect, it } from "vitest";
import { claimOf, isClaimed, priorOdds } from "./claimed-records.ts";

/** Thirty records of three classes, ten of each, each held likely to be what it is; the first five of class 0 are those of a suspect. */
const label = Int32Array.from({ length: 30 }, (_, r) => r % 3);
const example = Int32Array.from(label.keys());
const probabilities = Float64Array.from({ length: 90 }, (_, at) => (label[Math.floor(at / 3)] === at % 3 ? 0.8 + 0.001 * (at % 7) : 0.1));
const priors = priorOdds(label, 3);
const records = Int32Array.from([0, 3, 6, 9, 12]);

/** What is said of the records without the suspect: the same chances for each. */
function claimedWith(chances: readonly number[]): boolean {
  const claims = Float64Array.from(records, () => claimOf(Float64Array.from(chances), 0, 0, priors));
  return isClaimed({ records, label: 0, claims }, { label, example, excess: new Float64Array(30) }, probabilities, priors);
}

describe("records that other classes claim", () => {
  it("are those of which the rest says one other class, and not those of which it says nothing", () => {
    expect(claimedWith([0.05, 0.85, 0.1])).toBe(true);
    expect(claimedWith([0.02, 0.49, 0.49])).toBe(false);
    expect(claimedWith([0.9, 0.05, 0.05])).toBe(false);
  });

  it("are claimed by more than the share of a class, and never by a class that nobody bears", () => {
    const uneven = priorOdds(Int32Array.from([0, 0, 0, 1, -1, -1]), 3);
    expect(Array.from(uneven)).toEqual([Math.log(3), Math.log(1 / 3), Infinity]);
    expect(claimOf(Float64Array.from([0.5, 0.25, 0.25]), 0, 0, uneven)).toBeCloseTo(0, 12);
    expect(claimOf(Float64Array.from([0, 1, 0]), 0, 0, uneven)).toBe(3);
  });

  it("are not asked about between two classes", () => {
    const two = priorOdds(Int32Array.from([0, 1]), 2);
    expect(
      isClaimed({ records, label: 0, claims: new Float64Array(5) }, { label, example, excess: new Float64Array(30) }, probabilities, two),
    ).toBe(true);
  });
});
