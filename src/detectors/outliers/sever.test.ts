import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { smallData, twoClouds } from "../../../test/small-data.ts";
import { gradientScatter, meanGradient, projectGradients, rowGradientsOf } from "../../blocks/outliers/row-gradients.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import type { Learner } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { ridge } from "../../learners/ridge.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import { sever } from "./sever.ts";

async function fitted(learner: Learner, data: Dataset, given: Record<string, unknown> = {}) {
  const params = { ...resolveParams<object>(learner.id, learner.params), weightDecay: 0.05, ...given };
  const model = await learner.fit(data, { rng: makeRng(0), params });
  return { model, params, theta: model.parameters?.theta ?? new Float64Array(0) };
}

describe.each([
  ["logistic, two classes", logistic, 2],
  ["logistic, softmax", logistic, 3],
  ["linear-svm, one against the rest", linearSvm, 3],
  ["ridge", ridge, 0],
] as const)("row gradients of %s", (_, learner: Learner, classes) => {
  it.each([true, false])("are those of the objective (sparse: %s)", async (sparse) => {
    const data = smallData({ seed: 2, rows: 30, cols: 4, classes, sparse, weighted: false });
    const { model, params, theta } = await fitted(learner, data);
    const objective = learner.objective?.(data, params);
    const gradients = rowGradientsOf("test", model, data);
    const picked = Int32Array.from({ length: 12 }, (_row, k) => 2 * k + 1);
    const rows = Array.from(picked, (i) => {
      const g = new Float64Array(theta.length);
      objective?.rowGradientInto(g, theta, data, i);
      return g;
    });
    const mean = meanGradient(data, gradients, picked);
    mean.forEach((value, j) =>
      expect(value).toBeCloseTo(
        rows.reduce((sum, g) => sum + g[j] / 12, 0),
        10,
      ),
    );
    const v = theta.map((_value, j) => Math.sin(j + 1));
    const projected = projectGradients(data, gradients, v);
    rows.forEach((g, k) => expect(projected[picked[k]]).toBeCloseTo(dot(g, v), 10));
    const out = new Float64Array(theta.length);
    gradientScatter(data, gradients, picked, mean).multiplyInto(out, v);
    const middle = dot(mean, v);
    out.forEach((value, j) =>
      expect(value).toBeCloseTo(
        rows.reduce((sum, g) => sum + (g[j] - mean[j]) * (dot(g, v) - middle), 0),
        9,
      ),
    );
  });
});

it("slopes of the plain hinge and of related tasks are derivatives of their losses", async () => {
  const data = { ...smallData({ seed: 5, rows: 30, cols: 4, classes: 2, sparse: false, weighted: false }), tasks: ["a", "b"] };
  const tasks = { ...data, task: data.task.map((_t, i) => i % 2) };
  for (const [learner, rows, given] of [
    [linearSvm, data, { loss: "hinge" }],
    [mtrl, tasks, { relationDecay: 0.1 }],
  ] as const) {
    const { model, theta } = await fitted(learner as Learner, rows, given);
    const slopes = model.lossSlopes?.(rows) ?? new Float64Array(0);
    const step = 1e-6;
    const width = rows.x.cols + 1;
    const moved = (by: number) =>
      model.withParameters?.(theta.map((value, j) => (j % width === width - 1 ? value + by : value))).losses(rows);
    const [above, below] = [moved(step), moved(-step)];
    const scores = model.scores(rows);
    slopes.forEach((slope, i) => {
      const margin = (rows.y[i] === 1 ? 1 : -1) * scores[i];
      if (learner === linearSvm && Math.abs(margin - 1) < 1e-3) return;
      expect(((above?.[i] ?? NaN) - (below?.[i] ?? NaN)) / (2 * step)).toBeCloseTo(slope, 5);
    });
  }
});

describe("sever", () => {
  /** Two clouds; a tenth of class 0 lies far along x3, where class 1 has nothing, and drags the boundary. */
  function dragged(seed: number, rows = 400): { data: Dataset; isPoison: (i: number) => boolean } {
    const data = twoClouds(seed, rows, { cols: 6 });
    const x = denseMatrix(rows, 6, (data.x as ReturnType<typeof denseMatrix>).data.slice());
    const y = data.y.map((label, i) => (i < rows / 20 ? 0 : label));
    for (let i = 0; i < rows / 20; i++) [x.data[i * 6], x.data[i * 6 + 3]] = [2.5, 0.2 * x.data[i * 6 + 3]];
    return { data: { ...data, x, y }, isPoison: (i) => i < rows / 20 };
  }

  it.each([
    ["logistic", logistic, {}],
    ["the plain hinge", linearSvm, { loss: "hinge" }],
  ] as const)("finds rows that drag the boundary of %s", async (_, learner, learnerParams) => {
    for (let seed = 0; seed < 3; seed++) {
      const { data, isPoison } = dragged(seed);
      const { values } = await scoreRows(sever, data, { learner: learner as Learner, learnerParams });
      expect(areaUnderCurve(values, isPoison)).toBeGreaterThan(0.95);
    }
  });

  it("in one round scores in the order of the projection on the top singular vector of each class's centred gradients", async () => {
    const data = smallData({ seed: 8, rows: 80, cols: 4, classes: 2, sparse: true, weighted: false });
    const { values } = await scoreRows(sever, data, { learner: logistic, params: { rounds: 1 }, learnerParams: { weightDecay: 0.05 } });
    const { params, theta } = await fitted(logistic, data);
    const objective = logistic.objective?.(data, params as never);
    for (const label of [0, 1]) {
      const rows = [...data.y.keys()].filter((i) => data.y[i] === label);
      const g = rows.map((i) => {
        const one = new Float64Array(5);
        objective?.rowGradientInto(one, theta, data, i);
        return one;
      });
      const mean = g[0].map((_value, j) => g.reduce((sum, row) => sum + row[j] / g.length, 0));
      const scatter = new Float64Array(25);
      for (const row of g)
        for (let j = 0; j < 5; j++) for (let k = 0; k < 5; k++) scatter[j * 5 + k] += (row[j] - mean[j]) * (row[k] - mean[k]);
      const v = symmetricEigen(scatter, 5).vectors.subarray(20);
      const hand = g.map((row) => Math.abs(dot(row, v) - dot(mean, v)));
      const [low, high] = [hand.indexOf(Math.min(...hand)), hand.indexOf(Math.max(...hand))];
      const unit = (values[rows[high]] - values[rows[low]]) / (hand[high] - hand[low]);
      rows.forEach((row, i) => expect((values[row] - values[rows[low]]) / unit).toBeCloseTo(hand[i] - hand[low], 3));
    }
  });

  it("finds in the second round what the first one hid", async () => {
    const { data, isPoison } = dragged(11);
    const x = denseMatrix(400, 6, (data.x as ReturnType<typeof denseMatrix>).data.slice());
    const y = data.y.slice();
    for (let i = 20; i < 28; i++) {
      x.data.fill(0, i * 6, i * 6 + 6);
      [x.data[i * 6], x.data[i * 6 + 5], y[i]] = [8, 8, 0];
    }
    const loud = { ...data, x, y };
    const area = async (rounds: number) => {
      const { values } = await scoreRows(sever, loud, { learner: logistic, params: { rounds, removed: 0.03 } });
      const others = Int32Array.from(values.keys()).filter((i) => i < 20 || i >= 28);
      return areaUnderCurve(
        Float64Array.from(others, (i) => values[i]),
        (k) => isPoison(others[k]),
      );
    };
    expect((await area(2)) ?? 0).toBeGreaterThan(((await area(1)) ?? 1) + 0.01);
  });

  it("says in which direction a row pulls, and refuses a model that is not linear", async () => {
    const { data } = dragged(1);
    const { values, reason } = await scoreRows(sever, data, { learner: logistic });
    const top = values.indexOf(Math.max(...values));
    expect(reason?.(top)).toMatch(
      /^pulls the model harder than all of them in the direction in which other rows labelled "c0" differ most; mostly by "x0"$/,
    );
    const opaque: Learner = {
      ...logistic,
      async fit(rows, options) {
        const { lossSlopes: _, ...model } = await logistic.fit(rows, options);
        return model;
      },
    };
    await expect(scoreRows(sever, selectExamples(data, Int32Array.of(0, 1, 30, 31, 32)), { learner: opaque })).rejects.toThrow(
      "sever needs a model",
    );
  });
});
