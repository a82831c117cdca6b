import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { bestAgreeing, lossesOf } from "./task-lts.ts";

const settings = { trimmed: 0.25, weightDecay: 1e-6, bias: "regularised" as const, rng: makeRng(0) };
const rowsOf = (x: readonly number[], y: readonly number[], target: Dataset["target"]): Dataset =>
  datasetOf(denseMatrix(x.length, 1, Float64Array.from(x)), Float64Array.from(y), target);

describe("least trimmed squares of one task", () => {
  it("keeps the six rows of y = 2x and leaves out the two that contradict them", () => {
    const data = rowsOf([-3, -2, -1, 1, 2, 3, 2.5, -2.5], [-6, -4, -2, 2, 4, 6, -9, 9], { kind: "real" });
    expect([...bestAgreeing(data, settings)]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("has a loss of half the square by hand", () => {
    const data = rowsOf([1, 2], [3, 3], { kind: "real" });
    expect([...lossesOf(data, Float64Array.of(2, 1))]).toEqual([0, 2]);
  });

  it("leaves half of a rare class, however badly a line fits it", () => {
    const x = [...Array.from({ length: 18 }, (_, i) => -1 - i / 10), -1.5, -1.2];
    const data = rowsOf(x, [...new Array<number>(18).fill(0), 1, 1], { kind: "classes", names: ["no", "yes"] });
    const kept = bestAgreeing(data, settings);
    expect(kept).toHaveLength(15);
    expect(kept.filter((i) => data.y[i] === 1)).toHaveLength(1);
  });

  it("keeps all where nothing is to be left out", () => {
    const data = rowsOf([1, 2, 3], [1, 5, 2], { kind: "real" });
    expect([...bestAgreeing(data, { ...settings, trimmed: 0 })]).toEqual([0, 1, 2]);
  });
});
