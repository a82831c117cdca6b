import { expect, test } from "vitest";
import type { Dataset } from "../../core/dataset.ts";
import { type DataPoison, noDataPoison } from "../../core/poison.ts";
import { dropFlagged } from "./drop-flagged.ts";

const poison: DataPoison = {
  ...noDataPoison,
  relabel: [4, 7].map((row) => ({ row, column: "y", before: "a", after: "b" })),
  edit: [{ row: 7, column: "x", before: 1, after: 2 }],
  insert: [
    { kind: "features", x: [1], y: 0, task: 0 },
    { kind: "raw", cells: { x: 1, y: "a" } },
    { kind: "features", x: [2], y: 1, task: 0 },
    { kind: "raw", cells: { x: 2, y: "b" } },
  ],
};
/** Two clean examples of a table of ten rows, then the raw rows, then those of features. */
const data = { row: Int32Array.of(4, 7, 10, 11, -1, -1) } as Dataset;

test("what is flagged is taken back, changed and inserted rows alike, and the rest stays in its order", () => {
  const { kept, flaggedRows, flaggedInserted } = dropFlagged(poison, data, 10, Uint8Array.of(0, 1, 1, 0, 0, 1));
  expect(kept.relabel.map(({ row }) => row)).toEqual([4]);
  expect(kept.edit).toEqual([]);
  expect(kept.insert).toEqual([poison.insert[0], poison.insert[3]]);
  expect([[...flaggedRows], flaggedInserted]).toEqual([[7], 2]);
});

test("nothing is taken back where only clean rows are flagged", () => {
  expect(dropFlagged({ ...poison, relabel: [], edit: [] }, data, 10, Uint8Array.of(1, 1, 0, 0, 0, 0)).kept.insert).toEqual(poison.insert);
});
