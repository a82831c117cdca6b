import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { makeRng } from "./random.ts";

describe("makeRng", () => {
  it("depends on its path of labels and not on what was drawn before", () => {
    const used = makeRng(1);
    for (let i = 0; i < 10; i++) used.uniform();
    expect(used.fork("rows").uniform()).toBe(makeRng(1).fork("rows").uniform());
  });

  it("gives different streams for different paths", () => {
    const root = makeRng(1);
    const firsts = new Set<number>();
    for (const label of ["a", "b", "ab", "", "a\0", 0, 1, 10]) firsts.add(root.fork(label).uniform());
    firsts.add(root.fork("a").fork("b").uniform());
    for (let seed = 0; seed < 1000; seed++) firsts.add(makeRng(seed).uniform());
    expect(firsts.size).toBe(1009);
  });

  it("keeps its numbers from version to version", () => {
    const rng = makeRng(0).fork("frozen");
    expect([rng.integer(1000), rng.integer(1000), rng.integer(1000)]).toMatchInlineSnapshot(`
      [
        481,
        586,
        452,
      ]
    `);
  });

  it("is uniform and normal within sampling error", () => {
    const rng = makeRng(7);
    const count = 100_000;
    const bins = new Int32Array(10);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      bins[Math.floor(rng.uniform() * 10)]++;
      const z = rng.normal();
      sum += z;
      squares += z * z;
    }
    // 99.99 % point of chi-square with 9 degrees of freedom.
    const chiSquare = bins.reduce((total, bin) => total + (bin - count / 10) ** 2 / (count / 10), 0);
    expect(chiSquare).toBeLessThan(33.7);
    expect(Math.abs(sum / count)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(squares / count - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  });

  it("samples distinct integers, a smaller sample being a prefix of a larger one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.nat(), (limit, seed, a) => {
        const count = a % (limit + 1);
        const all = makeRng(seed).sample(limit, limit);
        const some = makeRng(seed).sample(limit, count);
        expect(new Set(all).size).toBe(limit);
        expect(Array.from(some)).toEqual(Array.from(all.subarray(0, count)));
      }),
    );
  });
});
