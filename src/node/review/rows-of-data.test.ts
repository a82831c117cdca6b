import { describe, expect, it } from "vitest";
import type { Table } from "../../core/table.ts";
import type { CopiedReading } from "../kinds/attackable.ts";
import { tableScan } from "../kinds/table-scan.ts";
import { contentDigest } from "./decision.ts";
import { rowsOfData } from "./rows-of-data.ts";

const values = [0, 1, 2, 10, 11, NaN];

function reading(table: Table): CopiedReading {
  return { table, files: [], dialect: {} as never, notes: [] } as CopiedReading;
}

const table: Table = {
  rows: 6,
  columns: [
    { kind: "number", name: "size", values: Float64Array.from(values) },
    { kind: "category", name: "label", codes: Int32Array.of(0, 1, 0, 1, 0, 1), names: ["a", "b"] },
    { kind: "category", name: "who", codes: Int32Array.of(0, 0, -1, 1, 0, -1), names: ["x", "y"] },
  ],
  roles: { labels: ["label"], features: ["size"], task: null, source: "who", id: null },
};
const rows = rowsOfData(tableScan, reading(table));

describe("the rows of the data of a scan", () => {
  it("of numbers are as near as they lie, in units of their spread", async () => {
    const { neighbours, measure } = await rows.related(1);
    expect(measure).toBe("distance");
    // 0 lies nearest to 1, then to 2, whatever the scale is.
    expect(neighbours.slice(0, 2).map(({ row }) => row)).toEqual([2, 3]);
    const [one, two] = neighbours.map(({ similarity }) => 1 / similarity - 1);
    expect(two / one).toBeCloseTo(2, 9);
  });

  it("of nobody have no account, and a row knows the others of its own", async () => {
    expect((await rows.related(3)).account).toBeNull();
    expect((await rows.related(2)).account).toEqual({ name: "x", count: 3, rows: [1, 5] });
  });

  it("show what is missing as missing, labels and accounts before features", async () => {
    const [last] = await rows.shown([6], 100);
    expect(last.cells).toEqual([
      { name: "label", role: "label", text: "b", length: 1 },
      { name: "who", role: "account", text: null, length: 0 },
      { name: "size", role: "feature", text: null, length: 0 },
    ]);
  });

  it("have a digest that tells what they hold, and nothing else", async () => {
    const [first, second] = await rows.contents([1, 2]);
    expect(first).toBe(contentDigest(table.columns, 0));
    expect(first).not.toBe(second);
    const same = table.columns.map((column) => ({ ...column }));
    expect(contentDigest(same, 0)).toBe(first);
    expect(contentDigest(same.slice(0, 2), 0)).not.toBe(first);
  });

  it("are cut between characters, never within one", async () => {
    const emoji: Table = {
      ...table,
      columns: [...table.columns, { kind: "text", name: "text", codes: new Int32Array(6), names: ["ab\u{1f600}c"] }],
      roles: { ...table.roles, features: ["text"] },
    };
    const [shown] = await rowsOfData(tableScan, reading(emoji)).shown([1], 3);
    expect(shown.cells[0]).toEqual({ name: "text", role: "text", text: "ab", length: 5 });
  });
});
