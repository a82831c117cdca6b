import { expect, it } from "vitest";
import { areUneven, classShares } from "./metric.ts";

it("calls classes uneven where one has less than half of an even share", () => {
  expect(
    [
      [0.5, 0.5],
      [0.25, 0.75],
      [0.24, 0.76],
    ].map(areUneven),
  ).toEqual([false, false, true]);
  expect([[0.2, 0.4, 0.4], [0.16, 0.42, 0.42], []].map(areUneven)).toEqual([false, true, false]);
  expect(areUneven(classShares({ kind: "real" }, Float64Array.of(1, 2)))).toBe(false);
});
