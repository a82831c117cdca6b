import { expect, it } from "vitest";
import { votesOf } from "./votes.ts";

it("gives a vote the rating of the scale that is nearest to its tenth, whoever cast it first", () => {
  const user = Int32Array.of(0, 1, 2, 3);
  const names = { users: ["a", "b", "c", "d"], items: ["x", "y"], time: null };
  const fine = {
    user,
    item: Int32Array.of(0, 0, 1, 1),
    value: Float64Array.of(97, 100, 100, 31),
    ...names,
    scale: { low: 0, high: 100, step: 1 },
  };
  const votes = votesOf(fine);
  expect([[...votes.vote], [...votes.value], [...votes.item]]).toEqual([
    [0, 0, 1, 2],
    [100, 100, 30],
    [0, 1, 1],
  ]);
  expect([...votes.starts]).toEqual([0, 2, 3, 4]);
  const coarse = votesOf({ ...fine, value: Float64Array.of(5, 4, 1, 1), scale: { low: 1, high: 5, step: 1 } });
  expect([...coarse.value]).toEqual([5, 4, 1]);
});
