import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { auc } from "../../metrics/auc.ts";
import { rmse } from "../../metrics/rmse.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { decaysAround } from "./price-of-sharing.ts";
import { meanMatrix, mostExposedTask, strongestPairs } from "./strongest-pairs.ts";
import { keepTargetRows } from "./target-rows.ts";
import { damageOf, measureTask, measureTasks, worsening } from "./task-metric.ts";

const classes = { kind: "classes", names: ["no", "yes"] } as const;

function tasksOf(task: number[], y: number[], target: Dataset["target"]): Dataset {
  const data = datasetOf(denseMatrix(y.length, 1, Float64Array.from(y.keys())), Float64Array.from(y), target);
  return { ...data, task: Int32Array.from(task), tasks: ["a", "b", "c"] };
}

/** Scores a row by the number in it. */
const byFeature: Model = {
  outputs: 1,
  scores: ({ x }) => (x.kind === "dense" ? x.data.slice() : new Float64Array()),
  probabilities: () => null,
  losses: ({ y }) => y,
  parameters: null,
};

describe("measureTasks", () => {
  it("averages the AUC within tasks and passes over a task with one class", () => {
    // a: yes above no (1); b: yes below no (0); c has one class. Over all rows together the AUC would be 3/4 · something else.
    const data = tasksOf([0, 0, 1, 1, 2], [0, 1, 1, 0, 1], classes);
    expect(measureTasks(auc, byFeature, data, 1)).toBe(0.5);
    expect(measureTask(auc, byFeature, data, 0, 1)).toBe(1);
    expect(measureTask(auc, byFeature, data, 2, 1)).toBe(null);
  });

  it("tells errors in the unit of the label", () => {
    const data = tasksOf([0, 1], [3, 1], { kind: "real" });
    // Errors −3 and 0: √(9/2), times 10.
    expect(measureTasks(rmse, byFeature, data, 10)).toBeCloseTo(10 * Math.sqrt(4.5), 12);
    expect([worsening(rmse, 1, 1.5), damageOf(rmse, 1, 1.5)]).toEqual([0.5, 1.5]);
    expect([worsening(auc, 0.8, 0.5), damageOf(auc, 0.8, 0.5)]).toEqual([0.30000000000000004, 0.30000000000000004]);
  });
});

describe("the pairs to attack", () => {
  const matrix = Float64Array.from([9, 1, 5, 3, 9, NaN, -4, 2, 9]);

  it("are the largest entries off the diagonal", () => {
    expect(strongestPairs(matrix, 3, 3, () => true)).toEqual([
      { from: 0, to: 2 },
      { from: 1, to: 0 },
      { from: 2, to: 1 },
    ]);
    expect(strongestPairs(matrix, 3, 9, (task) => task === 1)).toEqual([
      { from: 2, to: 1 },
      { from: 0, to: 1 },
    ]);
  });

  it("tell which task all others together hurt most", () => {
    expect(mostExposedTask(matrix, 3, () => true)).toBe(2);
    expect(mostExposedTask(matrix, 3, () => false)).toBe(null);
    expect(mostExposedTask(new Float64Array(9), 3, () => true)).toBe(null);
  });

  it("come from means over the splits that know an entry", () => {
    expect([...meanMatrix([Float64Array.of(1, NaN, NaN), Float64Array.of(3, 4, NaN)])]).toEqual([2, 4, NaN]);
  });
});

describe("keepTargetRows", () => {
  const data = tasksOf(
    Array.from({ length: 40 }, (_, i) => i % 2),
    Array.from({ length: 40 }, (_, i) => Number(i === 2)),
    classes,
  );

  it("keeps so many rows of the target, both classes among them, and every other row", () => {
    const kept = keepTargetRows(data, 0, 4, makeRng(1));
    expect([...kept.task].filter((task) => task === 0)).toHaveLength(4);
    expect([...kept.task].filter((task) => task === 1)).toHaveLength(20);
    expect([...kept.row]).toContain(2);
  });

  it("keeps a part of what it keeps of more", () => {
    const more = [...keepTargetRows(data, 0, 9, makeRng(1)).row];
    for (const row of keepTargetRows(data, 0, 4, makeRng(1)).row) expect(more).toContain(row);
    expect(keepTargetRows(data, 0, 20, makeRng(1))).toBe(data);
  });
});

describe("decaysAround", () => {
  it("spans decades around the median of what tuning chose", () => {
    expect(decaysAround([0.1, 0.01, 0.00316])).toEqual([0.001, 0.01, 0.1, 1]);
    expect(decaysAround([0])).toEqual([0, 1e-4, 1e-2, 1]);
  });
});
