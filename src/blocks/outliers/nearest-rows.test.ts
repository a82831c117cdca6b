import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Matrix, denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { nearestRows } from "./nearest-rows.ts";
import type { Metric } from "./row-distance.ts";

function randomRows(seed: number, rows: number, cols: number, sparse: boolean, shift = 0): Matrix {
  const rng = makeRng(seed);
  const x = denseMatrix(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, () => (sparse && rng.uniform() < 0.6 ? 0 : shift + rng.normal())),
  );
  return sparse ? toSparse(x) : x;
}

function rowOf(x: Matrix, i: number): number[] {
  if (x.kind === "dense") return Array.from(x.data.subarray(i * x.cols, (i + 1) * x.cols));
  const row = new Array<number>(x.cols).fill(0);
  for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) row[x.indices[p]] = x.values[p];
  return row;
}

function distance(a: number[], b: number[], metric: Metric): number {
  const dot = (u: number[], v: number[]): number => u.reduce((sum, value, j) => sum + value * v[j], 0);
  if (metric === "euclidean") return Math.hypot(...a.map((value, j) => value - b[j]));
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  return norms > 0 ? 1 - dot(a, b) / norms : 1;
}

const cases = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 1, max: 90 }),
  cols: fc.integer({ min: 1, max: 7 }),
  sparse: fc.boolean(),
  metric: fc.constantFrom<Metric>("euclidean", "cosine"),
  neighbours: fc.integer({ min: 1, max: 12 }),
  sampled: fc.boolean(),
});

describe("nearest rows", () => {
  it("are those that a comparison of all with all finds, none of the same source", () => {
    fc.assert(
      fc.property(cases, ({ seed, rows, cols, sparse, metric, neighbours, sampled }) => {
        const x = randomRows(seed, rows, cols, sparse);
        const rng = makeRng(seed).fork("sources");
        const source = Int32Array.from({ length: rows }, () => rng.integer(6) - 1);
        const among = sampled ? rng.sample(rows, Math.ceil(rows / 2)).sort() : null;
        const near = nearestRows(x, { neighbours, metric, source, among });
        const candidates = [...(among ?? source.keys())];
        for (let i = 0; i < rows; i++) {
          const expected = candidates
            .filter((j) => j !== i && (source[j] < 0 || source[j] !== source[i]))
            .map((j) => distance(rowOf(x, i), rowOf(x, j), metric))
            .sort((a, b) => a - b)
            .slice(0, near.capacity);
          expect(near.count[i]).toBe(expected.length);
          expected.forEach((wanted, p) => {
            const at = i * near.capacity + p;
            expect(near.distances[at]).toBeCloseTo(wanted, 6);
            expect(distance(rowOf(x, i), rowOf(x, near.ids[at]), metric)).toBeCloseTo(wanted, 6);
          });
        }
      }),
    );
  });

  it("of a few rows are theirs among those of all", () => {
    for (const sparse of [false, true]) {
      const x = randomRows(5, 150, 4, sparse);
      const source = Int32Array.from({ length: 150 }, (_, i) => (i % 4) - 1);
      const settings = { neighbours: 6, metric: sparse ? "cosine" : "euclidean", source, among: null } as const;
      const all = nearestRows(x, settings);
      const some = nearestRows(x, { ...settings, of: Int32Array.of(3, 77, 149) });
      [3, 77, 149].forEach((i, k) => {
        expect(some.count[k]).toBe(all.count[i]);
        expect(some.ids.slice(6 * k, 6 * k + 6)).toEqual(all.ids.slice(6 * i, 6 * i + 6));
        expect(some.distances.slice(6 * k, 6 * k + 6)).toEqual(all.distances.slice(6 * i, 6 * i + 6));
      });
    }
  });

  it("are right far from the origin, where squares of the values lose the differences", () => {
    const [x, far] = [randomRows(3, 200, 4, false), randomRows(3, 200, 4, false, 1e7)];
    const settings = { neighbours: 5, metric: "euclidean", source: new Int32Array(200).fill(-1), among: null } as const;
    expect(nearestRows(far, settings).ids).toEqual(nearestRows(x, settings).ids);
  });

  it("go over many tiles, equal rows in their order", () => {
    const x = denseMatrix(3000, 40);
    for (let i = 0; i < 3000; i++) x.data[i * 40 + (i % 40)] = 1;
    const near = nearestRows(x, { neighbours: 3, metric: "euclidean", source: new Int32Array(3000).fill(-1), among: null });
    for (const i of [0, 39, 40, 2999]) {
      const same = [...Array(75).keys()].map((turn) => turn * 40 + (i % 40)).filter((j) => j !== i);
      expect(Array.from(near.ids.subarray(3 * i, 3 * i + 3))).toEqual(same.slice(0, 3));
      expect(near.distances[3 * i]).toBeCloseTo(0, 6);
    }
  });
});
