import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { flippedSeeds, withLabel } from "./injection-starts.ts";

const tasks = Int32Array.from({ length: 60 }, (_, i) => i % 3);

function dataOf(classes: number) {
  return { ...smallData({ seed: 3, rows: 60, cols: 3, classes, sparse: false, weighted: false }), task: tasks, tasks: ["a", "b", "c"] };
}

describe.each([
  ["classes", 2],
  ["numbers", 0],
] as const)("rows to start from, with %s as labels", (_, classes) => {
  const data = dataOf(classes);
  const flipped = flippedSeeds(data, Int32Array.of(0, 40, 5), makeRng(1));

  it("are clean rows of each task, as many as asked", () => {
    expect([...flipped.task]).toEqual([...new Array<number>(40).fill(1), ...new Array<number>(5).fill(2)]);
    const { data: clean } = toDense(data.x);
    const rowsOf = (task: number): Set<string> =>
      new Set([...tasks.keys()].filter((i) => tasks[i] === task).map((i) => clean.subarray(i * 3, i * 3 + 3).join()));
    flipped.task.forEach((task, k) => expect(rowsOf(task)).toContain(flipped.x.data.subarray(k * 3, k * 3 + 3).join()));
  });

  it("have labels that contradict theirs, or one end of these", () => {
    const own = flippedSeeds(data, Int32Array.of(0, 200, 0), makeRng(1));
    const labels = new Set(own.y);
    expect(labels.size).toBe(2);
    expect(new Set(withLabel(own, data, 0).y)).toEqual(new Set([Math.min(...labels)]));
    expect(new Set(withLabel(own, data, 1).y)).toEqual(new Set([Math.max(...labels)]));
  });
});
