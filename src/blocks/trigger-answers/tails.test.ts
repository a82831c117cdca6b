import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { decadesTail, nullTail, ownTail } from "./tails.ts";

const rng = makeRng("tails");
const pareto = (count: number, power: number): number[] => Array.from({ length: count }, () => (1 - rng.uniform()) ** (-1 / power));

describe("tails", () => {
  it("count what there is, and go on as the law above does", () => {
    const values = pareto(4000, 2);
    const tail = nullTail(values, 2, true);
    const sorted = [...values].sort((a, b) => b - a);
    expect(tail(sorted[199])).toBeCloseTo(-Math.log10(100), 9);
    // Of 2,000 values of a set, 2,000 x⁻² are beyond x.
    expect(Math.abs(tail(1000) - -Math.log10(2000 / 1e6))).toBeLessThan(1);
    const exponential = Array.from({ length: 4000 }, () => -Math.log(1 - rng.uniform()));
    const light = nullTail(exponential, 2, false);
    expect(Math.abs(light(20) - (20 / Math.LN10 - Math.log10(2000)))).toBeLessThan(1.2);
  });

  it("do not take what is looked for as what is usual", () => {
    const falling = pareto(60, 2).sort((a, b) => b - a);
    const [clean, poisoned] = [ownTail(falling), ownTail([900, 800, 700, ...falling.slice(3)])];
    expect(poisoned(900)).toBe(clean(900));
    expect(clean(900)).toBeGreaterThan(2);
    expect(clean(falling[34])).toBeCloseTo(-Math.log10(35), 9);
  });

  it("of decades are exponential, and keep to what is usual where there is little to go by", () => {
    const falling = Array.from({ length: 2000 }, () => -3 * Math.log(1 - rng.uniform())).sort((a, b) => b - a);
    const tail = decadesTail(falling.slice(0, 40));
    // Of 2,000 values of mean 3 there are 2,000 e^(−x / 3) beyond x.
    expect(Math.abs(tail(45) - (45 / 3 / Math.LN10 - Math.log10(2000)))).toBeLessThan(1);
    // Five groups of mean 2.
    expect(decadesTail([])(20)).toBeCloseTo(10 / Math.LN10 - Math.log10(5), 9);
    expect(decadesTail([60])(20)).toBe(decadesTail([])(20));
  });

  it("rise with the value, however little they go by", () => {
    for (const tail of [
      nullTail([], 2, true),
      nullTail([1, 2], 1, false),
      ownTail([]),
      decadesTail([]),
      decadesTail([30]),
      ownTail([3, 2, 1]),
      nullTail(pareto(50, 1), 1, true),
    ]) {
      let before = -Infinity;
      for (const value of [0.01, 0.5, 1, 2, 5, 20, 300]) {
        expect(Number.isFinite(tail(value))).toBe(true);
        expect(tail(value)).toBeGreaterThanOrEqual(before);
        before = tail(value);
      }
    }
  });
});
