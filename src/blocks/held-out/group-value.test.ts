import { describe, expect, it } from "vitest";
import { datasetOf, smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Learner } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { ridge } from "../../learners/ridge.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { groupValues } from "./group-value.ts";

const groups = 30;

function grouped(data: Dataset): Dataset {
  const names = Array.from({ length: groups }, (_, g) => `s${g}`);
  return { ...data, source: data.y.length ? Int32Array.from(data.y, (_, i) => i % groups) : data.source, sources: names };
}

function learning(learner: Learner, settings: object = {}) {
  const params = { ...resolveParams<object>(learner.id, learner.params), weightDecay: 0.05, tolerance: 1e-10, ...settings };
  return {
    fit: (part: Dataset) => learner.fit(part, { rng: makeRng(0), params }),
    objective: (part: Dataset) => learner.objective?.(part, params) ?? null,
    rng: makeRng(3),
    table: null,
    folds: 3,
  };
}

const correlation = (a: Float64Array, b: Float64Array): number => {
  const [meanA, meanB] = [a, b].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const product = (p: Float64Array, q: Float64Array, mp: number, mq: number) =>
    p.reduce((sum, value, i) => sum + (value - mp) * (q[i] - mq), 0);
  return product(a, b, meanA, meanB) / Math.sqrt(product(a, a, meanA, meanA) * product(b, b, meanB, meanB));
};

describe("what a group of rows is worth", () => {
  it.each([
    ["ridge", ridge, 0],
    ["logistic", logistic, 2],
    ["logistic", logistic, 3],
  ] as const)("is to first order what trainings without it show (%s)", async (_, learner, classes) => {
    const data = grouped(smallData({ seed: 5, rows: 900, cols: 4, classes, sparse: false, weighted: false }));
    const options = learning(learner);
    const { harm: predicted } = await groupValues(data, data.source, groups, { ...options, refits: 0 });
    // Every group is left out in turn: without a derivative they all are, whatever their rank.
    const { harm: measured, measured: done } = await groupValues(data, data.source, groups, {
      ...options,
      objective: () => null,
      refits: groups,
    });
    expect(done.size).toBe(groups);
    expect(correlation(predicted, measured)).toBeGreaterThan(0.97);
    for (let g = 0; g < groups; g++) expect(Math.abs(predicted[g] - measured[g])).toBeLessThan(0.25 * Math.max(...measured.map(Math.abs)));
  });

  it("is to first order what trainings without a task show the others, where tasks are trained together", async () => {
    const data = smallData({ seed: 8, rows: 600, cols: 3, classes: 2, sparse: false, weighted: false });
    const tasks = 8;
    const task = Int32Array.from(data.y, (_, i) => i % tasks);
    // Two tasks have labels that contradict the others'.
    const y = data.y.map((label, i) => (task[i] < 2 && i % 3 > 0 ? 1 - label : label));
    const together = { ...data, y, task, tasks: Array.from({ length: tasks }, (_, t) => `t${t}`) };
    const options = learning(mtrl, { relationDecay: 0.1, tolerance: 1e-6 });
    const { harm: predicted } = await groupValues(together, task, tasks, { ...options, refits: 0 });
    const { harm: measured } = await groupValues(together, task, tasks, { ...options, objective: () => null, refits: tasks });
    expect(correlation(predicted, measured)).toBeGreaterThan(0.8);
  });

  it("leaves rows out by position, never by what they hold", async () => {
    // The best-known toolkit leaves out every row that shares a cell value with the group's: of binary rows, all of them.
    const rows = 40;
    const x = denseMatrix(
      rows,
      2,
      Float64Array.from({ length: 2 * rows }, (_, p) => (p * 7 + (p >> 2)) % 2),
    );
    const y = Float64Array.from({ length: rows }, (_, i) => (i >> 1) % 2);
    const binary = datasetOf(x, y, { kind: "classes", names: ["no", "yes"] });
    const data = { ...binary, source: Int32Array.from(y, (_, i) => i % 10), sources: Array.from({ length: 10 }, (_, s) => `d${s}`) };
    const options = learning(logistic);
    const trained: Int32Array[] = [];
    const fit = (part: Dataset) => {
      trained.push(part.row);
      return options.fit(part);
    };
    const { measured } = await groupValues(data, data.source, 10, { ...options, fit, objective: () => null, refits: 10 });
    expect(measured.size).toBe(10);
    const [parts, without] = [trained.slice(0, 3), trained.slice(3)];
    expect(parts.reduce((sum, { length }) => sum + length, 0)).toBe(2 * rows);
    expect(without.length).toBe(20);
    // Ten groups of four rows, each left out of the two parts of three that hold it: exactly its rows are missing.
    for (const rest of without) {
      const whole = parts.filter((part) => rest.every((row) => part.includes(row))).find((part) => part.length === rest.length + 4);
      const missing = [...(whole as Int32Array)].filter((row) => !rest.includes(row));
      expect(new Set(missing.map((row) => row % 10)).size).toBe(1);
    }
  });
});
