import { expect, it } from "vitest";
import type { Column } from "../../core/table.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { spreadCells, writtenNames } from "./spread-columns.ts";

const number = (name: string): Column => ({ kind: "number", name, values: Float64Array.of(7, 8) });
const image = (values: readonly number[]): Column => ({
  kind: "vector",
  name: "image",
  matrix: toSparse(denseMatrix(2, 3, Float64Array.from(values))),
});

it("gives every pixel of an image a column of numbers, of a name that no other column has", () => {
  expect([...writtenNames([number("a"), image([0, 0, 0, 0, 0, 0])])]).toEqual([
    ["a", ["a"]],
    ["image", ["image_1", "image_2", "image_3"]],
  ]);
  expect(writtenNames([image([0, 0, 0, 0, 0, 0]), number("image_2")]).get("image")).toEqual(["image__1", "image__2", "image__3"]);
});

it("writes what the row of the table it comes from holds, in whatever order rows are asked for", () => {
  const [clean, triggered] = [image([1, 0, 255, 0, 128, 0]), image([1, 9, 255, 0, 128, 9])];
  const where = [
    { column: clean, row: 0 },
    { column: triggered, row: 1 },
    { column: clean, row: 1 },
  ];
  const columns = spreadCells(clean, ["p1", "p2", "p3"], (k) => where[k]);
  const rowOf = (k: number): unknown[] => columns.map(({ cell }) => cell(k));
  expect([2, 0, 1, 0].map(rowOf)).toEqual([
    [0, 128, 0],
    [1, 0, 255],
    [0, 128, 9],
    [1, 0, 255],
  ]);
  expect(columns.map(({ type }) => type)).toEqual(["number", "number", "number"]);
});
