import { describe, expect, it } from "vitest";
import { rowDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { smallData } from "../../../test/small-data.ts";
import { plantPoison } from "./planted-poison.ts";

const rows = 600;
const suspected = Uint8Array.from({ length: rows }, (_, row) => (row < 100 ? 1 : 0));
const count = (flags: Uint8Array | undefined): number => flags?.reduce((sum, is) => sum + is, 0) ?? 0;

describe("planted poison", () => {
  for (const sparse of [false, true])
    it(`of ${sparse ? "sparse" : "dense"} rows is wrong labels, near-copies and far rows, where nobody suspects any`, () => {
      const data = smallData({ seed: 4, rows, cols: 8, classes: 3, sparse, weighted: false });
      const copy = plantPoison(data, suspected, makeRng(2));
      if (copy === null) throw new Error("there is one");
      // A tenth of the 500 rows, and 3 % of the 450 that are left, twice.
      expect([count(copy.labels), count(copy.far)]).toEqual([50 + 13, 13]);
      const moved = [...data.y.keys()].filter((i) => String(rowDense(copy.data.x, i)) !== String(rowDense(data.x, i)));
      expect(moved.length).toBe(26);
      expect(moved.every((i) => suspected[i] === 0 && copy.labels[i] + copy.far[i] === 1)).toBe(true);
      expect(copy.labels.every((is, i) => is === 0 || copy.far[i] === 0)).toBe(true);
      for (const i of moved.filter((at) => copy.labels[at] === 1)) {
        const own = rowDense(copy.data.x, i);
        const apart = [...data.y.keys()].map((k) => Math.hypot(...rowDense(data.x, k).map((value, j) => value - own[j])));
        const origin = apart.indexOf(Math.min(...apart));
        expect(apart[origin]).toBeLessThan(0.4);
      }
      const length = (i: number, x = copy.data.x): number => Math.hypot(...rowDense(x, i));
      const usual = [...data.y.keys()].reduce((sum, i) => sum + length(i, data.x), 0) / rows;
      const far = [...data.y.keys()].filter((i) => copy.far[i] === 1);
      expect(far.reduce((sum, i) => sum + length(i), 0) / far.length).toBeGreaterThan(1.5 * usual);
    });

  it("of numbers is wrong labels alone, and there is none where no label can be wrong", () => {
    const numbers = smallData({ seed: 4, rows, cols: 3, classes: 0, sparse: false, weighted: false });
    const copy = plantPoison(numbers, suspected, makeRng(2));
    expect(copy?.data.x).toBe(numbers.x);
    expect([count(copy?.labels), count(copy?.far)]).toEqual([50, 0]);
    expect(plantPoison({ ...numbers, y: new Float64Array(rows) }, suspected, makeRng(2))).toBeNull();
  });
});
