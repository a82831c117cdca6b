import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import { makeRng } from "../../numeric/random.ts";
import { withNearRows } from "./learn-from-planted.ts";
import { nearRowsKept, nearRowsOf } from "./near-rows.ts";

/** Rows on a line at 0, 1, 2, …; the first eight bear the label 0, the other four 1. */
const line = {
  ...smallData({ seed: 1, rows: 12, cols: 1, classes: 2, sparse: false, weighted: false }),
  x: { kind: "dense" as const, rows: 12, cols: 1, data: Float64Array.from({ length: 12 }, (_, i) => i) },
  y: Float64Array.from({ length: 12 }, (_, i) => (i < 8 ? 0 : 1)),
};
const near = nearRowsOf(line, { rng: makeRng("near") });
const of = (row: number): number[] => Array.from(near.ids.subarray(row * nearRowsKept, row * nearRowsKept + near.count[row]));

describe("near rows", () => {
  it("are the nearest of the same label, nearest first: counted by hand", () => {
    expect(of(0)).toEqual([1, 2, 3, 4, 5]);
    expect(of(7)).toEqual([6, 5, 4, 3, 2]);
    // There are but three others that bear this label.
    expect(of(11)).toEqual([10, 9, 8]);
  });

  it("say how many of all that are asked agree, and how near the fifth is, whatever its label", () => {
    // All eleven others are asked, for they are fewer than fifteen.
    expect(near.sameShare[0]).toBeCloseTo(7 / 11, 12);
    expect(near.sameShare[11]).toBeCloseTo(3 / 11, 12);
    expect(near.closeness[0]).toBeCloseTo(-5, 9);
    expect(near.closeness[6]).toBeCloseTo(-3, 9);
  });
});

describe("a merge", () => {
  it("has near rows beside it where rows are dense, and none where they are sparse, as texts are", () => {
    const merge = { weights: new Map([["loss", 1]]), far: null, areas: new Map<string, number>(), chance: 0.1 };
    const of = (sparse: boolean) =>
      withNearRows(merge, smallData({ seed: 1, rows: 30, cols: 3, classes: 2, sparse, weighted: false }), makeRng("merge"));
    expect(of(false).near?.count).toHaveLength(30);
    expect(of(true).near).toBeUndefined();
  });
});
