import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { datasetOf, smallData } from "../../../test/small-data.ts";
import { feasibleSetOf, filterDistances } from "../../blocks/feasible/feasible-set.ts";
import type { Detector } from "../../core/detector.ts";
import { denseMatrix, toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve, orderBy } from "../../numeric/orders/ranks.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import { labelConditionalOutlier } from "./label-conditional-outlier.ts";
import { slab } from "./slab.ts";
import { sphere } from "./sphere.ts";
import { svdResidual } from "./svd-residual.ts";

const data = smallData({ seed: 4, rows: 60, cols: 5, classes: 3, sparse: true, weighted: false });
const members = (label: number): Int32Array => Int32Array.from(data.y.keys()).filter((i) => data.y[i] === label);

/** The order of these values, of which no two are nearly equal. */
function expectSameOrder(scores: Float64Array, values: Float64Array, rows: Int32Array): void {
  const own = Float64Array.from(rows, (row) => scores[row]);
  expect([...orderBy(own)]).toEqual([...orderBy(values)]);
  const spread = (own[0] - own[1]) / (values[0] - values[1]);
  own.forEach((value, i) => expect(value - own[0]).toBeCloseTo(spread * (values[i] - values[0]), 8));
}

describe("sphere, slab and residual", () => {
  it("are, class by class, the distances by which the sanitised attacks reckon", async () => {
    const [byDistance, byOffset] = [(await scoreRows(sphere, data)).values, (await scoreRows(slab, data)).values];
    feasibleSetOf(data, 0.9).balls.forEach((ball, label) => {
      if (ball === null) return;
      const { distances, offsets } = filterDistances(data.x, members(label), ball.centre, ball.direction);
      expectSameOrder(byDistance, distances, members(label));
      expectSameOrder(byOffset, offsets, members(label));
    });
  });

  it("leave out of the residual as few singular vectors as hold the energy, and the class means", async () => {
    const { values } = await scoreRows(svdResidual, data, { params: { energy: 0.15 } });
    const { data: x } = toDense(data.x);
    const gram = new Float64Array(25);
    for (let i = 0; i < 60; i++) for (let j = 0; j < 5; j++) for (let k = 0; k < 5; k++) gram[j * 5 + k] += x[i * 5 + j] * x[i * 5 + k];
    const { values: squares, vectors } = symmetricEigen(gram, 5);
    const total = squares.reduce((a, b) => a + b, 0);
    const rank = squares[4] >= 0.15 * total ? 1 : 2;
    const means = [0, 1, 2].map((label) =>
      Float64Array.from({ length: 5 }, (_, j) => members(label).reduce((sum, i) => sum + x[i * 5 + j], 0) / members(label).length),
    );
    const basis: Float64Array[] = [];
    for (const v of [
      ...Array.from({ length: rank }, (_, k) => vectors.slice((4 - k) * 5, (5 - k) * 5)),
      ...means.map((mean) => mean.slice()),
    ]) {
      for (const q of basis) {
        const along = q.reduce((sum, value, j) => sum + value * v[j], 0);
        for (let j = 0; j < 5; j++) v[j] -= along * q[j];
      }
      const length = Math.hypot(...v);
      if (length > 1e-6) basis.push(v.map((value) => value / length));
    }
    expect(basis.length).toBeLessThan(5);
    for (const label of [0, 1, 2]) {
      const hand = Float64Array.from(members(label), (i) => {
        const rest = Float64Array.from({ length: 5 }, (_, j) => x[i * 5 + j] - means[label][j]);
        for (const q of basis) {
          const along = q.reduce((sum, value, j) => sum + value * rest[j], 0);
          for (let j = 0; j < 5; j++) rest[j] -= along * q[j];
        }
        return Math.hypot(...rest);
      });
      expectSameOrder(values, hand, members(label));
    }
  });

  it.each([sphere, slab, svdResidual, labelConditionalOutlier])(
    "say the same of dense and of sparse rows: $id",
    async (detector: Detector) => {
      const sparse = (await scoreRows(detector, data)).values;
      const dense = (await scoreRows(detector, { ...data, x: toDense(data.x) })).values;
      dense.forEach((value, i) => expect(value).toBeCloseTo(sparse[i], 8));
    },
  );

  it("keep their precision far from the origin", async () => {
    const near = toDense(data.x);
    const far = {
      ...data,
      x: denseMatrix(
        60,
        5,
        near.data.map((value) => value + 1e7),
      ),
    };
    const [a, b] = [await scoreRows(sphere, { ...data, x: near }), await scoreRows(sphere, far)];
    b.values.forEach((value, i) => expect(value).toBeCloseTo(a.values[i], 5));
  });

  it("tell a moderator how far, among whom and mostly by what", async () => {
    const rng = makeRng(1);
    const x = denseMatrix(
      1001,
      2,
      Float64Array.from({ length: 2002 }, () => rng.normal()),
    );
    x.data[0] = 30;
    const rows = datasetOf(x, new Float64Array(1001), { kind: "classes", names: ["spam", "ham"] });
    const named = { ...rows, features: { ...rows.features, names: ["length", "links"] } };
    const { values, reason } = await scoreRows(sphere, named);
    expect(reason?.(0)).toBe('farther from other rows labelled "spam" than all of them; mostly by "length"');
    const second = orderBy(values)[998];
    expect(reason?.(second)).toMatch(/^farther from other rows labelled "spam" than 99\.8 % of them; mostly by "/);
    expect(reason?.(orderBy(values)[500])).toBeNull();
    const real = { ...named, target: { kind: "real" as const } };
    expect((await scoreRows(labelConditionalOutlier, real)).reason?.(0)).toBe(
      'more unusual than all of the other rows; mostly by "length"',
    );
  });
});

describe("the outlier among its label", () => {
  it("is found where a fifth of the rows are outliers that stretch mean and covariance over themselves", async () => {
    const areas: number[] = [];
    const plain: number[] = [];
    for (let seed = 0; seed < 5; seed++) {
      const rng = makeRng(seed);
      const x = denseMatrix(
        500,
        8,
        Float64Array.from({ length: 4000 }, () => rng.normal()),
      );
      for (let i = 0; i < 100; i++) x.data[i * 8 + 2] = 5 + 0.3 * rng.normal();
      for (let i = 0; i < 500; i++) x.data[i * 8 + 5] *= 20;
      const rows = datasetOf(x, new Float64Array(500), { kind: "classes", names: ["a", "b"] });
      areas.push(areaUnderCurve((await scoreRows(labelConditionalOutlier, rows)).values, (i) => i < 100) ?? NaN);
      plain.push(areaUnderCurve((await scoreRows(sphere, rows)).values, (i) => i < 100) ?? NaN);
    }
    expect(Math.min(...areas)).toBeGreaterThan(0.95);
    expect(Math.max(...plain)).toBeLessThan(0.8);
  });
});
