import { describe, expect, it } from "vitest";
import { denseMatrix, toSparse, type SparseMatrix } from "../matrices/matrix.ts";
import { makePairNumbers } from "../orders/pair-numbers.ts";
import { makeRng } from "../random.ts";
import { fitSparseLogistic } from "./sparse-logistic.ts";

describe("sparse logistic regression", () => {
  it("ends where w = −cost Σ slopes x, by the rows that it is given alone, from whatever start", () => {
    const rng = makeRng("sparse logistic");
    const x = denseMatrix(60, 4);
    for (let p = 0; p < x.data.length; p++) x.data[p] = rng.uniform() < 0.5 ? 0 : rng.normal();
    const isOf = Uint8Array.from({ length: 60 }, (_, i) => Number(x.data[4 * i] + 0.7 * rng.normal() > 0));
    const rows = Int32Array.from({ length: 50 }, (_, i) => i);
    const options = { rows, isOf, cost: 4, tolerance: 1e-9 };
    const sparse = toSparse(x) as SparseMatrix;
    const w = fitSparseLogistic(sparse, options);
    const sums = new Float64Array(5);
    for (const i of rows) {
      let z = w[4];
      for (let j = 0; j < 4; j++) z += w[j] * x.data[4 * i + j];
      const slope = 4 * (1 / (1 + Math.exp(-z)) - isOf[i]);
      for (let j = 0; j < 4; j++) sums[j] += slope * x.data[4 * i + j];
      sums[4] += slope;
    }
    for (let j = 0; j < 4; j++) expect(w[j] + sums[j]).toBeCloseTo(0, 5);
    expect(sums[4]).toBeCloseTo(0, 5);
    const again = fitSparseLogistic(sparse, { ...options, start: w.map((value) => value + 1) });
    again.forEach((value, j) => expect(value).toBeCloseTo(w[j], 4));
  });
});

describe("pair numbers", () => {
  it("are given as pairs are met, however many", () => {
    const { numberOf } = makePairNumbers(1);
    for (let round = 0; round < 2; round++)
      for (let a = 0; a < 40; a++) for (let b = 0; b < 40; b++) expect(numberOf(a, b)).toBe(40 * a + b);
  });
});
