import { describe, expect, it } from "vitest";
import { poorTask, poorFit, poorParams } from "../../../test/poor-task.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { ridge } from "../../learners/ridge.ts";
import { rmse } from "../../metrics/rmse.ts";
import { makeRng } from "../../numeric/random.ts";
import { resolveParams } from "../../core/params.ts";
import { viewOf } from "./attacker-view.ts";
import { makeTaskTools } from "./make-tools.ts";
import { attackFew, measureFew, trySets } from "./measure-few.ts";
import type { TaskSeed } from "./task-seed.ts";

const targets = [0];
const own = (data: Dataset): string[] => rowTexts(data, (task) => task === 0);
/** Rows by their first cell, which no two have alike. */
function rowTexts({ x, task }: Dataset, isWanted: (task: number) => boolean): string[] {
  if (x.kind !== "dense") throw new Error("dense rows");
  return [...positionsWhere(task.length, (i) => isWanted(task[i]))].map((i) => String(x.data[i * x.cols]));
}

describe("viewOf", () => {
  const train = poorTask(1, "train");
  const standIns = poorTask(1, "fresh");
  const fresh = selectExamples(
    standIns,
    positionsWhere(standIns.y.length, (i) => standIns.task[i] === 0),
  );

  it("shows the very rows to a white box alone; a gray box has its stand-ins, a black box rows of other tasks", () => {
    const known = new Set(own(train));
    expect(viewOf("white-box", train, targets, null, makeRng(0))).toEqual({ world: train });
    const gray = viewOf("gray-box", train, targets, fresh, makeRng(0)) ?? expect.fail("there are stand-ins");
    expect(own(gray.world)).toEqual(own(fresh));
    const black = viewOf("black-box", train, targets, null, makeRng(0)) ?? expect.fail("there are other tasks");
    expect(own(black.world)).toHaveLength(own(train).length);
    const others = new Set(rowTexts(train, (task) => task !== 0));
    for (const { world, standIns: drawn } of [gray, black]) {
      for (const text of [...own(world), ...own(drawn ?? expect.fail("they are drawn"))]) expect(known.has(text)).toBe(false);
      expect(rowTexts(world, (task) => task !== 0)).toEqual([...rowTexts(train, (task) => task !== 0)]);
    }
    for (const text of own(black.world)) expect(others.has(text)).toBe(true);
    expect(viewOf("gray-box", train, targets, null, makeRng(0))).toBe(null);
  });
});

describe("a few attack tasks", () => {
  const train = poorTask(3, "train");
  const seed: TaskSeed = { seed: 3, rng: makeRng(3), train, test: poorTask(3, "test"), labelUnit: 1 };
  const single = { id: "ridge", params: resolveParams("ridge", ridge.params) };
  const tools = makeTaskTools({
    config: {
      ...{ learner: { id: "mtrl", params: poorParams }, single, metric: "rmse" },
      ...{ attacks: [], repairs: [], budgets: [0.3], seeds: 1, firstSeed: 0, testFraction: 0.25 },
    },
    methods: { learners: [mtrl, ridge, logistic], metrics: [rmse], repairs: [] },
  });
  const context = { rng: makeRng(5) };

  it("are tried on rows that no attack has seen, and measured beside the target alone by who knows how much", async () => {
    const clean = { model: await poorFit(train), params: poorParams };
    const tried = await trySets(seed, [[1, 2], [3]], { targets, budgetFraction: 0.3, params: poorParams }, tools, context);
    expect(tried.map(({ tasks }) => tasks)).toEqual([[1, 2], [3]]);
    for (const { harm } of tried) expect(Number.isFinite(harm)).toBe(true);

    const request = { attackTasks: [1, 2, 3], targets, budgetFraction: 0.3 };
    const made = (await attackFew(seed, clean, request, tools, context)) ?? expect.fail("there is something to attack");
    const knowledge = ["white-box", "gray-box", "black-box"] as const;
    const found = await measureFew(seed, clean, made, { ...request, knowledge }, tools, context);
    if (found === null) expect.fail("it is measured");
    expect(found.poisonRows).toBe(3 * 18);
    expect(found.lines.map((line) => `${line.knowledge} ${line.targetRows}`)).toEqual([
      "white-box 20",
      "black-box 20",
      "white-box 10",
      "gray-box 10",
    ]);
    const [white, , , gray] = found.lines;
    expect(white.after).toBeGreaterThan(white.before);
    expect(white.after).toBeGreaterThan(found.flipped);
    expect(gray.before).not.toBe(white.before);
    // A target has no poison of its own.
    expect(made.poisoned.task.slice(train.y.length)).not.toContain(0);
  });

  it("are not tried where a target is too small to be halved", async () => {
    const few = {
      ...seed,
      train: selectExamples(
        train,
        positionsWhere(train.y.length, (i) => train.task[i] !== 0 || i < 5),
      ),
    };
    expect(await trySets(few, [[1]], { targets, budgetFraction: 0.3, params: poorParams }, tools, context)).toEqual([]);
  });
});
