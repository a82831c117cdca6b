import { describe, expect, it } from "vitest";
import { attackedTasks, contradicted, taskGroups } from "../../../test/task-groups.ts";
import { isMtrlModel } from "../../blocks/mtrl/model.ts";
import { standsOutAbove, taskEvidence } from "../../blocks/mtrl/task-evidence.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { resolveParams } from "../../core/params.ts";
import { spreadScores } from "../../core/spread-scores.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl, type MtrlParams } from "../../learners/mtrl.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { taskContrast } from "./task-contrast.ts";

const params = { ...resolveParams<MtrlParams>("mtrl", mtrl.params), relationDecay: 0.01 };
const fit = (data: Dataset) => mtrl.fit(data, { rng: makeRng(0), params });
const scoresOf = (data: Dataset, relation: Float64Array | null = null) =>
  taskContrast
    .score(data, { rng: makeRng(0), params: {}, fit, objective: () => null, table: null, trusted: relation && { relation } })
    .then(({ values }) => values);

async function modelOf(data: Dataset) {
  const model = await fit(data);
  if (!isMtrlModel(model)) throw new Error("mtrl gives an mtrl model");
  return model;
}

describe.each([
  ["classes", false],
  ["a number", true],
])("task-contrast where the label is %s", (_, real) => {
  const seeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const clean = (seed: number) => taskGroups({ seed, rowsPerTask: 80, real, part: "train" });
  const earlier = async (seed: number) => (await modelOf(taskGroups({ seed, rowsPerTask: 80, real, part: "test" }))).relation;

  it("ranks tasks with contradicted rows above all others, with and without a trusted relation", async () => {
    for (const seed of seeds) {
      const data = contradicted(clean(seed), 0.4, seed);
      for (const relation of [null, await earlier(seed)]) {
        const area = areaUnderCurve(await scoresOf(data, relation), (task) => attackedTasks.includes(task));
        expect({ seed, isTrusted: relation !== null, area }).toEqual({ seed, isTrusted: relation !== null, area: 1 });
      }
    }
  });

  it("says of no clean task that it stands out", async () => {
    for (const seed of seeds)
      for (const relation of [null, await earlier(seed)])
        expect(Math.max(...(await scoresOf(clean(seed), relation)))).toBeLessThan(standsOutAbove);
  });
});

describe("task evidence", () => {
  const data = taskGroups({ seed: 3, rowsPerTask: 40, real: true, part: "train" });

  it("counts no lost ties against the relation of the same model, at any scale", async () => {
    const model = await modelOf(data);
    const { lostTies } = taskEvidence(
      model,
      data,
      model.relation.map((value) => 7 * value),
    );
    expect(Math.max(...(lostTies as Float64Array).map(Math.abs))).toBeLessThan(1e-12);
  });

  it("counts all ties as lost, and as much again, where a task turned round", async () => {
    const model = await modelOf(data);
    const turned = model.relation.slice();
    const tasks = data.tasks.length;
    for (let s = 1; s < tasks; s++) {
      turned[s] *= -1;
      turned[s * tasks] *= -1;
    }
    const { lostTies } = taskEvidence(model, data, turned);
    const correlations = Array.from({ length: tasks }, (_, s) =>
      Math.abs(model.relation[s] / Math.sqrt(model.relation[0] * model.relation[s * tasks + s])),
    );
    const [sum, squares] = correlations.slice(1).reduce(([a, b], c) => [a + c, b + c * c], [0, 0]);
    expect((lostTies as Float64Array)[0]).toBeCloseTo((2 * squares) / sum, 9);
  });

  it("holds nothing against a task without rows, nor against the only task", async () => {
    const fewer = selectExamples(
      data,
      positionsWhere(data.y.length, (i) => data.task[i] !== 4),
    );
    const scores = await scoresOf(fewer, (await modelOf(data)).relation);
    expect(scores[4]).toBe(0);
    expect(scores.every(Number.isFinite)).toBe(true);
    const one = { ...data, task: new Int32Array(data.y.length), tasks: ["all"] };
    expect(await scoresOf(one)).toEqual(new Float64Array(1));
  });

  it("refuses a trusted relation of other tasks and a model without one", async () => {
    await expect(scoresOf(data, new Float64Array(9))).rejects.toThrow(
      "the trusted relation must be a matrix of 12 × 12 tasks, got 9 numbers",
    );
    const classes = taskGroups({ seed: 3, rowsPerTask: 10, real: false, part: "train" });
    const unrelated = (rows: Dataset) =>
      logistic.fit(rows, { rng: makeRng(0), params: { ...resolveParams<object>("logistic", logistic.params), weightDecay: 1 } as never });
    await expect(
      taskContrast.score(classes, { rng: makeRng(0), params: {}, fit: unrelated, objective: () => null, table: null }),
    ).rejects.toThrow(UsageError);
    expect(taskContrast.refuses?.({ learner: logistic, sharing: "pooled" })).toMatch("needs the learner mtrl");
    expect(taskContrast.refuses?.({ learner: mtrl, sharing: "separate" })).toMatch("one model for all tasks");
    expect(taskContrast.refuses?.({ learner: mtrl, sharing: "pooled" })).toBeNull();
  });
});

it("spreads scores of tasks and sources over their rows", () => {
  const data = {
    ...taskGroups({ seed: 0, rowsPerTask: 1, real: true, part: "train" }),
    source: Int32Array.of(1, -1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1),
    sources: ["a", "b"],
  };
  expect(
    [
      ...spreadScores(
        "task",
        Float64Array.from(data.tasks, (_, t) => t / 2),
        data,
      ),
    ].slice(0, 3),
  ).toEqual([0, 0.5, 1]);
  expect([...spreadScores("source", Float64Array.of(3, 9), data)].slice(0, 4)).toEqual([9, 3, 3, 9]);
  expect([...spreadScores("model", Float64Array.of(2), data)]).toEqual(new Array(12).fill(2));
});
