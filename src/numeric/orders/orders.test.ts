import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { introsortOrder } from "./introsort-order.ts";
import { pairwiseSum } from "../matrices/pairwise-sum.ts";
import { makeRadixOrder } from "./radix-order.ts";
import { orderBy } from "./ranks.ts";
import { selectInPlace } from "./select.ts";

const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, 1, 1 + 2 ** -52, 1 + 2 ** -40, -Infinity, Infinity),
);
const values = fc.array(number, { minLength: 1, maxLength: 300 }).map((list) => Float64Array.from(list));

describe("orders", () => {
  it("sorts by the radix as a stable sort does, at any offset", () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 3 }), (given, at) => {
        const shifted = new Float64Array(given.length + at);
        shifted.set(given, at);
        const radix = makeRadixOrder(given.length);
        expect(radix.order(shifted, at)).toEqual(orderBy(given));
        expect(radix.order(shifted, at)).toEqual(orderBy(given));
      }),
    );
  });

  it("sorts numbers that agree in their upper halves", () => {
    const near = Float64Array.from({ length: 3000 }, (_, i) => 1e6 + ((i * 1031) % 3000) * 1e-9);
    expect(makeRadixOrder(3000).order(near, 0)).toEqual(orderBy(near));
  });

  it("selects what stands at a rank, whatever the order it is given", () => {
    fc.assert(
      fc.property(values, fc.nat(), (given, seed) => {
        const rank = seed % given.length;
        const [found, wanted] = [selectInPlace(given.slice(), given.length, rank), given.slice().sort()[rank]];
        expect(found === wanted).toBe(true);
      }),
    );
    const organ = Float64Array.from({ length: 20_000 }, (_, i) => Math.min(i, 20_000 - i));
    expect(selectInPlace(organ.slice(), organ.length, 700)).toBe(organ.slice().sort()[700]);
    expect(selectInPlace(new Float64Array(20_000), 20_000, 700)).toBe(0);
  });

  it("orders equal values as NumPy's argsort without vector instructions does", () => {
    // np.argsort((np.arange(40) * 7) % 5), NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR", NumPy 2.4.6
    const given = Float64Array.from({ length: 40 }, (_, i) => (i * 7) % 5);
    expect(Array.from(introsortOrder(given, 40))).toEqual([
      0, 20, 15, 30, 10, 25, 35, 5, 23, 8, 33, 28, 13, 3, 38, 18, 6, 21, 1, 36, 16, 26, 11, 31, 34, 29, 19, 14, 9, 4, 24, 39, 27, 22, 17,
      12, 32, 7, 2, 37,
    ]);
    // Musser's killer of the median of three, two of each value, which ends in the heap: Σ (i + 1) order_i of NumPy
    const killer = new Float64Array(3000);
    for (let i = 1; i <= 1500; i++) {
      if (i % 2 === 1) [killer[i - 1], killer[i]] = [i, 1500 + i];
      killer[1500 + i - 1] = 2 * i;
    }
    const halved = killer.map((value) => Math.floor(value / 2));
    expect(introsortOrder(halved, 3000).reduce((sum, id, i) => sum + (i + 1) * id, 0)).toBe(7596686830);
    fc.assert(
      fc.property(values, (list) => {
        const order = introsortOrder(list, list.length);
        expect([...order].sort((a, b) => a - b)).toEqual([...list.keys()]);
        for (let i = 1; i < order.length; i++) expect(list[order[i - 1]] <= list[order[i]]).toBe(true);
      }),
    );
  });

  it("sums in halves, exactly where a running sum is not", () => {
    const given = new Float64Array(1_000_003).fill(0.1);
    let running = 0;
    for (const value of given) running += value;
    expect(Math.abs(running - 100_000.3)).toBeGreaterThan(1e-7);
    expect(Math.abs(pairwiseSum(given) - 100_000.3)).toBeLessThan(1e-9);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 600 }), (list) => {
        expect(pairwiseSum(Float64Array.from(list))).toBe(list.reduce((sum, value) => sum + value, 0));
      }),
    );
  });
});
