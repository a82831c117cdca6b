import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { percentileBox } from "../feasible/box.ts";
import { constantLabelSeeds, flippedSeeds, uniformSeeds } from "./injection-starts.ts";

const tasks = Int32Array.from({ length: 60 }, (_, i) => i % 3);

function dataOf(classes: number) {
  const data = {
    ...smallData({ seed: 3, rows: 60, cols: 3, classes, sparse: false, weighted: false }),
    task: tasks,
    tasks: ["a", "b", "c"],
  };
  return { data, box: percentileBox(data.x, data.features, 0.01) };
}
const counts = Int32Array.of(0, 40, 5);

describe.each([
  ["classes", 2],
  ["numbers", 0],
] as const)("random rows with %s as labels", (_, classes) => {
  const { data, box } = dataOf(classes);

  it("are as many in each task as asked, and lie in the box", () => {
    for (const rows of [uniformSeeds(data, counts, box, makeRng(1)), constantLabelSeeds(data, counts, box, 1, makeRng(1))]) {
      expect([...rows.task]).toEqual([...new Array<number>(40).fill(1), ...new Array<number>(5).fill(2)]);
      rows.x.data.forEach((value, p) => {
        expect(value).toBeGreaterThanOrEqual(box.low[p % 3]);
        expect(value).toBeLessThanOrEqual(box.high[p % 3]);
      });
    }
  });

  it("have the labels of flipped rows, or one of them", () => {
    const flipped = new Set(flippedSeeds(data, Int32Array.of(0, 200, 0), makeRng(1)).y);
    const own = Int32Array.of(0, 40, 0);
    expect(new Set(uniformSeeds(data, own, box, makeRng(1)).y)).toEqual(flipped);
    expect(new Set(constantLabelSeeds(data, own, box, 0, makeRng(1)).y)).toEqual(new Set([Math.min(...flipped)]));
    expect(new Set(constantLabelSeeds(data, own, box, 1, makeRng(1)).y)).toEqual(new Set([Math.max(...flipped)]));
  });

  it("leave features alone that do not move", () => {
    const still = { ...box, scale: Float64Array.from(box.scale, (scale, j) => (j === 1 ? 0 : scale)) };
    const clean = toDense(data.x).data;
    const known = new Set(Array.from({ length: 60 }, (_, i) => clean[i * 3 + 1]));
    uniformSeeds(data, counts, still, makeRng(1)).x.data.forEach((value, p) => {
      if (p % 3 === 1) expect(known).toContain(value);
    });
  });
});
