import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { pooledMisfit } from "../../blocks/mtrl/pooled-misfit.ts";
import { standingApart } from "../../blocks/mtrl/standing-apart.ts";
import type { Dataset } from "../../core/dataset.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { taskMisfit } from "./task-misfit.ts";

/** Tasks that follow one rule of eight features, 40 rows each; in the wrong ones 30 % of the rows contradict it. */
function tasksOf(seed: number, tasks: number, wrong: readonly number[], target: Dataset["target"]["kind"]): Dataset {
  const rng = makeRng("task-misfit").fork(seed);
  const rule = Float64Array.from({ length: 8 }, () => rng.normal());
  const rows = 40 * tasks;
  const x = denseMatrix(rows, 8);
  const task = Int32Array.from({ length: rows }, (_, i) => i % tasks);
  const y = Float64Array.from(task, (t) => t);
  for (let i = 0; i < rows; i++) {
    let score = 0.3 * rng.normal();
    for (let j = 0; j < 8; j++) score += (x.data[i * 8 + j] = rng.normal()) * rule[j];
    if (wrong.includes(task[i]) && rng.uniform() < 0.3) score = -score;
    y[i] = target === "real" ? score : Number(score > 0);
  }
  const data = datasetOf(x, y, target === "real" ? { kind: "real" } : { kind: "classes", names: ["no", "yes"] });
  return { ...data, task, tasks: Array.from({ length: tasks }, (_, t) => `t${t}`) };
}

const context = {
  rng: makeRng(0),
  params: {},
  fit: () => Promise.reject(new Error("it trains nothing of the pipeline")),
  objective: () => null,
  table: null,
};

describe("task-misfit", () => {
  it("is by hand the loss under the line of the other tasks", () => {
    // Task b lies on y = x; the line that it makes, without a penalty to speak of, misses the two rows of task a by 2 and 4.
    const data = {
      ...datasetOf(denseMatrix(4, 1, Float64Array.of(1, 2, 1, 2)), Float64Array.of(3, 6, 1, 2), { kind: "real" }),
      task: Int32Array.of(0, 0, 1, 1),
      tasks: ["a", "b", "c"],
    };
    const { loss, error } = pooledMisfit(data, { weightDecay: 1e-9, bias: "regularised" });
    expect(loss[0]).toBeCloseTo((2 ** 2 / 2 + 4 ** 2 / 2) / 2, 5);
    // Losses 2 and 8: standard deviation √18, over √2.
    expect(error[0]).toBeCloseTo(3, 5);
    expect(loss[2]).toBeNaN();
  });

  it.each([
    ["classes", 5],
    ["real", 2],
  ] as const)("ranks tasks with contradicted rows first where the label is %s, and says whose ties to cut", async (kind, least) => {
    let flagged = 0;
    for (let seed = 0; seed < 5; seed++) {
      const wrong = [2, 7];
      const scores = await taskMisfit.score(tasksOf(seed, 12, wrong, kind), context);
      expect(areaUnderCurve(scores.values, (task) => wrong.includes(task))).toBe(1);
      const found = [...(scores.flagged as Uint8Array).keys()].filter((task) => scores.flagged?.[task] === 1);
      expect(wrong).toEqual(expect.arrayContaining(found));
      flagged += found.length;
      for (const task of found) expect(scores.reason?.(task)).toMatch(/deviations worse than usual: cut its ties/);
      if (found.length === 2) expect(scores.findings?.[0]).toMatch(/^cut the ties to t2, t7:/);
    }
    expect(flagged).toBeGreaterThanOrEqual(least);
  });

  it("flags at most one clean task in twenty, and says that nothing would help", async () => {
    let flagged = 0;
    for (let seed = 0; seed < 10; seed++) {
      const scores = await taskMisfit.score(tasksOf(seed, 8, [], "classes"), context);
      flagged += (scores.flagged as Uint8Array).reduce((sum, is) => sum + is, 0);
      if (!scores.flagged?.includes(1)) expect(scores.findings?.[0]).toMatch(/^no task stands apart/);
    }
    expect(flagged).toBeLessThanOrEqual(4);
  });

  it("says of two halves that which is honest cannot be told", () => {
    const loss = Float64Array.of(1, 1.1, 1.2, 5, 5.1, 5.2);
    const { flagged, verdict } = standingApart({ loss, error: new Float64Array(6).fill(0.1) });
    expect([verdict, flagged.includes(1)]).toEqual(["halves", false]);
  });
});
