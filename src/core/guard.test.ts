import { describe, expect, it } from "vitest";
import { findBreach } from "./guard.ts";
import { type DataPoison, type Poison, noDataPoison } from "./poison.ts";
import type { Table } from "./table.ts";
import type { Access, Reach } from "./threat.ts";

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
function breach(poison: Poison, access: Access, options: { rows?: number; reach?: Reach } = {}): string | null {
  return findBreach({
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
    expect(breach({ kind: "logic", reweight: [], parameters: [] }, "logic")).toBeNull();
    expect(breach({ kind: "upstream", pretraining: noDataPoison }, "upstream")).toBeNull();
  });

  it.each<[string, Poison, Access, RegExp]>([
    ["labels under inject", { ...noDataPoison, relabel: [flip(0)] }, "inject", /may not change labels/],
    ["labels under modify-inputs", { ...noDataPoison, relabel: [flip(0)] }, "modify-inputs", /may not change labels/],
    ["inputs under modify-labels", { ...noDataPoison, edit: [resize(0, 1, 2)] }, "modify-labels", /may not change inputs/],
    ["rows under modify", { ...noDataPoison, insert: [insert({ label: "no", site: "north" })] }, "modify", /may not insert/],
    ["the learner under modify", { kind: "logic", reweight: [], parameters: [] }, "modify", /may not change the learner/],
    ["pretraining under inject", { kind: "upstream", pretraining: noDataPoison }, "inject", /pretraining/],
  ])("refuses %s", (_, poison, access, reason) => {
    expect(breach(poison, access)).toMatch(reason);
  });

  it("counts distinct examples against the budget", () => {
    expect(breach({ ...noDataPoison, relabel: [flip(0), flip(2), flip(4)] }, "modify-labels")).toMatch(
      /touches 3 examples where the budget is 2/,
    );
    expect(breach({ ...noDataPoison, relabel: [flip(0)], edit: [resize(0, 1, 2)] }, "modify", { rows: 1 })).toBeNull();
  });

  it("refuses rows that are not training rows", () => {
    expect(breach({ ...noDataPoison, relabel: [flip(5, "yes", "no")] }, "modify-labels")).toMatch(/row 5/);
    expect(breach({ ...noDataPoison, edit: [resize(5, 6, 1)] }, "modify-inputs")).toMatch(/row 5/);
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
});
