import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Learner, Model } from "../../core/learner.ts";
import { logistic } from "../../learners/logistic.ts";
import { ridge } from "../../learners/ridge.ts";
import { denseMatrix, toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { boxDomain, percentileBox } from "../feasible/box.ts";
import { type InjectedRows, injectedDataset, withInjected } from "./injected-rows.ts";
import { ascendInjection, utilityGradient, weightedLoss } from "./injection-ascent.ts";

const settings = { steps: 30, firstRate: 0.3, lastRate: 0.03, moveLabels: false };

function problemOf(learner: Learner, classes: number) {
  const clean = smallData({ seed: 3, rows: 60, cols: 3, classes, sparse: false, weighted: false });
  const params = { weightDecay: 0.05, bias: "free", tolerance: 1e-12 };
  const drawn = makeRng(5).sample(60, 6);
  const seeds: InjectedRows = {
    x: denseMatrix(6, 3, Float64Array.from([...drawn].flatMap((row) => [...toDense(clean.x).data.subarray(row * 3, row * 3 + 3)]))),
    y: Float64Array.from(drawn, (row) => (classes === 0 ? -clean.y[row] : 1 - clean.y[row])),
    task: new Int32Array(6),
  };
  const box = percentileBox(clean.x, clean.features, 0.01);
  return {
    clean,
    seeds,
    box,
    domain: boxDomain(box),
    utility: { ...clean, weight: new Float64Array(60).fill(1 / 60) },
    fit: (data: Dataset, start: Model | null) => learner.fit(data, { rng: makeRng(0), params, start }),
    objectiveOf: (data: Dataset) => learner.objective?.(data, params) ?? expect.fail("no objective"),
  };
}

describe.each([
  ["ridge", ridge as Learner, 0],
  ["logistic", logistic as Learner, 2],
] as const)("the ascent on injected rows under %s", (_, learner, classes) => {
  it("follows the gradient that finite differences of full refits have", async () => {
    const problem = problemOf(learner, classes);
    const utilityAt = async (x: Float64Array): Promise<number> =>
      weightedLoss(await problem.fit(withInjected(problem.clean, { ...problem.seeds, x: denseMatrix(6, 3, x) }), null), problem.utility);
    const data = withInjected(problem.clean, problem.seeds);
    const model = await problem.fit(data, null);
    const { theta } = model.parameters ?? expect.fail("no parameters");
    const objective = problem.objectiveOf(data);
    const v = objective.solveHessian(theta, utilityGradient(objective, theta, problem.utility));
    const row = new Float64Array(3);
    for (let i = 0; i < 6; i++) {
      objective.rowDerivativeInto(row, theta, v, injectedDataset(problem.clean, problem.seeds), i);
      for (let j = 0; j < 3; j++) {
        const shifted = (by: number): Float64Array => problem.seeds.x.data.map((value, p) => (p === i * 3 + j ? value + by : value));
        const difference = ((await utilityAt(shifted(1e-4))) - (await utilityAt(shifted(-1e-4)))) / 2e-4;
        expect(-objective.rowShare(0) * row[j]).toBeCloseTo(difference, 8);
      }
    }
  });

  it.each(["adam", "accept-reject"] as const)("raises the loss by %s, stays in its box, and keeps the best rows", async (ascent) => {
    const problem = problemOf(learner, classes);
    const { rows, utility, trace } = await ascendInjection(problem, { ...settings, ascent }, { rng: makeRng(0) });
    expect(trace).toHaveLength(settings.steps + 1);
    expect(utility).toBe(Math.max(...trace));
    expect(utility).toBeGreaterThan(trace[0]);
    rows.x.data.forEach((value, p) => {
      expect(value).toBeGreaterThanOrEqual(problem.box.low[p % 3]);
      expect(value).toBeLessThanOrEqual(problem.box.high[p % 3]);
    });
    expect(rows.y).toEqual(problem.seeds.y);
  });

  it("moves real labels too when it may", async () => {
    const problem = problemOf(learner, classes);
    if (classes > 0) return;
    const fixed = await ascendInjection(problem, settings, { rng: makeRng(0) });
    const moved = await ascendInjection(problem, { ...settings, moveLabels: true }, { rng: makeRng(0) });
    expect(moved.rows.y).not.toEqual(problem.seeds.y);
    expect(moved.utility).toBeGreaterThan(fixed.utility);
  });
});
