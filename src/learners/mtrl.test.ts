import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { multiTaskArbitrary, multiTaskData } from "../../test/multi-task-data.ts";
import { expectClose } from "../../test/objective-checks.ts";
import { smallData } from "../../test/small-data.ts";
import { isMtrlModel } from "../blocks/mtrl/model.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { type Model, predict } from "../core/learner.ts";
import { resolveParams } from "../core/params.ts";
import { denseMatrix, toDense, toSparse } from "../numeric/matrices/matrix.ts";
import { makeRng } from "../numeric/random.ts";
import { logistic } from "./logistic.ts";
import { type MtrlParams, mtrl } from "./mtrl.ts";

async function fit(data: Dataset, given: Partial<MtrlParams> = {}, start: Model | null = null) {
  const params = resolveParams<MtrlParams>("mtrl", mtrl.params, { relationDecay: 0.03, ...given });
  const model = await mtrl.fit(data, { params, rng: makeRng("test"), start });
  if (!isMtrlModel(model)) throw new Error("mtrl makes MTRL models");
  return model;
}

describe("mtrl", () => {
  it("does not crash or give NaN on awkward data", async () => {
    await fc.assert(
      fc.asyncProperty(multiTaskArbitrary({ tasks: 4, cols: 5 }), fc.constantFrom("free", "regularised"), async (shape, bias) => {
        const data = multiTaskData(shape);
        const { rows, cols } = data.x;
        const tasks = [...data.tasks, "empty", "one row"];
        const lonely = { ...data, tasks, task: data.task.map((task, i) => (i === 0 ? shape.tasks + 1 : task)) };
        const oneClass = { ...data, y: data.y.map((y, i) => (data.task[i] === 0 ? data.y[0] : y)) };
        const allOne = { ...data, y: new Float64Array(rows).fill(data.y[0]) };
        const duplicated = selectExamples(
          data,
          Int32Array.from({ length: 2 * rows }, (_, i) => i >> 1),
        );
        const oneRow = selectExamples(data, Int32Array.of(0));
        const constant = { ...data, x: denseMatrix(rows, cols, new Float64Array(rows * cols).fill(3)) };
        const zero = { ...data, x: toSparse(denseMatrix(rows, cols)) };
        const unweighted = { ...data, weight: data.y.map((_, i) => (data.task[i] === 0 ? 0 : 1)) };
        const weightless = { ...data, weight: new Float64Array(rows) };
        const none = { ...selectExamples(data, new Int32Array(0)) };
        for (const each of [data, lonely, oneClass, allOne, duplicated, oneRow, constant, zero, unweighted, weightless, none]) {
          const model = await fit(each, { bias: bias as MtrlParams["bias"] });
          expect(model.scores(each).every(Number.isFinite)).toBe(true);
          expect(model.losses(each).every(Number.isFinite)).toBe(true);
          expect(model.probabilities(each)?.every((p) => p >= 0 && p <= 1) ?? true).toBe(true);
          expect(model.relation.every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("learns something for a task with one row, nothing for one without", async () => {
    const data = multiTaskData({ seed: 1, tasks: 5, rowsPerTask: 30, cols: 4, real: true });
    const few = selectExamples(
      data,
      positionsWhere(150, (i) => i === 0 || data.task[i] > 0),
    );
    const model = await fit({ ...few, tasks: [...few.tasks, "empty"] }, { bias: "regularised" });
    const { theta } = model.parameters;
    expect(Math.hypot(...theta.slice(0, 4))).toBeGreaterThan(0.1);
    expect([...theta.slice(25)].every((value) => Math.abs(value) < 1e-6)).toBe(true);
  });

  it("helps tasks with few rows", async () => {
    let [together, alone] = [0, 0];
    for (let seed = 0; seed < 5; seed++) {
      const all = multiTaskData({ seed, tasks: 12, rowsPerTask: 60, cols: 8, real: false });
      const train = selectExamples(
        all,
        Int32Array.from({ length: 12 * 12 }, (_, i) => i),
      );
      const test = selectExamples(
        all,
        Int32Array.from({ length: 12 * 48 }, (_, i) => 12 * 12 + i),
      );
      const right = (model: Model, data: Dataset): number => predict(model, data).filter((y, i) => y === data.y[i]).length;
      together += right(await fit(train, { relationDecay: "auto" }), test);
      for (let task = 0; task < 12; task++) {
        const pick = (data: Dataset) =>
          selectExamples(
            data,
            positionsWhere(data.x.rows, (i) => data.task[i] === task),
          );
        const params = resolveParams<any>("logistic", logistic.params);
        alone += right(await logistic.fit(pick(train), { params, rng: makeRng(seed).fork(task) }), pick(test));
      }
    }
    expect(together).toBeGreaterThan(alone + 60);
  });

  it("comes to the same model from a warm start, and from one trained on features in another order", async () => {
    const data = multiTaskData({ seed: 3, tasks: 4, rowsPerTask: 25, cols: 4, real: false });
    const cold = await fit(data, { tolerance: 1e-14 });
    const order = [3, 1, 0];
    const x = denseMatrix(100, 3);
    const full = toDense(data.x).data;
    for (let i = 0; i < 100; i++) order.forEach((from, j) => (x.data[3 * i + j] = full[4 * i + from]));
    const names = order.map((j) => `x${j}`);
    const start = await fit({ ...data, x, features: { names, kinds: names.map(() => "real"), groups: names } }, { relationDecay: 0.1 });
    for (const warm of [cold, start])
      expectClose((await fit(data, { tolerance: 1e-14 }, warm)).parameters.theta, cold.parameters.theta, 1e-4);
  });

  it("gives dense and sparse rows the same model", async () => {
    const data = multiTaskData({ seed: 7, tasks: 3, rowsPerTask: 9, cols: 6, real: false, sparse: true });
    const dense = await fit({ ...data, x: toDense(data.x) }, { tolerance: 1e-13 });
    expectClose((await fit(data, { tolerance: 1e-13 })).parameters.theta, dense.parameters.theta, 1e-5);
  });

  it("has an objective whose gradient is zero at the model, and parameters that can be moved", async () => {
    const data = multiTaskData({ seed: 11, tasks: 3, rowsPerTask: 15, cols: 3, real: true });
    const params = await mtrl.tune(data, { params: resolveParams<MtrlParams>("mtrl", mtrl.params), rng: makeRng(1) });
    expect(params.relationDecay).toBeGreaterThan(0);
    const model = await fit(data, { ...params, tolerance: 1e-13 });
    const objective = mtrl.objective!(data, params)!;
    const gradient = new Float64Array(objective.size);
    objective.gradientInto(gradient, model.parameters.theta);
    expect(Math.hypot(...gradient)).toBeLessThan(1e-5);
    const moved = model.withParameters(model.parameters.theta.map((value) => 2 * value));
    moved.scores(data).forEach((z, i) => expect(z).toBeCloseTo(2 * model.scores(data)[i], 12));
    expect(moved.relation).not.toEqual(model.relation);
  });

  it("refuses more than two classes in one line", async () => {
    const data = smallData({ seed: 1, rows: 9, cols: 2, classes: 3, sparse: false, weighted: false });
    await expect(fit(data, { relationDecay: "auto" })).rejects.toThrow(
      new UsageError("mtrl learns two classes or a number, got 3 classes: c0, c1, c2"),
    );
    expect(() => mtrl.objective!(data, resolveParams<any>("mtrl", mtrl.params))).toThrow(UsageError);
  });
});
