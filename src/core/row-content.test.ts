import { describe, expect, it } from "vitest";
import { rowContent } from "./row-content.ts";
import type { Table } from "./table.ts";

const roles = { labels: ["y"], features: ["b", "a"], task: null, source: null, id: "id" };
const table: Table = {
  rows: 3,
  columns: [
    { kind: "text", name: "id", names: ["one", "two", "three"], codes: Int32Array.of(0, 1, 2) },
    { kind: "number", name: "a", values: Float64Array.of(1, 1, NaN) },
    { kind: "category", name: "b", names: ["x"], codes: Int32Array.of(0, 0, -1) },
    { kind: "category", name: "y", names: ["0"], codes: Int32Array.of(0, 0, 0) },
  ],
  roles,
};

describe("what a row says", () => {
  it("is the same whatever its place, its id and the order of the columns", () => {
    const [first, second, third] = [0, 1, 2].map(rowContent(table));
    expect(first).toBe(second);
    expect(third).not.toBe(first);
    const turned = { ...table, columns: [...table.columns].reverse(), roles: { ...roles, features: ["a", "b"] } };
    expect(rowContent(turned)(0)).toBe(first);
  });

  it("is the same of a number and of a word that is written like it", () => {
    const words = table.columns.map((column) =>
      column.name === "a" ? ({ kind: "category", name: "a", names: ["1"], codes: Int32Array.of(0, 0, -1) } as const) : column,
    );
    expect([0, 1, 2].map(rowContent({ ...table, columns: words }))).toEqual([0, 1, 2].map(rowContent(table)));
  });
});
