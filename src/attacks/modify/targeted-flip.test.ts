import { describe, expect, it } from "vitest";
import { attackScene, cloud, tableOf } from "../../../test/attack-scene.ts";
import type { AttackTarget } from "../../core/attack.ts";
import { allRows } from "../../core/examples.ts";
import { predict } from "../../core/learner.ts";
import { logistic } from "../../learners/logistic.ts";
import { ridge } from "../../learners/ridge.ts";
import { targetedFlip } from "./targeted-flip.ts";

describe("targeted-flip", () => {
  const table = tableOf(cloud(300, 5, "classes"));
  const above = (value: number, rows: Int32Array = new Int32Array()): AttackTarget => ({
    anyOf: [[{ column: "b", op: ">", value }]],
    rows,
  });

  it("turns the answers in the group, on rows that it never saw, more than those elsewhere", async () => {
    const { poison, victim } = await attackScene(targetedFlip, { table, rows: 25, learner: logistic, target: above(1.2) });
    const patch = await poison(1);
    const y = victim.training.y.slice();
    for (const { row } of patch.relabel) y[row] = 1 - y[row];
    const model = await logistic.fit(
      { ...victim.training, y },
      { rng: undefined as never, params: { weightDecay: 0.01, bias: "free", tolerance: 1e-7 } },
    );
    const fresh = tableOf(cloud(2000, 6, "classes"));
    const values = (fresh.columns[1] as { values: Float64Array }).values;
    const data = victim.encode(fresh, allRows(fresh));
    const wrongRise = (inGroup: boolean): number => {
      const rows = [...data.y.keys()].filter((i) => values[i] > 1.2 === inGroup);
      const [before, after] = [victim.model, model].map((each) => predict(each, data));
      return rows.reduce((sum, i) => sum + Number(after[i] !== data.y[i]) - Number(before[i] !== data.y[i]), 0) / rows.length;
    };
    expect(wrongRise(true)).toBeGreaterThan(0.15);
    expect(wrongRise(true)).toBeGreaterThan(3 * wrongRise(false));
  });

  it("draws a group of its own where none is named, and says which", async () => {
    const { poison } = await attackScene(targetedFlip, { table, rows: 5, learner: logistic });
    const { relabel, intent } = await poison(1);
    expect(relabel).not.toEqual([]);
    expect(intent).toMatchObject({
      goal: "targeted",
      answer: null,
      group: { anyOf: [[{ column: expect.stringMatching(/^[ab]$/) as string }]] },
    });
  });

  it("aims at the rows meant where no training row is in the group, and does nothing where there are none either", async () => {
    const scene = (rows: Int32Array) => attackScene(targetedFlip, { table, rows: 5, learner: logistic, target: above(99, rows) });
    expect((await (await scene(Int32Array.of(3, 4))).poison(1)).relabel).not.toEqual([]);
    expect((await (await scene(new Int32Array())).poison(1)).relabel).toEqual([]);
  });

  it("raises the squared error in a group of a real label", async () => {
    const real = tableOf(cloud(200, 8, "real"));
    const { poison, victim } = await attackScene(targetedFlip, { table: real, rows: 10, learner: ridge, target: above(1) });
    const { training } = victim;
    const y = training.y.slice();
    for (const { row, after } of (await poison(1)).relabel) y[row] = Number(after);
    const params = { weightDecay: 0.01, bias: "free", tolerance: 1e-7 } as const;
    const model = await ridge.fit({ ...training, y }, { rng: undefined as never, params });
    const values = (real.columns[1] as { values: Float64Array }).values;
    const rise = (inGroup: boolean): number => {
      const rows = [...training.y.keys()].filter((i) => values[i] > 1 === inGroup);
      const [before, after] = [victim.model, model].map((each) => each.losses(training));
      return rows.reduce((sum, i) => sum + after[i] - before[i], 0) / rows.length;
    };
    expect(rise(true)).toBeGreaterThan(2 * rise(false));
  });
});
