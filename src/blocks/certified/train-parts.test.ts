import { expect, it } from "vitest";
import { dealParts } from "./partitions.ts";
import { type Learned, trainParts } from "./train-parts.ts";

const part = Int32Array.of(0, 2, 2, 0, 4, 2);
const labels = Float64Array.of(1, 0, 1, 1, 0, 1);

it.each([1, 3])("trains a part on its rows alone, unless they bear one label or are none, %i at once", async (atOnce) => {
  const learned: Learned<{ rows: number[] }>[] = [];
  const train = (rows: Int32Array) => Promise.resolve({ rows: [...rows] });
  const progress: number[] = [];
  const options = { train, atOnce, told: (one: Learned<{ rows: number[] }>, p: number) => (learned[p] = one) };
  await trainParts(dealParts(part, 5), labels, options, { progress: (done) => progress.push(done) });
  expect(learned).toEqual([1, null, { rows: [1, 2, 5] }, null, 0]);
  expect(progress.at(-1)).toBe(1);
});

it("deals a part to every model that it is shifted to", () => {
  const dealt = dealParts(part, 5, Int32Array.of(0, 3)).map((rows) => [...rows]);
  expect(dealt).toEqual([[0, 1, 2, 3, 5], [], [1, 2, 4, 5], [0, 3], [4]]);
});
