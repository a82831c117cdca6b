import { expect, it } from "vitest";
import { positionsByKey } from "./positions-by-key.ts";

it("tells where each key stands, in order, and nothing of keys that are not there", () => {
  expect(positionsByKey(Int32Array.of(2, 0, 2, 3, 0, 2), 5).map((own) => [...own])).toEqual([[1, 4], [], [0, 2, 5], [3], []]);
});
