import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { beyondBulk } from "./beyond-bulk.ts";

describe("what lies beyond the bulk", () => {
  it("is measured by hand: ten scores of which the upper half falls off by one nat for each unit", () => {
    // Median 0, upper fifth ln 2.5: so the scale is 1, and the largest of ten is expected at ln 5.
    const scores = Float64Array.from([-4, -3, -2, -2, -1, 0, 0.2, 0.5, Math.log(2.5), 10]);
    const beyond = beyondBulk(scores);
    expect([...beyond.subarray(0, 9)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(beyond[9]).toBeCloseTo(10 - Math.log(5), 12);
  });

  it("is next to nothing of exponential scores, and most of a few that stand apart", () => {
    const rng = makeRng("bulk");
    const honest = Float64Array.from({ length: 1000 }, () => -Math.log(1 - rng.uniform()));
    expect(Math.max(...beyondBulk(honest))).toBeLessThan(4);
    const beyond = beyondBulk(Float64Array.from([...honest, ...Array<number>(50).fill(30)]));
    expect(beyond.subarray(1000).every((nats) => nats > 15)).toBe(true);
  });

  it("is 0 where all scores are the same, and of none", () => {
    expect([...beyondBulk(new Float64Array(5).fill(2))]).toEqual([0, 0, 0, 0, 0]);
    expect(beyondBulk(new Float64Array(0))).toHaveLength(0);
  });
});
