import { expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { movedPatch } from "./moved-patch.ts";

it("keeps a number within its range that scaling there and back took out of it, and moves it otherwise as told", () => {
  const values = Float64Array.of(0, 3, 9);
  const table = {
    rows: 3,
    columns: [{ kind: "number" as const, name: "size", values }],
    roles: { labels: [], features: ["size"], task: null, source: null, id: null },
  };
  const target = { kind: "classes" as const, names: ["no", "yes"] };
  const plain = datasetOf(denseMatrix(3, 1, values.slice()), Float64Array.of(0, 1, 0), target);
  const data = { ...plain, features: { ...plain.features, names: ["size"], groups: ["size"] } };
  const moved = (to: number) =>
    movedPatch(table, { decodePart: ([size]) => ({ size }) }, data, Int32Array.of(1), denseMatrix(1, 1, Float64Array.of(to))).edit;
  const edit = (after: number) => [{ row: 1, column: "size", before: 3, after }];
  expect(moved(9.000000000000002)).toEqual(edit(9));
  expect(moved(-1e-12)).toEqual(edit(0));
  expect(moved(4.5)).toEqual(edit(4.5));
  expect(moved(9.1)).toEqual(edit(9.1));
});
