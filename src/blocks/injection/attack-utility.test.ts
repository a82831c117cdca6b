import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { logistic } from "../../learners/logistic.ts";
import { ridge } from "../../learners/ridge.ts";
import { makeRng } from "../../numeric/random.ts";
import { heldoutUtility, leaveOutTargetRows, pseudoUtility, trainingUtility } from "./attack-utility.ts";

const task = Int32Array.of(0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 1);
const data: Dataset = {
  ...smallData({ seed: 3, rows: 12, cols: 3, classes: 2, sparse: false, weighted: false }),
  y: Float64Array.of(0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0),
  task,
  tasks: ["a", "b", "c"],
};
const params = { weightDecay: 0.1, bias: "free", tolerance: 1e-10 } as const;

describe("what an attacker raises", () => {
  it("is each target's mean training loss", () => {
    const utility = trainingUtility(data, [0, 2]);
    expect([...utility.task]).toEqual([0, 0, 0, 2, 2, 2, 2]);
    expect([...utility.y]).toEqual([0, 0, 1, 1, 1, 1, 1]);
    expect([...(utility.weight ?? [])]).toEqual([1 / 3, 1 / 3, 1 / 3, 1 / 4, 1 / 4, 1 / 4, 1 / 4]);
  });

  it("counts the classes of held-out rows alike, and a real label's rows", () => {
    expect([...(heldoutUtility(data, [0, 2]).weight ?? [])]).toEqual([1 / 4, 1 / 4, 1 / 2, 1 / 4, 1 / 4, 1 / 4, 1 / 4]);
    const real = heldoutUtility({ ...data, target: { kind: "real" } }, [0]);
    expect([...(real.weight ?? [])]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  it("asks the clean model about rows of attacked tasks, one half of them in each class", async () => {
    const model = await logistic.fit(data, { rng: makeRng(0), params });
    const utility = pseudoUtility(data, model, [0, 2], [1], makeRng(1));
    expect([...utility.task]).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 2, 2]);
    expect(utility.y.subarray(0, 5).reduce((sum, y) => sum + y, 0)).toBe(2);
    const scores = model.scores(utility);
    const [lowest, highest] = [Math.min(...scores), Math.max(...scores)];
    scores.forEach((score, i) => {
      if (score === lowest) expect(utility.y[i]).toBe(0);
      if (score === highest) expect(utility.y[i]).toBe(1);
    });
  });

  it("takes the clean model's own numbers for a real label", async () => {
    const real: Dataset = { ...data, target: { kind: "real" } };
    const model = await ridge.fit(real, { rng: makeRng(0), params });
    const utility = pseudoUtility(real, model, [0], [1], makeRng(1));
    expect(utility.y).toEqual(model.scores(utility));
  });

  it("keeps aside a share of each target's classes, never the last row of one, and no row of another task", () => {
    const { kept, heldOut } = leaveOutTargetRows(data, [0, 2], 0.5, makeRng(2));
    const tasksOf = (rows: Int32Array): number[] => [...rows].map((row) => task[row]);
    // Task a has two rows of class 0 and one of class 1, task c four of class 1.
    expect(tasksOf(heldOut)).toEqual([0, 2, 2]);
    expect([...kept, ...heldOut].sort((a, b) => a - b)).toEqual([...data.y.keys()]);
    expect(new Set([...kept].filter((row) => task[row] === 0).map((row) => data.y[row]))).toEqual(new Set([0, 1]));
  });
});
