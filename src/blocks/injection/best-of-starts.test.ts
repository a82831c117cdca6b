import { expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { bestOfStarts } from "./best-of-starts.ts";

it("the best of several starts is the first of greatest value, and each start tells of its part of the whole", async () => {
  const told: number[] = [];
  const best = await bestOfStarts(4, { rng: makeRng(0), progress: (done) => told.push(done) }, (start, { progress }) => {
    progress?.(0.5);
    return Promise.resolve({ start, value: [1, 3, 3, 2][start] });
  });
  expect(best).toEqual({ start: 1, value: 3 });
  expect(told).toEqual([0.125, 0.375, 0.625, 0.875]);
});
