import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { denseMatrix, toDense, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import { bestFeasible } from "./feasible-search.ts";
import { type FeasibleSet, feasibleSetOf, isFeasible } from "./feasible-set.ts";

const cases = fc.record({ seed: fc.integer(), y: fc.constantFrom(0, 1), share: fc.constantFrom(0.6, 0.9, 1) });

function data(seed: number, whole: boolean): Dataset {
  const small = smallData({ seed, rows: 30, cols: 3, classes: 2, sparse: false, weighted: false });
  const values = toDense(small.x).data.map((value) => (whole ? Math.max(0, Math.round(1 + 1.5 * value)) : value));
  const x = denseMatrix(30, 3, values);
  return { ...small, x: whole ? toSparse(x) : x };
}

/** Feasible rows found without any duality: drawn in the box, or all whole numbers in it. */
function someFeasible(set: FeasibleSet, y: number, seed: number): Float64Array[] {
  const ball = set.balls[y];
  if (ball === null) return [];
  const { low, high } = ball;
  if (set.whole) {
    const found: Float64Array[] = [];
    for (let a = low[0]; a <= high[0]; a++)
      for (let b = low[1]; b <= high[1]; b++) for (let c = low[2]; c <= high[2]; c++) found.push(Float64Array.of(a, b, c));
    return found.filter((x) => isFeasible(set, x, y));
  }
  const rng = makeRng(seed);
  const drawn = Array.from({ length: 2000 }, () => Float64Array.from(low, (from, j) => from + rng.uniform() * (high[j] - from)));
  return drawn.filter((x) => isFeasible(set, x, y));
}

describe.each([false, true])("the feasible set of rows, whole: %s", (whole) => {
  it("holds about the share of the clean rows that was asked for", () => {
    fc.assert(
      fc.property(cases, ({ seed, share }) => {
        const clean = data(seed, whole);
        const set = feasibleSetOf(clean, share);
        const inside = Array.from(clean.y, (y, i) => isFeasible(set, toDense(clean.x).data.slice(i * 3, i * 3 + 3), y)).filter(
          Boolean,
        ).length;
        expect(inside).toBeGreaterThanOrEqual((2 * share - 1) * 30 - 4);
        if (share === 1) expect(inside).toBe(30);
      }),
    );
  });

  it.each(["a gain", "a gain within a half-space"])("gives no worse a row than any that was tried, for %s", (kind) => {
    fc.assert(
      fc.property(cases, ({ seed, y, share }) => {
        const set = feasibleSetOf(data(seed, whole), share);
        const rng = makeRng(seed);
        const drawn = Float64Array.from({ length: 3 }, () => rng.normal());
        const known = someFeasible(set, y, seed);
        fc.pre(known.length > 0);
        const a = Float64Array.from({ length: 3 }, () => rng.normal());
        const within = kind === "a gain within a half-space" ? { a, limit: dot(a, known[0]) } : null;
        const found = bestFeasible(set, { gain: drawn, y, within });
        if (whole && found === null) return;
        const best = found ?? expect.fail("no row, though there is one");
        expect(isFeasible(set, best, y)).toBe(true);
        if (within !== null) expect(dot(a, best)).toBeLessThanOrEqual(within.limit + 1e-9);
        if (whole) return;
        const rivals = known.filter((x) => within === null || dot(a, x) <= within.limit);
        const top = Math.max(...rivals.map((x) => dot(drawn, x)));
        expect(dot(drawn, best)).toBeGreaterThanOrEqual(top - 2e-3 * (1 + Math.abs(top)));
      }),
      { numRuns: 200 },
    );
  });
});

it("whole rows come near the best of all whole rows", () => {
  let [found, best] = [0, 0];
  for (let seed = 0; seed < 100; seed++) {
    const set = feasibleSetOf(data(seed, true), 0.9);
    const gain = Float64Array.from({ length: 3 }, () => 0).map(
      (
        (rng) => () =>
          rng.normal()
      )(makeRng(seed)),
    );
    const centre = set.balls[1]?.centre ?? expect.fail("a class without rows");
    const rise = (x: Float64Array): number => dot(gain, x) - dot(gain, centre);
    const row = bestFeasible(set, { gain, y: 1 });
    const tried = someFeasible(set, 1, seed);
    if (row === null || tried.length === 0) continue;
    found += rise(row);
    best += Math.max(...tried.map(rise));
  }
  expect(found / best).toBeGreaterThan(0.9);
  expect(found).toBeLessThanOrEqual(best + 1e-9);
});

it("a class of one row, and rows that are all equal, have a set of that one row", () => {
  const clean = data(1, false);
  const alone = { ...clean, y: clean.y.map((_, i) => (i === 7 ? 1 : 0)) };
  const own = toDense(clean.x).data.slice(21, 24);
  const goal = { gain: Float64Array.of(1, -1, 2), y: 1 };
  bestFeasible(feasibleSetOf(alone, 0.95), goal)?.forEach((value, j) => expect(value).toBeCloseTo(own[j], 8));
  const equal = { ...clean, x: denseMatrix(30, 3, new Float64Array(90).fill(2)) };
  expect([...(bestFeasible(feasibleSetOf(equal, 0.95), goal) ?? [])]).toEqual([2, 2, 2]);
});
