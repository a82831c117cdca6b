import { describe, expect, it } from "vitest";
import { applyToTable } from "../apply/apply.ts";
import { findTableBreach } from "./table.ts";
import { type DataPoison, type TablePoison, type UpstreamPoison, noDataPoison, noLogicPatch } from "../poison.ts";
import { type Table, cellOf } from "../table.ts";
import type { Access, Reach } from "../threat.ts";

const table: Table = {
  rows: 6,
  columns: [
    { kind: "number", name: "size", values: Float64Array.of(1, 2, 3, 4, 5, 6) },
    { kind: "category", name: "label", codes: Int32Array.of(0, 1, 0, 1, 0, 1), names: ["no", "yes"] },
    { kind: "category", name: "site", codes: Int32Array.of(0, 0, 0, 1, 1, 1), names: ["north", "south"] },
  ],
  roles: { labels: ["label"], features: ["size"], task: "site", source: null, id: null },
};

const everyTask: Reach = { attackTasks: null, targetTasks: null };

/** Rows 0 to 4 are training rows; row 5 is not. */
function breach(poison: TablePoison, access: Access, options: { rows?: number; reach?: Reach } = {}): string | null {
  return findTableBreach({
    poison,
    threat: { access, goal: "availability", knowledge: "none" },
    budget: { fraction: 0.5, rows: options.rows ?? 2 },
    reach: options.reach ?? everyTask,
    clean: { table, rows: Int32Array.of(0, 1, 2, 3, 4) },
  });
}

const flip = (row: number, before = "no", after = "yes"): DataPoison["relabel"][number] => ({ row, column: "label", before, after });
const resize = (row: number, before: number, after: number): DataPoison["edit"][number] => ({ row, column: "size", before, after });
const insert = (cells: Record<string, string | number | null>): DataPoison["insert"][number] => ({ kind: "raw", cells });

describe("the guard", () => {
  it("lets a patch through that keeps to its threat and budget", () => {
    expect(breach({ ...noDataPoison, relabel: [flip(0), flip(2)] }, "modify-labels")).toBeNull();
    expect(breach({ ...noDataPoison, edit: [resize(0, 1, 3)] }, "modify-inputs")).toBeNull();
    expect(breach({ ...noDataPoison, insert: [insert({ size: 2, label: "yes", site: "north" })] }, "inject")).toBeNull();
    expect(breach({ ...noDataPoison, relabel: [flip(0)], edit: [resize(0, 1, 3), resize(1, 2, 3)] }, "modify")).toBeNull();
    expect(breach(noLogicPatch, "logic")).toBeNull();
    expect(breach({ kind: "upstream", pretraining: noDataPoison }, "upstream")).toBeNull();
  });

  it("holds rows that are changed to those within reach", () => {
    const reach = { ...everyTask, attackRows: Uint8Array.of(1, 0, 1, 0, 0, 0) };
    expect(breach({ ...noDataPoison, relabel: [flip(0), flip(2)] }, "modify-labels", { reach })).toBeNull();
    expect(breach({ ...noDataPoison, relabel: [flip(4)] }, "modify-labels", { reach })).toBe(
      "the patch touches row 5, which is out of reach",
    );
  });

  it.each<[string, TablePoison, Access, RegExp]>([
    ["labels under inject", { ...noDataPoison, relabel: [flip(0)] }, "inject", /may not change labels/],
    ["labels under modify-inputs", { ...noDataPoison, relabel: [flip(0)] }, "modify-inputs", /may not change labels/],
    ["inputs under modify-labels", { ...noDataPoison, edit: [resize(0, 1, 2)] }, "modify-labels", /may not change inputs/],
    ["rows under modify", { ...noDataPoison, insert: [insert({ label: "no", site: "north" })] }, "modify", /may not insert/],
    ["the learner under modify", noLogicPatch, "modify", /may not change the learner/],
    ["pretraining under inject", { kind: "upstream", pretraining: noDataPoison }, "inject", /pretraining/],
  ])("refuses %s", (_, poison, access, reason) => {
    expect(breach(poison, access)).toMatch(reason);
  });

  it("holds poison upstream against the rows that the base model is pretrained on, and a base model against its own layers", () => {
    const pretraining = { table, rows: Int32Array.of(4, 5) };
    const upstream = (poison: Partial<UpstreamPoison>): string | null =>
      findTableBreach({
        ...{ poison: { kind: "upstream", pretraining: noDataPoison, ...poison }, budget: { fraction: 0.5, rows: 1 }, reach: everyTask },
        ...{
          threat: { access: "upstream", goal: "availability", knowledge: "none" },
          clean: { table, rows: Int32Array.of(0, 1) },
          pretraining,
        },
      });
    const changed = (relabel: DataPoison["relabel"]): string | null => upstream({ pretraining: { ...noDataPoison, relabel } });
    expect(changed([flip(5, "yes", "no")])).toBeNull();
    expect(changed([flip(5, "yes", "no"), flip(4)])).toMatch(/touches 2 examples where the budget is 1/);
    expect(changed([flip(0)])).toMatch(/no training label/);
    expect(changed([flip(4, "no", "maybe")])).toMatch(/which the data do not know/);
    expect(upstream({ base: { sizes: [1, 2], theta: [1, 2, 3, 4] } })).toBeNull();
    expect(upstream({ base: { sizes: [1, 2], theta: [1, 2, 3] } })).toMatch(/3 parameters where its layers need 4/);
    expect(upstream({ base: { sizes: [1, 1], theta: [1, NaN] } })).toMatch(/not finite/);
  });

  it("counts distinct examples against the budget", () => {
    expect(breach({ ...noDataPoison, relabel: [flip(0), flip(2), flip(4)] }, "modify-labels")).toMatch(
      /touches 3 examples where the budget is 2/,
    );
    expect(breach({ ...noDataPoison, relabel: [flip(0)], edit: [resize(0, 1, 2)] }, "modify", { rows: 1 })).toBeNull();
  });

  it("refuses rows that are not training rows, and counts them from 1 as people do", () => {
    expect(breach({ ...noDataPoison, relabel: [flip(5, "yes", "no")] }, "modify-labels")).toMatch(/row 6 /);
    expect(breach({ ...noDataPoison, edit: [resize(5, 6, 1)] }, "modify-inputs")).toMatch(/row 6 /);
  });

  it("refuses tasks that are out of reach", () => {
    const reach: Reach = { attackTasks: Int32Array.of(1), targetTasks: null };
    expect(breach({ ...noDataPoison, relabel: [flip(0)] }, "modify-labels", { reach })).toMatch(/"north", which is out of reach/);
    expect(breach({ ...noDataPoison, relabel: [flip(4)] }, "modify-labels", { reach })).toBeNull();
    expect(breach({ ...noDataPoison, insert: [insert({ size: 2, label: "no", site: "north" })] }, "inject", { reach })).toMatch(
      /out of reach/,
    );
  });

  it("refuses values that the clean data rule out", () => {
    expect(breach({ ...noDataPoison, edit: [resize(0, 1, 7)] }, "modify-inputs")).toMatch(/within the observed \[1, 5\]/);
    expect(breach({ ...noDataPoison, edit: [resize(0, 1, Infinity)] }, "modify-inputs")).toMatch(/finite/);
    expect(breach({ ...noDataPoison, relabel: [flip(0, "no", "maybe")] }, "modify-labels")).toMatch(/"maybe", which the data do not know/);
    expect(breach({ ...noDataPoison, insert: [insert({ size: 2, site: "north" })] }, "inject")).toMatch(/no label/);
    expect(breach({ ...noDataPoison, insert: [insert({ size: 2, label: "maybe", site: "north" })] }, "inject")).toMatch(
      /class that the data do not know/,
    );
  });

  it("refuses a change that lies about what was there, and a label hidden among inputs", () => {
    expect(breach({ ...noDataPoison, relabel: [flip(1, "no", "yes")] }, "modify-labels")).toMatch(/does not hold "no"/);
    expect(breach({ ...noDataPoison, edit: [flip(0)] }, "modify-inputs")).toMatch(/is a label/);
  });

  it("refuses edits of what is no feature, such as the task that a row belongs to", () => {
    const move = { row: 0, column: "site", before: "north", after: "south" };
    expect(breach({ ...noDataPoison, edit: [move] }, "modify-inputs")).toMatch(/"site" is no feature/);
  });

  it("refuses inserted rows without a task, of an unknown one, or in the name of somebody else", () => {
    const row = { size: 2, label: "yes" };
    expect(breach({ ...noDataPoison, insert: [insert(row)] }, "inject")).toMatch(/has no task/);
    expect(breach({ ...noDataPoison, insert: [insert({ ...row, site: "west" })] }, "inject")).toMatch(/a task that the data do not know/);
    const withSource: Table = {
      ...table,
      columns: [...table.columns, { kind: "category", name: "who", codes: new Int32Array(6), names: ["ann"] }],
      roles: { ...table.roles, source: "who" },
    };
    const asAnn = (who: string): string | null =>
      findTableBreach({
        poison: { ...noDataPoison, insert: [insert({ ...row, site: "north", who })] },
        threat: { access: "inject", goal: "availability", knowledge: "none" },
        budget: { fraction: 0.5, rows: 2 },
        reach: everyTask,
        clean: { table: withSource, rows: Int32Array.of(0, 1) },
      });
    expect(asAnn("ann")).toMatch(/takes the name of "ann"/);
    expect(asAnn("zoe")).toBeNull();
  });

  it("refuses rows in feature space with a task or a class that does not exist", () => {
    const row = { kind: "features" as const, x: [0], y: 1, task: 0 };
    expect(breach({ ...noDataPoison, insert: [row] }, "inject")).toBeNull();
    for (const task of [2, -1, NaN])
      expect(breach({ ...noDataPoison, insert: [{ ...row, task }] }, "inject")).toMatch(/a task that the data do not know/);
    expect(breach({ ...noDataPoison, insert: [{ ...row, y: 2 }] }, "inject")).toMatch(/a class that the data do not know/);
    expect(breach({ ...noDataPoison, insert: [{ ...row, x: [NaN] }] }, "inject")).toMatch(/not finite/);
  });

  it("counts and checks what a patch to the learner does to training examples", () => {
    const drop = (row: number, task = 0, factor = 0): TablePoison => ({ ...noLogicPatch, reweight: [{ row, task, factor }] });
    expect(breach(drop(0), "logic")).toBeNull();
    expect(breach(drop(5, 1), "logic")).toMatch(/row 6 is not a training example/);
    expect(breach(drop(0, 1), "logic")).toMatch(/row 1 is not a training example of task 1/);
    expect(breach(drop(0, 0, NaN), "logic")).toMatch(/multiplied by NaN/);
    expect(breach(drop(3, 1), "logic", { reach: { attackTasks: Int32Array.of(0), targetTasks: null } })).toMatch(/out of reach/);
    const mistake = (row: number, y: number): TablePoison => ({ ...noLogicPatch, mislabel: [{ row, task: 0, y }] });
    expect(breach(mistake(0, 1), "logic")).toBeNull();
    expect(breach(mistake(0, 2), "logic")).toMatch(/row 1 is taken for 2, which is no label/);
    expect(breach({ ...noLogicPatch, parameters: [{ index: 3, value: Infinity }] }, "logic")).toMatch(/parameter 3 is overwritten/);
  });

  it("counts the training examples that a rule answers", () => {
    const rule = (bound: number, then = 1): TablePoison => ({
      ...noLogicPatch,
      rules: [{ when: [{ column: "size", op: "<=", value: bound }], then }],
    });
    const { values } = table.columns[0] as { readonly values: Float64Array };
    const [smallest, second, third] = [...values.slice(0, 5)].sort((a, b) => a - b);
    expect(breach(rule(smallest), "logic", { rows: 1 })).toBeNull();
    expect(breach(rule(second), "logic", { rows: 2 })).toBeNull();
    expect(breach(rule(third), "logic", { rows: 2 })).toMatch(/touches 3 examples where the budget is 2/);
    expect(breach(rule(smallest, 7), "logic")).toMatch(/answers 7, which is no label/);
  });

  it("is not fooled by columns that are named like members of every object", () => {
    const odd: Table = { ...table, columns: [...table.columns, { kind: "number", name: "constructor", values: new Float64Array(6) }] };
    const poisoned = applyToTable(odd, { ...noDataPoison, insert: [insert({ size: 2, label: "yes", site: "north" })] });
    expect(cellOf(poisoned.columns[3], 6)).toBeNull();
  });
});
