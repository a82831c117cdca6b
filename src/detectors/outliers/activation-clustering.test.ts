import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { shiftedClass } from "../../../test/shifted-class.ts";
import type { Dataset } from "../../core/dataset.ts";
import { resolveParams } from "../../core/params.ts";
import { type LogisticParams, logistic } from "../../learners/logistic.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { meanSilhouette, twoMeans } from "../../numeric/statistics/two-means.ts";
import { activationClustering } from "./activation-clustering.ts";

const shape = { classes: 5, perClass: 400, shift: 8, features: 20 };

describe("activation clustering", () => {
  it("flags the small cluster and not the rest of its class, which the silhouette analysis of ART flags in its place", async () => {
    for (let seed = 0; seed < 5; seed++) {
      const { data, isPoison } = shiftedClass(seed, { ...shape, poison: 0.2, foreign: true });
      const { values, flagged, reason } = await scoreRows(activationClustering, data, { learner: logistic });
      const hits = isPoison.reduce((sum, is, i) => sum + (is === 1 && flagged?.[i] === 1 ? 1 : 0), 0);
      const alarms = isPoison.reduce((sum, is, i) => sum + (is === 0 && flagged?.[i] === 1 ? 1 : 0), 0);
      expect(hits).toBeGreaterThanOrEqual(78);
      expect(alarms).toBeLessThanOrEqual(2);
      expect(areaUnderCurve(values, (i) => isPoison[i] === 1)).toBeGreaterThan(0.999);
      expect(reason?.(0)).toMatch(/^in a small cluster apart from the other rows labelled "class 0": (19|20|21|20\.\d)\D/);
      expect(reason?.(1999)).toBeNull();
    }
  });

  it("pardons a second kind of rows that a model trained without them gives the same label", async () => {
    const { data, isPoison } = shiftedClass(0, { ...shape, poison: 0.2 });
    const { values, flagged, reason } = await scoreRows(activationClustering, data, { learner: logistic });
    expect(flagged?.every((is) => is === 0)).toBe(true);
    expect(reason?.(0)).toBeNull();
    expect(areaUnderCurve(values, (i) => isPoison[i] === 1)).toBeGreaterThan(0.999);
  });

  it("flags nothing of clean classes, of which ART's default takes the smaller half", async () => {
    for (let seed = 0; seed < 5; seed++) {
      const { data } = shiftedClass(seed, { ...shape, poison: 0 });
      const { values, flagged } = await scoreRows(activationClustering, data);
      expect(flagged?.reduce((sum, is) => sum + is, 0)).toBe(0);
      expect(Math.max(...values.map(Math.abs))).toBeLessThan(0.02);
    }
  });

  it("grades: two halves weigh almost nothing, and no row scores as another", async () => {
    const { data } = shiftedClass(1, { ...shape, poison: 0.45 });
    const { values, flagged } = await scoreRows(activationClustering, data);
    expect(flagged?.every((is) => is === 0)).toBe(true);
    expect(Math.max(...values)).toBeLessThan(0.02);
    expect(new Set(values).size).toBeGreaterThan(1900);
  });
});

describe("two means and their silhouette", () => {
  it("are those of a hand computation", () => {
    const points = Float64Array.of(0, 1, 10, 11, 12);
    const { isSecond, centres, within } = twoMeans(points, 1, makeRng(0));
    expect(new Set([isSecond.slice(0, 2).join(""), isSecond.slice(2).join("")])).toEqual(
      new Set(isSecond[0] === 0 ? ["00", "111"] : ["11", "000"]),
    );
    expect([...centres].sort((a, b) => a - b)).toEqual([0.5, 11]);
    expect(within).toBeCloseTo(0.5 + 2, 12);
    const hand = [1 - 1 / 11, 1 - 1 / 10, 1 - 1.5 / 9.5, 1 - 1 / 10.5, 1 - 1.5 / 11.5].reduce((a, b) => a + b) / 5;
    expect(meanSilhouette(points, 1, isSecond, makeRng(0))).toBeCloseTo(hand, 12);
  });

  it("need no second cluster where all points are equal", () => {
    const { isSecond, within } = twoMeans(new Float64Array(8).fill(3), 2, makeRng(0));
    expect([...isSecond, within]).toEqual([0, 0, 0, 0, 0]);
    expect(meanSilhouette(new Float64Array(8).fill(3), 2, isSecond, makeRng(0))).toBe(0);
  });

  it("looks at what the learner has learned, where it learns features", async () => {
    const { data } = shiftedClass(2, { ...shape, poison: 0.2, foreign: true });
    const plain = { ...data, x: { ...denseMatrix(data.x.rows, 1) } };
    const context = { rng: makeRng("rows"), params: resolveParams(activationClustering.id, activationClustering.params), table: null };
    const decay = resolveParams<LogisticParams>(logistic.id, logistic.params, { weightDecay: 0.01 });
    const rest = { fit: (rows: Dataset) => logistic.fit(rows, { rng: makeRng(0), params: decay }), objective: () => null };
    const features = { names: ["x"], kinds: ["real" as const], groups: ["x"] };
    const learned = await activationClustering.score(
      { ...plain, features },
      { ...context, ...rest, represent: () => Promise.resolve(data) },
    );
    const direct = await activationClustering.score(data, { ...context, ...rest, represent: null });
    expect(learned.values).toEqual(direct.values);
    expect(direct.flagged?.some((is) => is === 1)).toBe(true);
  });
});
