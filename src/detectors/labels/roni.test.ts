import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { datasetOf, twoClouds } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { logistic } from "../../learners/logistic.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { roni } from "./roni.ts";

/** Sources of ten rows each; the first `bad` of them hold flipped labels. */
function bySource(seed: number, bad: number): Dataset {
  const data = twoClouds(seed, 200);
  const source = Int32Array.from({ length: 200 }, (_, i) => Math.floor(i / 10));
  return {
    ...data,
    y: data.y.map((label, i) => (source[i] < bad ? 1 - label : label)),
    source,
    sources: Array.from({ length: 20 }, (_, s) => `account ${s}`),
  };
}

describe("roni", () => {
  it("suspects what makes the model worse, not what makes it better as ART does", async () => {
    for (let seed = 0; seed < 3; seed++) {
      const { values, reason } = await scoreRows(roni, bySource(seed, 3), { learner: logistic, params: { rounds: 3 } });
      expect(areaUnderCurve(values, (i) => i < 30)).toBeGreaterThan(0.95);
      const mean = (from: number, to: number): number => values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
      expect(mean(0, 30)).toBeGreaterThan(0);
      expect(mean(30, 200)).toBeLessThan(0);
      expect(reason?.(values.indexOf(Math.max(...values)))).toMatch(
        /^models trained with the rows of "account [012]" predict other rows worse$/,
      );
      expect(reason?.(values.indexOf(Math.min(...values)))).toBeNull();
    }
  });

  it("tries a source with its own rows only, though others have rows of the same values, which ART then drops as well", async () => {
    const x = denseMatrix(
      120,
      1,
      Float64Array.from({ length: 120 }, (_, i) => i % 2),
    );
    const source = Int32Array.from({ length: 120 }, (_, i) => Math.floor(i / 10));
    const y = Float64Array.from({ length: 120 }, (_, i) => (source[i] === 4 ? 1 - (i % 2) : i % 2));
    const data = {
      ...datasetOf(x, y, { kind: "classes", names: ["no", "yes"] }),
      source,
      sources: Array.from({ length: 12 }, (_, s) => `device ${s}`),
    };
    const { values } = await scoreRows(roni, data, { learner: logistic, params: { rounds: 2 } });
    expect(areaUnderCurve(values, (i) => source[i] === 4)).toBe(1);
    for (let i = 1; i < 120; i++) if (source[i] === source[i - 1]) expect(values[i]).toBe(values[i - 1]);
  });

  it("finds rows of unknown source in groups that are drawn anew each round", async () => {
    const data = twoClouds(7, 160);
    const flipped = { ...data, y: data.y.map((label, i) => (i < 16 ? 1 - label : label)) };
    const { values } = await scoreRows(roni, flipped, { learner: logistic, params: { rounds: 6, groups: 80 } });
    expect(areaUnderCurve(values, (i) => i < 16)).toBeGreaterThan(0.8);
    expect(new Set(values).size).toBeGreaterThan(150);
  });

  it("refuses rows of too few sources", async () => {
    const data = { ...bySource(0, 1), source: Int32Array.from({ length: 200 }, (_, i) => i % 2) };
    await expect(scoreRows(roni, data, { learner: logistic })).rejects.toThrow("at least three sources");
  });
});
