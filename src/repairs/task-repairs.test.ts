import { describe, expect, it } from "vitest";
import { attackedTasks, contradicted, taskGroups } from "../../test/task-groups.ts";
import { isMtrlModel } from "../blocks/mtrl/model.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import type { Model } from "../core/learner.ts";
import { resolveParams } from "../core/params.ts";
import type { FittingRepair } from "../core/repair.ts";
import { mtrl, type MtrlParams } from "../learners/mtrl.ts";
import { ridge } from "../learners/ridge.ts";
import { makeRng } from "../numeric/random.ts";
import { cutTies } from "./cut-ties.ts";
import { taskTrim } from "./task-trim.ts";

const learnerParams = { ...resolveParams<MtrlParams>("mtrl", mtrl.params), relationDecay: 0.01, bias: "free" as const };
const fit = (data: Dataset, start: Model | null = null) => mtrl.fit(data, { rng: makeRng(0), params: learnerParams, start });
const repaired = (repair: FittingRepair, data: Dataset, params: object = {}) =>
  repair.repair(data, { rng: makeRng(0), params: resolveParams(repair.id, repair.params, { ...params }), learnerParams: {}, fit });

/** Mean loss on rows of these tasks. */
function lossOn(model: Model, test: Dataset, tasks: readonly number[]): number {
  const losses = model.losses(
    selectExamples(
      test,
      positionsWhere(test.y.length, (i) => tasks.includes(test.task[i])),
    ),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const seeds = [0, 1, 2, 3, 4, 5, 6, 7];
const all = Array.from({ length: 12 }, (_, task) => task);
const dataOf = (seed: number, part: "train" | "test") => taskGroups({ seed, rowsPerTask: part === "train" ? 60 : 200, real: true, part });

describe.each([cutTies, taskTrim] as FittingRepair[])("$id", (repair) => {
  it("never adds to what the attacked tasks lose on test rows, and brings it below half in the mean", async () => {
    const parts: number[] = [];
    for (const seed of seeds) {
      const [data, test] = [contradicted(dataOf(seed, "train"), 0.3, seed), dataOf(seed, "test")];
      const clean = lossOn(await fit(dataOf(seed, "train")), test, attackedTasks);
      const damage = lossOn(await fit(data), test, attackedTasks) - clean;
      const left = lossOn(await repaired(repair, data), test, attackedTasks) - clean;
      expect(left, `seed ${seed}`).toBeLessThan(damage * (1 + 1e-6));
      parts.push(left / damage);
    }
    expect(meanOf(parts)).toBeLessThan(0.5);
  });

  it("costs at most 3 % of the test loss on clean data in the mean", async () => {
    const ratios: number[] = [];
    for (const seed of seeds) {
      const [data, test] = [dataOf(seed, "train"), dataOf(seed, "test")];
      ratios.push(lossOn(await repaired(repair, data), test, all) / lossOn(await fit(data), test, all));
    }
    expect(meanOf(ratios)).toBeLessThan(1.03);
  });

  it("refuses learners that relate no tasks", async () => {
    expect(repair.refuses?.({ learner: ridge, sharing: "pooled" })).toMatch("needs the learner mtrl");
    expect(repair.refuses?.({ learner: mtrl, sharing: "separate" })).toMatch("one model for all tasks");
    expect(repair.refuses?.({ learner: mtrl, sharing: "pooled" })).toBeNull();
    const unrelated = (rows: Dataset) =>
      ridge.fit(rows, { rng: makeRng(0), params: { ...resolveParams<object>("ridge", ridge.params), weightDecay: 1 } as never });
    const options = { rng: makeRng(0), params: resolveParams(repair.id, repair.params), learnerParams: {}, fit: unrelated };
    await expect(repair.repair(dataOf(0, "train"), options)).rejects.toThrow(UsageError);
  });
});

describe("cut-ties", () => {
  const data = contradicted(dataOf(1, "train"), 0.4, 1);

  it("lets nothing that suspects hold reach the others, whether they are predicted apart or by their relatives", async () => {
    const honest = all.filter((task) => !attackedTasks.includes(task));
    const rows = positionsWhere(data.y.length, (i) => honest.includes(data.task[i]));
    const expected = (await fit(selectExamples(data, rows))).parameters?.theta as Float64Array;
    for (const suspects of ["relatives", "apart"]) {
      const { theta } = (await repaired(cutTies, data, { suspects })).parameters as { theta: Float64Array };
      for (const task of honest) expect(theta.subarray(task * 7, task * 7 + 7)).toEqual(expected.subarray(task * 7, task * 7 + 7));
    }
  });

  it("gives a suspect the level of its own labels, which its contradicted rows cannot move far", async () => {
    const raised = { ...data, y: data.y.map((y, i) => y + (data.task[i] === attackedTasks[0] ? 50 : 0)) };
    const model = await repaired(cutTies, raised);
    const level = (model.parameters?.theta as Float64Array)[attackedTasks[0] * 7 + 6];
    expect(Math.abs(level - 50)).toBeLessThan(1);
  });

  it("keeps the joint model where nothing is suspect or all ties are kept", async () => {
    const joint = (await fit(data)).parameters?.theta as Float64Array;
    expect((await repaired(cutTies, data, { above: 1000 })).parameters?.theta).toEqual(joint);
    const kept = await repaired(cutTies, data, { kept: 1 });
    expect(isMtrlModel(kept)).toBe(true);
    (kept.parameters?.theta as Float64Array).forEach((value, j) => expect(value).toBeCloseTo(joint[j], 12));
  });
});

describe("task-trim", () => {
  it("leaves no task without a class, even where it trims half", async () => {
    const data = taskGroups({ seed: 2, rowsPerTask: 12, real: false, part: "train" });
    const trainings: Dataset[] = [];
    const noted = (rows: Dataset, start: Model | null = null) => {
      trainings.push(rows);
      return fit(rows, start);
    };
    const params = resolveParams<object>("task-trim", taskTrim.params, { fraction: 0.5, trims: "always" });
    await taskTrim.repair(data, { rng: makeRng(0), params: params as never, learnerParams: {}, fit: noted });
    const last = trainings[trainings.length - 1];
    expect(last.y.length).toBeLessThan(0.6 * data.y.length);
    for (const task of all) {
      const classes = (rows: Dataset) => new Set([...positionsWhere(rows.y.length, (i) => rows.task[i] === task)].map((i) => rows.y[i]));
      expect(classes(last)).toEqual(classes(data));
    }
  });
});
