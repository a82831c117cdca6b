import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { classesOfScores } from "../../core/learner.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { givenModel } from "./given-model.ts";

describe("a model that is known by its answers", () => {
  it("gives each row the answer of its row in the table, whatever part of the data is asked about", () => {
    const chances = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.5, 0.5);
    const data = {
      ...datasetOf(denseMatrix(2, 1), Float64Array.of(0, 1), { kind: "classes", names: ["a", "b"] }),
      row: Int32Array.of(1, 0),
    };
    const model = givenModel(chances, 2);
    expect([...model.probabilities(data)!]).toEqual([0.2, 0.8, 0.9, 0.1]);
    expect(model.scores(data)[0]).toBeCloseTo(Math.log(4), 12);
    expect([...model.losses(data)].map((loss) => Math.exp(-loss))).toEqual([expect.closeTo(0.2, 12), expect.closeTo(0.1, 12)]);
    expect([...classesOfScores(model.scores(data), model.outputs)]).toEqual([1, 0]);
  });

  it("of more classes scores by their logarithms, and a chance of 0 is a large loss and no infinite one", () => {
    const data = datasetOf(denseMatrix(1, 1), Float64Array.of(2), { kind: "classes", names: ["a", "b", "c"] });
    const model = givenModel(Float64Array.of(0.3, 0.7, 0), 3);
    expect([model.outputs, ...classesOfScores(model.scores(data), 3)]).toEqual([3, 1]);
    expect(model.losses(data)[0]).toBeCloseTo(-Math.log(1e-12), 6);
  });
});
