import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logisticRowsInto } from "./logistic-rows.ts";

/** As the standard library computes them. */
function plain(z: number, t: number, share: number) {
  const margin = t * z;
  const e = Math.exp(-Math.abs(margin));
  return {
    loss: share * (Math.log1p(e) + Math.max(0, -margin)),
    slope: -share * t * (margin > 0 ? e / (1 + e) : 1 / (1 + e)),
    curvature: (share * e) / (1 + e) ** 2,
  };
}

describe("logistic losses of rows", () => {
  it("are those of the standard library to 1e-15, for scores of any size and shares that change or do not", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.constantFrom(1, 30, 700, 1e9),
        fc.boolean(),
        fc.integer({ min: 0, max: 2 ** 30 }),
        (rows, scale, isEven, seed) => {
          const at = seed % 5;
          const wave = (i: number): number => Math.sin(1 + i * 1.7 + seed);
          const z = Float64Array.from({ length: rows + at }, (_, p) => scale * wave(p) ** 3);
          const t = Float64Array.from({ length: rows }, (_, i) => (wave(3 * i) > 0 ? 1 : -1));
          const share = Float64Array.from({ length: rows }, (_, i) => (isEven ? 0.25 : Math.abs(wave(i >> 2))));
          const curvature = new Float64Array(rows);
          const before = z.slice();
          const value = logisticRowsInto(z, at, curvature, t, share, 0, rows);
          let sum = 0;
          for (let i = 0; i < rows; i++) {
            const { loss, slope, curvature: bend } = plain(before[at + i], t[i], share[i]);
            sum += loss;
            expect(Math.abs(z[at + i] - slope)).toBeLessThanOrEqual(2e-15 * Math.abs(slope) + 1e-300);
            expect(Math.abs(curvature[i] - bend)).toBeLessThanOrEqual(4e-15 * bend + 1e-300);
          }
          // A loss near 0 is the logarithm of a number near 1, which has the rounding of 1.
          expect(Math.abs(value - sum)).toBeLessThanOrEqual(1e-13 * sum + 2.3e-16 * rows);
          expect([...z.subarray(0, at)]).toEqual([...before.subarray(0, at)]);
        },
      ),
    );
  });

  it("take rows from the middle of the examples", () => {
    const z = Float64Array.of(9, 0, 1, -1, 2, -2, 9);
    const curvature = new Float64Array(8).fill(7);
    const t = Float64Array.of(0, 0, 1, 1, -1, -1, 1, 0);
    const share = new Float64Array(8).fill(1);
    const value = logisticRowsInto(z, 1, curvature, t, share, 2, 7);
    const [a, b] = [Math.log1p(Math.exp(-1)), Math.log1p(Math.exp(-2))];
    expect(value).toBeCloseTo(Math.LN2 + (a + 0) + (a + 0) + (b + 2) + (b + 2) - 0, 12);
    expect([z[0], z[6], curvature[1], curvature[7]]).toEqual([9, 9, 7, 7]);
  });

  it("show that a score is no number", () => {
    const z = Float64Array.of(1, NaN, 2, 3, 4);
    expect(logisticRowsInto(z, 0, new Float64Array(5), new Float64Array(5).fill(1), new Float64Array(5).fill(1), 0, 5)).toBeNaN();
    expect(z[1]).toBeNaN();
  });
});
