import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Learner, Model } from "../../core/learner.ts";
import { accuracy } from "../../metrics/accuracy.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { dealTargetRows } from "./deal-target-rows.ts";
import { measureDefence } from "./measure-defence.ts";
import type { TaskAttackRequest, TaskTools } from "./task-tools.ts";

/** Two tasks of 40 rows by turns; every tenth row of either is of class 1. */
function rowsOf(from: number): Dataset {
  const x = denseMatrix(
    80,
    1,
    Float64Array.from({ length: 80 }, (_, i) => i - 40),
  );
  const data = datasetOf(
    x,
    Float64Array.from({ length: 80 }, (_, i) => Number(i % 20 < 2)),
    { kind: "classes", names: ["no", "yes"] },
  );
  return { ...data, task: Int32Array.from({ length: 80 }, (_, i) => i % 2), tasks: ["a", "b"], row: data.row.map((row) => from + row) };
}
const rowsIn = (data: Dataset, task: number): number[] => [...data.row].filter((_, i) => data.task[i] === task);

describe("dealTargetRows", () => {
  it("deals each row of the target to one part, and leaves the other tasks as they are", () => {
    const data = rowsOf(0);
    const dealt = dealTargetRows(data, 0, 8, makeRng(0)) ?? expect.fail("there are rows enough");
    const parts = [rowsIn(dealt.train, 0), [...dealt.standIns.row], [...dealt.fresh.row]];
    expect(parts.map((rows) => rows.length)).toEqual([16, 16, 8]);
    expect(parts.flat().sort((a, b) => a - b)).toEqual(rowsIn(data, 0));
    expect(rowsIn(dealt.train, 1)).toEqual(rowsIn(data, 1));
  });

  it("holds back a third of a rare class, three at most beyond its share, and a quarter of all", () => {
    const { fresh } = dealTargetRows(rowsOf(0), 0, 10, makeRng(1)) ?? expect.fail("there are rows enough");
    expect(fresh.y).toHaveLength(10);
    expect(fresh.y.reduce((sum, y) => sum + y, 0)).toBe(1);
    expect(dealTargetRows(rowsOf(0), 0, 99, makeRng(1))?.fresh.y).toHaveLength(10);
    expect(dealTargetRows(rowsOf(0), 0, 0, makeRng(1))?.fresh.y).toHaveLength(0);
  });

  it("is null where the target is left with fewer than four rows", () => {
    const few = rowsOf(0);
    const rare = { ...few, task: few.task.map((task, i) => (i < 12 ? task : 1)) };
    expect(dealTargetRows(rare, 0, 4, makeRng(0))).toBe(null);
  });
});

describe("measureDefence", () => {
  /** Says yes to what is above a bar, which is the number of rows it learned from. */
  const modelOf = (data: Dataset): Model => ({
    outputs: 1,
    scores: ({ x }) => Float64Array.from({ length: x.rows }, (_, i) => (x.kind === "dense" ? x.data[i] : 0) + data.y.length / 1000),
    probabilities: () => null,
    losses: ({ y }) => y,
    parameters: null,
  });
  const learner = {
    kind: "learner",
    id: "bar",
    fit: (data: Dataset) => Promise.resolve(modelOf(data)),
    tune: (_data: Dataset, { params }: { params: unknown }) => Promise.resolve(params),
  } as unknown as Learner;

  async function measure() {
    const asked: TaskAttackRequest[] = [];
    const repaired: { fresh: Dataset | null; data: Dataset }[] = [];
    const tools = {
      single: { learner, params: {} },
      together: { learner, params: {} },
      metric: accuracy,
      attack: (request: TaskAttackRequest) => {
        asked.push(request);
        return Promise.resolve({ kind: "ascent", poisoned: request.clean, flipped: request.clean });
      },
      needsFresh: (id: string) => id === "with-fresh",
      repair: ({ data, fresh }: { data: Dataset; fresh: Dataset | null }) => {
        repaired.push({ data, fresh });
        return Promise.resolve(modelOf(data));
      },
    } as unknown as TaskTools;
    const seed = { seed: 0, rng: makeRng(0), train: rowsOf(0), test: rowsOf(1000), labelUnit: 1 };
    const repairs = [
      { id: "without", params: {} },
      { id: "with-fresh", params: {} },
    ];
    const plan = { repairs, freshRows: 8, knowledge: ["white-box", "gray-box"] as const };
    const found = await measureDefence(seed, { target: 0, budgetFraction: 0.1, plan, params: {} }, tools, { rng: makeRng(0) });
    return { asked, repaired, found: found ?? expect.fail("there are rows enough") };
  }

  it("shows no attacker a fresh row, and the gray box no row that the target is trained on", async () => {
    const { asked, repaired } = await measure();
    const fresh = repaired.flatMap((one) => (one.fresh === null ? [] : [...one.fresh.row]));
    expect(new Set(fresh).size).toBe(8);
    const own = rowsIn(repaired[0].data, 0);
    const seen = asked.map(({ clean, standIns }) => [...rowsIn(clean, 0), ...(standIns === undefined ? [] : [...standIns.row])]);
    for (const rows of seen) for (const row of rows) expect(fresh).not.toContain(row);
    expect(seen[0]).toEqual(own);
    for (const row of seen[1]) expect(own).not.toContain(row);
    // What is repaired holds the fresh rows beside the data, never in them.
    for (const { data } of repaired) for (const row of rowsIn(data, 0)) expect(fresh).not.toContain(row);
  });

  it("measures each repair clean and under both attackers, and the task alone once", async () => {
    const { found } = await measure();
    expect([found.ownRows, found.freshRows]).toEqual([16, 8]);
    expect(found.cells.map(({ knowledge, repair, isFresh }) => `${knowledge ?? "clean"} ${repair}${isFresh ? " +" : ""}`)).toEqual([
      ...["clean", "white-box", "gray-box"].flatMap((who) => [`${who} none`, `${who} none +`, `${who} without`, `${who} with-fresh +`]),
      "clean alone",
      "clean alone +",
    ]);
  });
});
