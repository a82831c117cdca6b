import { expect, it } from "vitest";
import { listExamples } from "../core/examples.ts";
import { type Table, rowCells } from "../core/table.ts";
import { subTable } from "./sub-table.ts";

const table: Table = {
  rows: 3,
  columns: [
    { kind: "number", name: "size", values: Float64Array.of(1, NaN, 3) },
    { kind: "category", name: "place", codes: Int32Array.of(2, -1, 0), names: ["a", "b", "c"] },
    {
      kind: "vector",
      name: "x",
      matrix: {
        ...{ kind: "sparse", rows: 3, cols: 4 },
        ...{ indptr: Int32Array.of(0, 1, 1, 3), indices: Int32Array.of(2, 0, 3), values: Float64Array.of(5, 6, 7) },
      },
    },
    { kind: "category", name: "label", codes: Int32Array.of(1, 0, 1), names: ["no", "yes"] },
  ],
  roles: { labels: ["label"], features: ["size", "place", "x"], task: null, source: null, id: null },
};

it("holds the cells of its rows in their order, no name of another row, and the classes as they are numbered", () => {
  const own = subTable(table, Int32Array.of(2, 0));
  expect([rowCells(own, 0), rowCells(own, 1)]).toEqual([rowCells(table, 2), rowCells(table, 0)]);
  const [, place, , label] = own.columns;
  expect("names" in place && place.names).toEqual(["a", "c"]);
  expect("names" in label && label.names).toEqual(["no", "yes"]);
  expect([...listExamples(subTable(table, Int32Array.of(1))).y]).toEqual([0]);
});
