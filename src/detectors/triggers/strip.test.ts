import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { datasetOf } from "../../../test/small-data.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { logistic } from "../../learners/logistic.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { limitOfVerified, meanEntropies, strip } from "./strip.ts";

/** Three clouds, and rows of all of them labelled class 0 whose last feature, 0 elsewhere, is 30. */
function withTrigger(seed: number, rows = 300, poisoned = 20): { data: Dataset; isPoison: (row: number) => boolean } {
  const rng = makeRng("strip").fork(seed);
  const x = denseMatrix(rows, 4);
  const y = Float64Array.from({ length: rows }, (_, i) => i % 3);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < 4; j++) x.data[i * 4 + j] = j === 3 ? (i < poisoned ? 30 : 0) : rng.normal() + (j === y[i] ? 1.5 : 0);
  y.fill(0, 0, poisoned);
  return { data: datasetOf(x, y, { kind: "classes", names: ["a", "b", "c"] }), isPoison: (row) => row < poisoned };
}

describe("entropies", () => {
  it("are those over the classes, averaged over the mixtures, and not those over the mixtures within each class", () => {
    // Two rows of two mixtures over three classes. Row 0: always class 2; the toolkit that sums over mixtures finds no number for the classes 0 and 1.
    const chances = Float64Array.of(0, 0, 1, 0, 0, 1, 0.5, 0.5, 0, 0.25, 0.25, 0.5);
    expect([...meanEntropies(chances, 3, 2)]).toEqual([0, (1 + 1.5) / 2]);
    // Always unsure, and never in another way: ½ and ½ in each of four mixtures is one bit each; over the mixtures it would be two.
    expect([...meanEntropies(new Float64Array(8).fill(0.5), 2, 4)]).toEqual([1]);
  });
});

describe("STRIP", () => {
  it("finds rows whose trigger decides whatever is laid over them", async () => {
    for (let seed = 0; seed < 3; seed++) {
      const { data, isPoison } = withTrigger(seed);
      const { values, flagged, reason } = await scoreRows(strip, data, { learner: logistic });
      expect(areaUnderCurve(values, isPoison)).toBeGreaterThan(0.95);
      expect(flagged?.length).toBe(300);
      for (let i = 0; i < 300; i++) expect(reason?.(i) === null).toBe(flagged?.[i] === 0);
      const sparse = await scoreRows(strip, { ...data, x: toSparse(data.x) }, { learner: logistic });
      sparse.values.forEach((value, i) => expect(value).toBeCloseTo(values[i], 6));
    }
  });

  it("states no expectation without verified rows, and weighs little where rows as far above the median explain what it flags", async () => {
    const { data } = withTrigger(1);
    const { flagged, expectedFalseAlarms, leastFalseAlarms } = await scoreRows(strip, data, { learner: logistic });
    expect(expectedFalseAlarms).toBeUndefined();
    expect(leastFalseAlarms).toBeGreaterThanOrEqual(0.01 * 300);
    expect(flagged?.includes(1)).toBe(true);
  });

  it("lays over the share that it is told, and other rows only", async () => {
    const { data } = withTrigger(1, 6, 1);
    const seen: Dataset[] = [];
    const model = { outputs: 3, probabilities: (rows: Dataset) => (seen.push(rows), new Float64Array(3 * rows.y.length).fill(1 / 3)) };
    const params = resolveParams(strip.id, strip.params, { share: 0.75, overlays: 5 });
    const { values, flagged } = await strip.score(data, {
      ...{ rng: makeRng(0), params, objective: () => null, table: null },
      fit: () => Promise.resolve(model as unknown as Model),
    });
    values.forEach((value) => expect(value).toBeCloseTo(-Math.log2(3), 12));
    expect(flagged?.every((is) => is === 0)).toBe(true);
    const [mixed] = seen;
    const { data: own } = data.x as { data: Float64Array };
    for (let p = 0; p < 30; p++) {
      const row = Math.floor(p / 5);
      const rest = (mixed.x as { data: Float64Array }).data
        .subarray(4 * p, 4 * p + 4)
        .map((value, j) => (value - 0.75 * own[4 * row + j]) / 0.25);
      const from = data.y.findIndex((_, i) => rest.every((value, j) => Math.abs(value - own[4 * i + j]) < 1e-9));
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from).not.toBe(row);
    }
  });

  it("goes by verified rows where there are some: the k-th smallest of n bounds k / (n + 1) of the clean ones", () => {
    const entropies = Float64Array.from({ length: 199 }, (_, i) => ((i * 83) % 199) + 1);
    expect(limitOfVerified(entropies, 0.05)).toEqual({ limit: 10, falseRate: 0.05 });
    // Of too few, the smallest still bounds something.
    expect(limitOfVerified(Float64Array.of(3, 1, 2), 0.05)).toEqual({ limit: 1, falseRate: 1 / 4 });
    expect(limitOfVerified(Float64Array.of(2), 0.5)).toEqual({ limit: 2, falseRate: 1 / 2 });
  });

  it("flags as many clean rows as it announces where there are verified rows, and still what bears a trigger", async () => {
    let [flaggedRows, expected] = [0, 0];
    for (let seed = 0; seed < 12; seed++) {
      const { data: all } = withTrigger(100 + seed, 400, 0);
      const part = (from: number, to: number): Dataset =>
        selectExamples(
          all,
          Int32Array.from({ length: to - from }, (_, i) => from + i),
        );
      const settings = { learner: logistic, params: { falseAcceptance: 0.05 }, verified: part(0, 99) };
      const { flagged, expectedFalseAlarms } = await scoreRows(strip, part(99, 400), settings);
      expect(expectedFalseAlarms).toBeCloseTo(0.05 * 301, 9);
      flaggedRows += flagged?.reduce((sum, is) => sum + is, 0) ?? NaN;
      expected += expectedFalseAlarms ?? NaN;
    }
    // The share of all rows below the fifth of 99 varies with deviation 0.022, that of 301 rows around it with 0.0126; so the mean of twelve with 0.0073.
    expect(Math.abs(flaggedRows - expected) / (12 * 301)).toBeLessThan(3 * 0.0073);
    const { data, isPoison } = withTrigger(1);
    const verified = selectExamples(
      withTrigger(9, 60, 0).data,
      Int32Array.from({ length: 60 }, (_, i) => i),
    );
    const { flagged } = await scoreRows(strip, data, { learner: logistic, params: { falseAcceptance: 0.05 }, verified });
    const found = [...(flagged?.keys() ?? [])].filter((i) => flagged?.[i] === 1);
    expect(found.filter(isPoison).length).toBeGreaterThan(15);
  });
});
