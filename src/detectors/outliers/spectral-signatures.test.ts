import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { shiftedClass } from "../../../test/shifted-class.ts";
import { datasetOf, smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { denseMatrix, rowDot, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import { spectralSignatures } from "./spectral-signatures.ts";

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

/** Top right singular vector and mean of the rows of one class, by the whole scatter matrix. */
function spectrumOf({ x, y }: Dataset, label: number): { v: Float64Array; mean: Float64Array; rows: number[] } {
  const dense = x.kind === "dense" ? x : denseMatrix(0, 0);
  const rows = [...y.keys()].filter((i) => y[i] === label);
  const mean = new Float64Array(x.cols);
  for (const i of rows) for (let j = 0; j < x.cols; j++) mean[j] += dense.data[i * x.cols + j] / rows.length;
  const scatter = new Float64Array(x.cols ** 2);
  for (const i of rows)
    for (let j = 0; j < x.cols; j++)
      for (let k = 0; k <= j; k++)
        scatter[j * x.cols + k] += (dense.data[i * x.cols + j] - mean[j]) * (dense.data[i * x.cols + k] - mean[k]);
  return { v: symmetricEigen(scatter, x.cols).vectors.subarray(x.cols * (x.cols - 1)), mean, rows };
}

describe("spectral signatures", () => {
  it("find a tenth of one class shifted along one direction, over 20 seeds, where the uncentred form of ART is worse than chance for some", async () => {
    const [ours, uncentred, everywhere]: number[][] = [[], [], []];
    for (const seed of seeds) {
      const { data, isPoison } = shiftedClass(seed);
      const { values } = await scoreRows(spectralSignatures, data);
      const { v, rows } = spectrumOf(data, 0);
      const areaOf = (scores: Float64Array): number => areaUnderCurve(scores, (i) => isPoison[rows[i]] === 1) ?? NaN;
      ours.push(areaOf(Float64Array.from(rows, (row) => values[row])));
      uncentred.push(areaOf(Float64Array.from(rows, (row) => Math.abs(rowDot(data.x, row, v)))));
      everywhere.push(areaUnderCurve(values, (i) => isPoison[i] === 1) ?? NaN);
    }
    const mean = (areas: number[]): number => areas.reduce((sum, area) => sum + area, 0) / areas.length;
    expect(mean(ours)).toBeGreaterThanOrEqual(0.97);
    expect(Math.min(...ours)).toBeGreaterThanOrEqual(0.91);
    expect(Math.min(...uncentred)).toBeLessThan(0.5);
    expect(mean(everywhere)).toBeGreaterThanOrEqual(0.96);
    expect(Math.min(...everywhere)).toBeGreaterThanOrEqual(0.91);
  });

  it("score in the order of |v·(x − μ)| by the whole decomposition, dense or sparse, wherever the origin is", async () => {
    const { data } = shiftedClass(3, { classes: 2, perClass: 60, features: 6, shift: 8 });
    const moved = {
      ...data,
      x: denseMatrix(
        120,
        6,
        (data.x as ReturnType<typeof denseMatrix>).data.map((value) => value + 1000),
      ),
    };
    const scored = await Promise.all([data, { ...data, x: toSparse(data.x) }, moved].map((rows) => scoreRows(spectralSignatures, rows)));
    for (const label of [0, 1]) {
      const { v, mean, rows } = spectrumOf(data, label);
      const middle = rowDot({ ...data.x, kind: "dense", rows: 1, data: mean } as never, 0, v);
      const exact = rows.map((row) => Math.abs(rowDot(data.x, row, v) - middle));
      for (const { values } of scored) {
        const [a, b] = [Math.max(...rows.map((row) => values[row])), Math.min(...rows.map((row) => values[row]))];
        const [c, d] = [Math.max(...exact), Math.min(...exact)];
        rows.forEach((row, i) => expect((values[row] - b) / (a - b)).toBeCloseTo((exact[i] - d) / (c - d), 1));
      }
    }
    scored[2].values.forEach((value, i) => expect(value).toBeCloseTo(scored[0].values[i], 6));
  });

  it("tells a moderator by which feature", async () => {
    const rng = makeRng(1);
    const x = denseMatrix(
      100,
      3,
      Float64Array.from({ length: 300 }, () => rng.normal()),
    );
    for (let i = 0; i < 8; i++) x.data[i * 3 + 1] += 12;
    const data = datasetOf(x, new Float64Array(100), { kind: "classes", names: ["spam", "ham"] });
    const { values, reason } = await scoreRows(spectralSignatures, data);
    const top = values.indexOf(Math.max(...values));
    expect(reason?.(top)).toBe(
      'farther out than all of them in the direction in which other rows labelled "spam" vary most; mostly by "x1"',
    );
    expect(reason?.(values.indexOf(Math.min(...values)))).toBeNull();
  });

  it("says nothing of rows that are all equal, or alone", async () => {
    const data = smallData({ seed: 1, rows: 5, cols: 3, classes: 2, sparse: false, weighted: false });
    const equal = { ...data, x: denseMatrix(5, 3, new Float64Array(15).fill(7)) };
    expect([...(await scoreRows(spectralSignatures, equal)).values]).toEqual([0, 0, 0, 0, 0]);
    const { values } = await scoreRows(spectralSignatures, { ...data, y: Float64Array.of(0, 1, 1, 1, 1) });
    expect(values[0]).toBe(0);
  });
});
