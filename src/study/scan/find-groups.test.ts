import { expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { findGroups } from "./find-groups.ts";

it("says of an account with one row that its only row is flagged, of others how many are", () => {
  const data = {
    ...datasetOf(denseMatrix(3, 1), Float64Array.of(0, 1, 0), { kind: "classes", names: ["a", "b"] }),
    source: Int32Array.of(0, 1, 1),
    sources: ["ann", "bob"],
  };
  const rows = [0, 1, 2].map((row) => ({ row, flagged: row < 2, score: 1, reasons: row < 2 ? ["odd"] : [], scores: {} }));
  const { sources } = findGroups(data, rows, []);
  expect(Object.fromEntries(sources.map(({ name, reasons }) => [name, reasons[0]]))).toEqual({
    ann: "its only row is flagged: odd",
    bob: "1 of its 2 rows is flagged, the first because: odd",
  });
});
