import { expect, it } from "vitest";
import { datasetOf } from "../../test/small-data.ts";
import { denseMatrix } from "../numeric/matrices/matrix.ts";
import { rSquared } from "./r-squared.ts";

function measured(
  labels: readonly number[],
  predictions: readonly number[],
  more: { task?: number[]; unit?: number[]; ownLabels?: boolean } = {},
) {
  const { task = labels.map(() => 0), unit = [1], ownLabels = false } = more;
  const data = { ...datasetOf(denseMatrix(labels.length, 0), Float64Array.from(labels), { kind: "real" }), task: Int32Array.from(task) };
  const values = Float64Array.from(predictions);
  return { data, predictions: values, scores: values, outputs: 1, unit: Float64Array.from(unit), ownLabels };
}

it("is 1 for no error, 0 for the mean and below it for worse", () => {
  expect(rSquared.measure(measured([1, 2, 3], [1, 2, 3]))).toBe(1);
  expect(rSquared.measure(measured([1, 2, 3], [2, 2, 2]))).toBe(0);
  // Squared errors 4 + 0 + 4 over 1 + 0 + 1.
  expect(rSquared.measure(measured([1, 2, 3], [3, 2, 1]))).toBe(-3);
});

it("takes the mean and the unit of each label where tasks are labels of their own", () => {
  const labels = [0, 2, 100, 140];
  const task = [0, 0, 1, 1];
  const means = [1, 1, 120, 120];
  expect(rSquared.measure(measured(labels, means, { task, unit: [1, 20], ownLabels: true }))).toBe(0);
  // In units: errors 1, 0, 0, 1/2; from the means 1, 1, 1, 1.
  expect(rSquared.measure(measured(labels, [1, 2, 100, 130], { task, unit: [1, 20], ownLabels: true }))).toBeCloseTo(1 - 1.25 / 4, 12);
});

it("takes one mean over the tasks of one label", () => {
  // Mean 60.5; from it 60.5² + 58.5² + 39.5² + 79.5² = 14963.
  expect(rSquared.measure(measured([0, 2, 100, 140], [0, 2, 100, 130], { task: [0, 0, 1, 1], unit: [1, 1] }))).toBeCloseTo(
    1 - 100 / 14963,
    12,
  );
});

it("is not defined where the labels do not vary", () => {
  expect(rSquared.measure(measured([0.1, 0.1, 0.1], [0.1, 0.2, 0.1]))).toBe(null);
  expect(rSquared.measure(measured([], []))).toBe(null);
});
