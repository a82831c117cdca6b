import { describe, expect, it } from "vitest";
import { smallData } from "../../test/small-data.ts";
import { heldoutUtility, trainingUtility } from "./attack-utility.ts";

const data = {
  ...smallData({ seed: 3, rows: 12, cols: 3, classes: 2, sparse: false, weighted: false }),
  task: Int32Array.of(0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 1, 1),
  tasks: ["a", "b", "c"],
};

describe.each([
  ["training", trainingUtility],
  ["held-out", heldoutUtility],
] as const)("the %s utility", (_, utilityOf) => {
  it("asks the rows of the targets, each target counting 1", () => {
    const utility = utilityOf(data, [0, 2]);
    expect([...utility.task]).toEqual([0, 0, 0, 2, 2, 2, 2]);
    expect([...utility.y]).toEqual([0, 1, 2, 5, 6, 7, 8].map((row) => data.y[row]));
    expect([...(utility.weight ?? [])]).toEqual([1 / 3, 1 / 3, 1 / 3, 1 / 4, 1 / 4, 1 / 4, 1 / 4]);
  });
});
