import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datasetOf, smallData, smallDataArbitrary } from "../../test/small-data.ts";
import { type Dataset, selectExamples } from "../core/dataset.ts";
import { type FitOptions, type Learner, type Model, predict } from "../core/learner.ts";
import { resolveParams } from "../core/params.ts";
import { denseMatrix, toDense, toSparse } from "../numeric/matrices/matrix.ts";
import { makeRng } from "../numeric/random.ts";
import { dot, norm } from "../numeric/matrices/vector.ts";
import { linearSvm } from "./linear-svm.ts";
import { logistic } from "./logistic.ts";
import { ridge } from "./ridge.ts";

const settings: [string, Learner, Record<string, unknown>][] = [
  ["logistic", logistic, {}],
  ["ridge", ridge, {}],
  ["linear-svm with squared hinge", linearSvm, {}],
  ["linear-svm with hinge", linearSvm, { loss: "hinge" }],
];

function optionsFor(learner: Learner, given: Record<string, unknown>, start: Model | null = null): FitOptions {
  return { params: resolveParams(learner.id, learner.params, given), rng: makeRng("test"), start };
}

function fit(learner: Learner, data: Dataset, given: Record<string, unknown>, start: Model | null = null): Promise<Model> {
  return learner.fit(data, optionsFor(learner, given, start));
}

describe.each(settings)("%s", (_name, learner, given) => {
  const classes = learner.targets.includes("real") ? [0] : [2, 3];

  it("does not crash or give NaN on awkward data", async () => {
    await fc.assert(
      fc.asyncProperty(
        smallDataArbitrary(classes),
        fc.constantFrom("free", "regularised"),
        fc.constantFrom(0.01, 1),
        async (shape, bias, weightDecay) => {
          const data = smallData(shape);
          const { rows, cols } = data.x;
          const oneClass = { ...data, y: new Float64Array(rows).fill(data.y[0]) };
          const duplicated = selectExamples(
            data,
            Int32Array.from({ length: 2 * rows }, (_, i) => i >> 1),
          );
          const oneRow = selectExamples(data, Int32Array.of(0));
          const constant = datasetOf(denseMatrix(rows, cols, new Float64Array(rows * cols).fill(3)), data.y, data.target);
          const empty = datasetOf(toSparse(denseMatrix(rows, cols)), data.y, data.target);
          const unweighted = { ...data, weight: new Float64Array(rows) };
          const halfWeighted = { ...data, weight: Float64Array.from({ length: rows }, (_, i) => i % 2) };
          for (const each of [data, oneClass, duplicated, oneRow, constant, empty, unweighted, halfWeighted]) {
            const model = await fit(learner, each, { ...given, bias, weightDecay });
            expect(model.scores(each).every(Number.isFinite)).toBe(true);
            expect(model.losses(each).every(Number.isFinite)).toBe(true);
            expect(model.probabilities(each)?.every((p) => p >= 0 && p <= 1) ?? true).toBe(true);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("comes to the same model from a warm start, and from one trained on features in another order", async () => {
    const data = smallData({ seed: 3, rows: 60, cols: 4, classes: classes.at(-1)!, sparse: false, weighted: false });
    const cold = await fit(learner, data, { ...given, weightDecay: 0.01, tolerance: 1e-9 });
    const order = [3, 1, 0];
    const x = denseMatrix(60, 3);
    const full = toDense(data.x).data;
    for (let i = 0; i < 60; i++) order.forEach((from, j) => (x.data[3 * i + j] = full[4 * i + from]));
    const fewer = datasetOf(x, data.y, data.target);
    const start = await fit(
      learner,
      { ...fewer, features: { ...fewer.features, names: order.map((j) => `x${j}`) } },
      { ...given, weightDecay: 0.1 },
    );
    for (const warm of [cold, start]) {
      const again = await fit(learner, data, { ...given, weightDecay: 0.01, tolerance: 1e-9 }, warm);
      again.parameters!.theta.forEach((value, j) => expect(value).toBeCloseTo(cold.parameters!.theta[j], 3));
    }
  });

  it("trains the same model on dense and sparse rows, and on a weight of 2 as on a row twice", async () => {
    const data = smallData({ seed: 9, rows: 40, cols: 3, classes: classes[0], sparse: false, weighted: false });
    const params = { ...given, weightDecay: 0.05, tolerance: 1e-9 };
    const dense = (await fit(learner, data, params)).parameters!.theta;
    const sparse = (await fit(learner, { ...data, x: toSparse(data.x) }, params)).parameters!.theta;
    dense.forEach((value, j) => expect(value).toBeCloseTo(sparse[j], 5));
    const weighted = await fit(learner, { ...data, weight: Float64Array.from({ length: 40 }, (_, i) => (i < 5 ? 2 : 1)) }, params);
    const twice = await fit(
      learner,
      selectExamples(
        data,
        Int32Array.from({ length: 45 }, (_, i) => (i < 40 ? i : i - 40)),
      ),
      params,
    );
    weighted.parameters!.theta.forEach((value, j) => expect(value).toBeCloseTo(twice.parameters!.theta[j], 4));
  });

  it("tunes its weight decay to a number, the same one each time, and trains with it", async () => {
    const data = smallData({ seed: 11, rows: 90, cols: 5, classes: classes[0], sparse: false, weighted: false });
    const options = optionsFor(learner, given);
    const tuned = await learner.tune(data, options);
    expect(tuned.weightDecay).toBeGreaterThan(0);
    expect(await learner.tune(data, options)).toEqual(tuned);
    const auto = await learner.fit(data, options);
    const fixed = await learner.fit(data, { ...options, params: tuned });
    expect(auto.parameters!.theta).toEqual(fixed.parameters!.theta);
    expect(await learner.tune(data, { ...options, params: tuned })).toEqual(tuned);
  });

  it("stands at a minimum of its objective, where it has one", async () => {
    const data = smallData({ seed: 21, rows: 50, cols: 4, classes: classes.at(-1)!, sparse: true, weighted: true });
    const params = { ...given, weightDecay: 0.03, tolerance: 1e-8 };
    const { theta } = (await fit(learner, data, params)).parameters!;
    const objective = learner.objective!(data, optionsFor(learner, params).params);
    if (given["loss"] === "hinge") return expect(objective).toBeNull();
    const gradient = new Float64Array(objective!.size);
    objective!.gradientInto(gradient, theta);
    expect(norm(gradient)).toBeLessThan(1e-6);
  });
});

describe.each(settings.slice(0, 3))("influence under %s", (_name, learner, given) => {
  it("foretells what removing a row does to the loss on other rows, within 5 %", async () => {
    const rows = 2000;
    const classes = learner.targets.includes("real") ? 0 : 2;
    const data = smallData({ seed: 31, rows, cols: 3, classes, sparse: false, weighted: false });
    const test = smallData({ seed: 32, rows: 50, cols: 3, classes, sparse: false, weighted: false });
    const params = { ...given, weightDecay: 0.05, tolerance: 1e-11 };
    const model = await fit(learner, data, params);
    const { theta } = model.parameters!;
    const objective = learner.objective!(data, optionsFor(learner, params).params)!;
    const testGradient = new Float64Array(objective.size);
    const rowGradient = new Float64Array(objective.size);
    for (let i = 0; i < test.x.rows; i++) {
      objective.rowGradientInto(rowGradient, theta, test, i);
      for (let j = 0; j < testGradient.length; j++) testGradient[j] += rowGradient[j] / test.x.rows;
    }
    const v = objective.solveHessian(theta, testGradient);
    const sensitivities = new Float64Array(rows);
    objective.rowSensitivitiesInto(sensitivities, theta, v, data);
    // The other rows' shares grow from 1/n to 1/(n − 1), which pulls θ away from 0: + λ v·w.
    const pull = 0.05 * dot(v.subarray(0, 3), theta);
    const foretold = sensitivities.map((s) => (s + pull) / (rows - 1));
    const typical = mean(foretold.map(Math.abs));
    const before = mean(model.losses(test));
    for (let i = 0; i < 30; i++) {
      const kept = Int32Array.from({ length: rows - 1 }, (_, k) => (k < i ? k : k + 1));
      const change = mean((await fit(learner, selectExamples(data, kept), params)).losses(test)) - before;
      expect(Math.abs(change - foretold[i])).toBeLessThan(0.05 * Math.max(Math.abs(foretold[i]), typical));
    }
  });
});

it("logistic gives probabilities that sum to 1 and rank as the scores do", async () => {
  for (const classes of [2, 4]) {
    const data = smallData({ seed: 5, rows: 40, cols: 3, classes, sparse: false, weighted: false });
    const model = await fit(logistic, data, { weightDecay: 0.01 });
    const p = model.probabilities(data)!;
    const predicted = predict(model, data);
    for (let i = 0; i < 40; i++) {
      const row = p.subarray(i * classes, (i + 1) * classes);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      expect(row.indexOf(Math.max(...row))).toBe(predicted[i]);
      expect(model.losses(data)[i]).toBeCloseTo(-Math.log(row[data.y[i]]), 10);
    }
  }
});

it("ridge solves the hand-worked case y = 2x + 1 shrunk by its penalty", async () => {
  const data = datasetOf(denseMatrix(2, 1, Float64Array.of(-1, 1)), Float64Array.of(-1, 3), { kind: "real" });
  const model = await fit(ridge, data, { weightDecay: 1 });
  expect(model.parameters!.theta[0]).toBeCloseTo(1, 12);
  expect(model.parameters!.theta[1]).toBeCloseTo(1, 12);
});

it("ridge in its dual form, with more features than rows, is the primal solution", async () => {
  const data = smallData({ seed: 8, rows: 12, cols: 30, classes: 0, sparse: false, weighted: true });
  const { theta } = (await fit(ridge, data, { weightDecay: 1e-4 })).parameters!;
  const gradient = new Float64Array(theta.length);
  ridge.objective!(data, { weightDecay: 1e-4, bias: "free", tolerance: 1e-7 })!.gradientInto(gradient, theta);
  expect(norm(gradient)).toBeLessThan(1e-8);
});

it("a hinge without penalty is refused in words", async () => {
  const data = smallData({ seed: 8, rows: 12, cols: 3, classes: 2, sparse: false, weighted: false });
  await expect(fit(linearSvm, data, { loss: "hinge", weightDecay: 0 })).rejects.toThrow("must be above 0");
});

it("the squared hinge comes close to its minimum on nearly separable counts with a weak penalty", async () => {
  const [rows, cols, weightDecay] = [200, 80, 1e-5];
  const rng = makeRng("counts");
  const x = denseMatrix(rows, cols);
  const w = Float64Array.from({ length: cols }, () => rng.normal());
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const row = x.data.subarray(i * cols, (i + 1) * cols);
    for (let words = Math.floor(20 * 40 ** rng.uniform()); words > 0; words--) row[Math.floor(cols * rng.uniform() ** 3)]++;
    return Number(dot(row, w) > 0);
  });
  const data = datasetOf(toSparse(x), y, { kind: "classes", names: ["no", "yes"] });
  const model = await fit(linearSvm, data, { weightDecay, bias: "regularised" });
  const { theta } = model.parameters!;
  const objective = linearSvm.objective!(data, { loss: "squared-hinge", weightDecay, bias: "regularised", tolerance: 1e-4 })!;
  const gradient = new Float64Array(theta.length);
  const value = objective.gradientInto(gradient, theta);
  // F is λ-strongly convex, so ‖∇F‖² / 2λ is the most that it can be above its minimum.
  expect(dot(gradient, gradient) / (2 * weightDecay)).toBeLessThan(1e-3 * value);
});

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
