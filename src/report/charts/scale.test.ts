import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisDomain, linearScale, logScale, niceTicks, spreadApart, tickDigits } from "./scale.ts";

describe("niceTicks", () => {
  it("are round and lie within", () => {
    expect(niceTicks(0.771, 0.866, 6)).toEqual([0.78, 0.8, 0.82, 0.84, 0.86]);
    expect(niceTicks(0, 1, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(niceTicks(-0.03, 0.11, 5)).toEqual([-0.02, 0, 0.02, 0.04, 0.06, 0.08, 0.1]);
    expect(tickDigits([0.78, 0.8])).toBe(2);
    expect(tickDigits([0, 5])).toBe(0);
  });

  it("are neither too few nor too many for any stretch", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (low, span) => {
        const ticks = niceTicks(low, low + span, 6);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(11);
      }),
    );
  });
});

describe("axisDomain", () => {
  it("holds every value, and no more of an interval than leaves them room", () => {
    const options = { always: [0.85], range: [0, 1], leastSpan: 0.02 } as const;
    const [low, high] = axisDomain([{ value: 0.8, low: 0.1, high: 0.95 }], options);
    expect(low).toBeCloseTo(0.8 - 0.05 - 0.0075, 9);
    expect(high).toBeCloseTo(0.85 + 0.05 + 0.0075, 9);
  });

  it("does not leave the range, and has a width even where all values are the same", () => {
    const [low, high] = axisDomain([{ value: 1, low: null, high: null }], { always: [1], range: [0, 1], leastSpan: 0.02 });
    expect(high).toBe(1);
    expect(low).toBeLessThan(0.99);
  });
});

describe("scales", () => {
  it("map ends to ends", () => {
    expect([0, 5, 10].map(linearScale(0, 10, 100, 200).at)).toEqual([100, 150, 200]);
    expect([1, 10, 100].map((value) => Math.round(logScale(1, 100, 0, 50).at(value)))).toEqual([0, 25, 50]);
  });
});

describe("spreadApart", () => {
  it("moves what is too near around its middle, and leaves the rest", () => {
    expect(spreadApart([50, 52, 100], 16, 0, 200)).toEqual([43, 59, 100]);
  });

  it("keeps the gap, the order and the bounds wherever they can be kept", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 12 }), (positions) => {
        const placed = spreadApart(positions, 16, 0, 200);
        const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b]);
        for (let k = 1; k < order.length; k++) expect(placed[order[k]] - placed[order[k - 1]]).toBeGreaterThan(16 - 1e-9);
        expect(Math.min(...placed)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(...placed)).toBeLessThanOrEqual(200 + 1e-9);
      }),
    );
  });
});
