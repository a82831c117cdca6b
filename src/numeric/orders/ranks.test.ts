import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { areaUnderCurve, highest } from "./ranks.ts";

describe("areaUnderCurve", () => {
  it("counts pairs, ties half", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), { minLength: 1, maxLength: 30 }), (rows) => {
        const scores = Float64Array.from(rows, ([score]) => score);
        const positive = rows.filter(([, is]) => is).map(([score]) => score);
        const negative = rows.filter(([, is]) => !is).map(([score]) => score);
        let wins = 0;
        for (const p of positive) for (const n of negative) wins += p > n ? 1 : p === n ? 0.5 : 0;
        const pairs = positive.length * negative.length;
        const area = areaUnderCurve(scores, (i) => rows[i][1]);
        if (pairs === 0) expect(area).toBeNull();
        else expect(area).toBeCloseTo(wins / pairs, 12);
      }),
    );
  });
});

describe("highest", () => {
  it("keeps the given order among equals", () => {
    expect(Array.from(highest(Float64Array.of(1, 3, 3, 2), 3))).toEqual([1, 2, 3]);
  });
});
