import { expect, it } from "vitest";
import { datasetOf } from "../../test/small-data.ts";
import { denseMatrix } from "../numeric/matrices/matrix.ts";
import { accuracy } from "./accuracy.ts";
import { balancedAccuracy } from "./balanced-accuracy.ts";

function measured(labels: readonly number[], predictions: readonly number[], names = ["a", "b", "c"]) {
  const data = datasetOf(denseMatrix(labels.length, 0), Float64Array.from(labels), { kind: "classes", names });
  return {
    data,
    predictions: Float64Array.from(predictions),
    scores: new Float64Array(),
    outputs: 1,
    unit: new Float64Array(1),
    ownLabels: false,
  };
}

it("is the mean of the recalls, so that always saying a frequent class is worth one class", () => {
  // Recalls 3/4 and 1/2.
  expect(balancedAccuracy.measure(measured([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0], ["a", "b"]))).toBe(0.625);
  const constant = measured([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], new Array(10).fill(0), ["a", "b"]);
  expect([accuracy.measure(constant), balancedAccuracy.measure(constant)]).toEqual([0.9, 0.5]);
});

it("leaves out a class without test rows, and is not defined without any", () => {
  expect(balancedAccuracy.measure(measured([0, 0, 2], [0, 1, 2]))).toBe(0.75);
  expect(balancedAccuracy.measure(measured([], []))).toBe(null);
});
