import { describe, expect, it } from "vitest";
import { type CoupledRidges, solveCoupledRidges } from "./coupled-ridges.ts";
import { makeRng } from "../random.ts";

const [first, second] = [5, 4];

/** Every row has an entry; the ridge is large enough that the whole is positive definite. */
function problemOf(rank: number): CoupledRidges {
  const rng = makeRng("coupled").fork(rank);
  const draw = (count: number): Float64Array => Float64Array.from({ length: count }, () => rng.normal());
  const entries = Array.from({ length: first * second }, (_, k) => [Math.floor(k / second), k % second]).filter(
    ([u, i]) => (u + i) % 3 !== 0 || u === i,
  );
  const startsOf = (rows: number, side: 0 | 1): Int32Array =>
    Int32Array.from({ length: rows + 1 }, (_, row) => entries.filter((entry) => entry[side] < row).length);
  const byItem = [...entries].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  return {
    rank,
    firstFactors: draw(first * rank),
    secondFactors: draw(second * rank),
    firstRidge: new Float64Array(first).fill(6),
    secondRidge: new Float64Array(second).fill(7),
    starts: startsOf(first, 0),
    indices: Int32Array.from(entries, ([, i]) => i),
    residual: draw(entries.length),
    transposed: { starts: startsOf(second, 1), indices: Int32Array.from(byItem, ([u]) => u) },
    firstSide: draw(first * (rank + 1)),
    secondSide: draw(second * (rank + 1)),
  };
}

/** The whole matrix as in the doc comment, times (x, y). */
function applied(problem: CoupledRidges, x: Float64Array, y: Float64Array) {
  const { rank, firstFactors, secondFactors, firstRidge, secondRidge, starts, indices, residual } = problem;
  const size = rank + 1;
  const row = (factors: Float64Array, at: number): number[] => [...factors.subarray(at * rank, (at + 1) * rank), 1];
  const outX = x.map((value, k) => firstRidge[Math.floor(k / size)] * value);
  const outY = y.map((value, k) => secondRidge[Math.floor(k / size)] * value);
  let entrySum = 0;
  for (let u = 0; u < first; u++)
    for (let p = starts[u]; p < starts[u + 1]; p++) {
      const i = indices[p];
      const [f, g] = [row(firstFactors, u), row(secondFactors, i)];
      const [xu, yi] = [x.subarray(u * size, (u + 1) * size), y.subarray(i * size, (i + 1) * size)];
      const dot = (a: readonly number[], b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k], 0);
      const along = dot(g, xu) + dot(f, yi);
      entrySum += along;
      for (let k = 0; k < size; k++) {
        const e = k < rank ? residual[p] : 0;
        outX[u * size + k] += g[k] * along - e * yi[k];
        outY[i * size + k] += f[k] * along - e * xu[k];
      }
    }
  return { outX, outY, entrySum };
}

describe("coupled ridge problems", () => {
  it.each([1, 2, 3, 8])("are solved as one linear system, rank %i", (rank) => {
    const problem = problemOf(rank);
    const found = solveCoupledRidges(problem, { coupling: "all", tolerance: 1e-14, maxSteps: 500 });
    expect(found.failed).toBeNull();
    const { outX, outY, entrySum } = applied(problem, found.first, found.second);
    outX.forEach((value, k) => expect(value).toBeCloseTo(problem.firstSide[k], 10));
    outY.forEach((value, k) => expect(value).toBeCloseTo(problem.secondSide[k], 10));
    expect(found.entrySum).toBeCloseTo(entrySum, 10);
  });

  it("leave the first side alone when nothing is coupled, and name a row that is not positive definite", () => {
    const problem = problemOf(3);
    expect(solveCoupledRidges(problem, { coupling: "none", tolerance: 1e-6, maxSteps: 9 }).first.every((value) => value === 0)).toBe(true);
    const secondRidge = problem.secondRidge.slice();
    secondRidge[2] = -1000;
    const { failed } = solveCoupledRidges({ ...problem, secondRidge }, { coupling: "all", tolerance: 1e-6, maxSteps: 9 });
    expect(failed).toEqual({ side: "second", row: 2 });
  });
});
