import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Dataset, Target } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { accuracy } from "../../metrics/accuracy.ts";
import { balancedAccuracy } from "../../metrics/balanced-accuracy.ts";
import { rmse } from "../../metrics/rmse.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { majorityAccuracy, measure } from "./measure.ts";

const classes: Target = { kind: "classes", names: ["ham", "spam", "other"] };

/** Rows whose only feature is the class that `byFeature` answers. */
function rowsOf(labels: readonly number[], answers: readonly number[] = labels, task = labels.map(() => 0), target = classes): Dataset {
  const data = datasetOf(denseMatrix(labels.length, 1, Float64Array.from(answers)), Float64Array.from(labels), target);
  return { ...data, task: Int32Array.from(task), tasks: ["a", "b"] };
}

const byFeature: Model = {
  outputs: 3,
  scores: ({ x }) =>
    x.kind === "dense"
      ? Float64Array.from([...x.data].flatMap((answer) => [0, 1, 2].map((k) => Number(k === answer))))
      : new Float64Array(),
  probabilities: () => null,
  losses: ({ y }) => y,
  parameters: null,
};
const real: Target = { kind: "real" };
const one = { unit: Float64Array.of(1, 1), ownLabels: false };

describe("what a model shows", () => {
  it("is the recall of each class beside the metrics, and how many rows know their mean", () => {
    const { metrics, recalls, rows } = measure(
      [accuracy, balancedAccuracy, rmse],
      byFeature,
      rowsOf([0, 0, 0, 0, 1], [0, 0, 0, 1, 1]),
      one,
    );
    expect(metrics).toEqual({ accuracy: 0.8, balancedAccuracy: 0.875 });
    expect(recalls).toEqual([
      { rows: 4, recall: 0.75 },
      { rows: 1, recall: 1 },
      { rows: 0, recall: null },
    ]);
    // 2² / (1/4 + 1/1).
    expect(rows).toEqual({ balancedAccuracy: 3.2 });
  });

  it("knows the mean recall of even classes by all rows", () => {
    expect(measure([balancedAccuracy], byFeature, rowsOf([0, 0, 1, 1, 2, 2]), one).rows).toEqual({ balancedAccuracy: 6 });
  });
});

describe("the majority baseline", () => {
  it("says the most frequent class of the training rows, not of the test rows", () => {
    expect(majorityAccuracy(rowsOf([0, 0, 1]), rowsOf([1, 1, 1, 0]), one)).toBe(0.25);
    expect(majorityAccuracy(rowsOf([0, 1]), rowsOf([1, 0, 0]), one)).toBe(2 / 3);
  });

  it("says that of each label where there are several", () => {
    const [train, test] = [rowsOf([0, 0, 0, 1, 1], undefined, [0, 0, 0, 1, 1]), rowsOf([0, 1, 1], undefined, [0, 1, 1])];
    expect(majorityAccuracy(train, test, one)).toBe(1 / 3);
    expect(majorityAccuracy(train, test, { ownLabels: true })).toBe(1);
  });

  it("is not defined for numbers or without rows", () => {
    expect(majorityAccuracy(rowsOf([1], [1], [0], real), rowsOf([1], [1], [0], real), one)).toBe(null);
    expect(majorityAccuracy(rowsOf([1]), rowsOf([]), one)).toBe(null);
  });
});
