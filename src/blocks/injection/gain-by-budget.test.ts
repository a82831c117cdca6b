import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { makeRng } from "../../numeric/random.ts";
import { trainingUtility } from "./attack-utility.ts";
import { gainsByTask } from "./gain-by-budget.ts";
import { withInjected } from "./injected-rows.ts";
import { weightedLoss } from "./attack-aim.ts";
import { apportion, flippedSeeds } from "./injection-starts.ts";

describe("the budget of each task", () => {
  it("sums to the whole, is within one row of its share, and follows the weights", () => {
    const weights = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(weights, fc.nat(500), (given, total) => {
        const counts = apportion(Float64Array.from(given), total);
        const sum = given.reduce((all, weight) => all + weight, 0);
        expect(counts.reduce((all, count) => all + count, 0)).toBe(sum === 0 ? 0 : total);
        counts.forEach((count, t) => expect(Math.abs(count - (sum === 0 ? 0 : (total * given[t]) / sum))).toBeLessThan(1 + 1e-9));
      }),
    );
    expect([...apportion(Float64Array.of(1, 0, 2, 1), 6)]).toEqual([2, 0, 3, 1]);
  });

  it("follows what rows of each task gain, as finite differences of refits with another weight of the row do", async () => {
    const rows = 300;
    const base = smallData({ seed: 4, rows, cols: 3, classes: 0, sparse: false, weighted: false });
    const clean: Dataset = { ...base, task: Int32Array.from({ length: rows }, (_, i) => i % 3), tasks: ["a", "b", "c"] };
    const params = { relationDecay: 0.05, weightDecay: 0, bias: "regularised" as const, epsilon: 1e-3, tolerance: 1e-13 };
    const fit = (data: Dataset, start: Model | null) => mtrl.fit(data, { rng: makeRng(0), params, start });
    const utility = trainingUtility(clean, [0]);
    const problem = { clean, utility, fit, objectiveOf: (data: Dataset) => mtrl.objective?.(data, params) ?? expect.fail("no objective") };
    for (const task of [0, 1, 2]) {
      const seeds = flippedSeeds(
        clean,
        Int32Array.from([0, 1, 2], (t) => (t === task ? 1 : 0)),
        makeRng(2),
      );
      const gains = await gainsByTask(problem, seeds);
      const utilityAt = async (lastWeight: number): Promise<number> => {
        const weight = new Float64Array(rows + 1).fill(1);
        weight[rows] = lastWeight;
        return weightedLoss(await fit({ ...withInjected(clean, seeds), weight }, null), utility);
      };
      const difference = ((await utilityAt(1.001)) - (await utilityAt(0.999))) / 0.002;
      // One of the task's 101 rows: moving its weight takes shares from the 100 clean ones and from itself.
      expect((gains[task] * 100) / 101 / difference).toBeCloseTo(1, 4);
      expect([...gains].filter((gain) => gain !== 0)).toHaveLength(1);
    }
  });
});
