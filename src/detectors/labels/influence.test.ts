import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { smallData, twoClouds } from "../../../test/small-data.ts";
import { taskGroups } from "../../../test/task-groups.ts";
import { harmOnHeld, selfInfluence as selfInfluenceOf } from "../../blocks/outliers/row-influence.ts";
import { meanLossGradient } from "../../blocks/outliers/row-gradients.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Learner, Model } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { logistic } from "../../learners/logistic.ts";
import { mtrl } from "../../learners/mtrl.ts";
import { ridge } from "../../learners/ridge.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { influence } from "./influence.ts";
import { selfInfluence } from "./self-influence.ts";

const tight = { weightDecay: 0.05, tolerance: 1e-10 };

function learning(learner: Learner, given: Record<string, unknown> = {}) {
  const params = { ...resolveParams<object>(learner.id, learner.params), ...tight, ...given };
  return {
    fit: (data: Dataset) => learner.fit(data, { rng: makeRng(0), params }),
    objective: (data: Dataset) => {
      const f = learner.objective?.(data, params) ?? null;
      if (f === null) throw new Error("a smooth learner has an objective");
      return f;
    },
  };
}

function meanLoss(model: Model, rows: Dataset): number {
  const losses = model.losses(rows);
  return (
    losses.reduce((sum, loss, i) => sum + loss * (rows.weight?.[i] ?? 1), 0) / (rows.weight?.reduce((a, b) => a + b, 0) ?? losses.length)
  );
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (v: Float64Array): number => v.reduce((sum, value) => sum + value, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe.each([
  ["logistic of two classes", logistic, 2, {}],
  ["softmax", logistic, 3, {}],
  ["ridge", ridge, 0, {}],
  ["related tasks", mtrl, 0, { weightDecay: 0.001, relationDecay: 0.01 }],
] as const)("influence under %s", (_, learner: Learner, classes, given) => {
  it("is what training without the row does to the loss of held-out rows", async () => {
    const data =
      learner === mtrl
        ? taskGroups({ seed: 1, rowsPerTask: 60, real: true, part: "train" })
        : smallData({ seed: 3, rows: 160, cols: 3, classes, sparse: false, weighted: false });
    const rows = data.y.length;
    const [train, held] = [0, 1].map((part) =>
      selectExamples(
        data,
        positionsWhere(rows, (i) => (i % 5 === 0 ? 1 : 0) === part),
      ),
    );
    const { fit, objective } = learning(learner, given);
    const model = await fit(train);
    const told = harmOnHeld(objective(train), model, train, held);
    const before = meanLoss(model, held);
    const some = Int32Array.from({ length: 24 }, (_row, k) => Math.floor((k * train.y.length) / 24));
    const measured = Float64Array.from(some, () => 0);
    for (let k = 0; k < some.length; k++) {
      const without = await fit(
        selectExamples(
          train,
          positionsWhere(train.y.length, (i) => i !== some[k]),
        ),
      );
      measured[k] = before - meanLoss(without, held);
    }
    const predicted = Float64Array.from(some, (i) => told[i]);
    expect(correlation(predicted, measured)).toBeGreaterThan(learner === mtrl ? 0.95 : 0.98);
    const signs = some.filter(
      (_row, k) => Math.sign(predicted[k]) !== Math.sign(measured[k]) && Math.abs(measured[k]) > 0.1 * Math.max(...measured.map(Math.abs)),
    );
    expect([...signs]).toEqual([]);
  });
});

it.each([
  ["logistic of two classes", logistic, 2, {}],
  ["softmax", logistic, 3, {}],
  ["related tasks", mtrl, 0, { weightDecay: 0.001, relationDecay: 0.01 }],
] as const)("influence under %s is the slope of the held-out loss in the weight of a row", async (_, learner: Learner, classes, given) => {
  const data =
    learner === mtrl
      ? taskGroups({ seed: 1, rowsPerTask: 20, real: true, part: "train" })
      : smallData({ seed: 3, rows: 60, cols: 3, classes, sparse: true, weighted: false });
  const [train, held] = [0, 1].map((part) =>
    selectExamples(
      data,
      positionsWhere(data.y.length, (i) => (i % 5 === 0 ? 1 : 0) === part),
    ),
  );
  const { fit, objective } = learning(learner, given);
  const f = objective(train);
  const told = harmOnHeld(f, await fit(train), train, held);
  const step = 1e-3;
  const largest = Math.max(...told.map(Math.abs));
  for (const row of [0, 11, 30, 47]) {
    const lossAt = async (weightOfRow: number) => {
      const weight = new Float64Array(train.y.length).fill(1);
      weight[row] = weightOfRow;
      return meanLoss(await fit({ ...train, weight }), held);
    };
    const slope = ((await lossAt(1 + step)) - (await lossAt(1 - step))) / (2 * step);
    expect(Math.abs(slope - (1 - f.rowShare(train.task[row])) * told[row])).toBeLessThan(1e-3 * largest);
  }
});

it("the gradient of a mean loss is the same by slopes and row by row, weights counted", async () => {
  const data = smallData({ seed: 4, rows: 40, cols: 3, classes: 3, sparse: true, weighted: true });
  const { fit, objective } = learning(logistic);
  const model = await fit(data);
  const { lossSlopes: _, ...plain } = model;
  const [a, b] = [meanLossGradient(objective(data), model, data), meanLossGradient(objective(data), plain, data)];
  a.forEach((value, j) => expect(value).toBeCloseTo(b[j], 12));
});

describe("self-influence", () => {
  it.each([
    ["logistic", logistic, 2],
    ["ridge", ridge, 0],
  ] as const)("is the rise of a row's own loss as its share is taken from it: %s", async (_, learner: Learner, classes) => {
    const data = smallData({ seed: 6, rows: 50, cols: 3, classes, sparse: false, weighted: false });
    const { fit, objective } = learning(learner);
    const model = await fit(data);
    const told = selfInfluenceOf(objective(data), model, data, { probes: 1, rng: makeRng(0) });
    const step = 1e-4;
    for (const row of [0, 7, 23, 49]) {
      const lossAt = async (weightOfRow: number) => {
        const weight = new Float64Array(50).fill(1);
        weight[row] = weightOfRow;
        const total = 49 + weightOfRow;
        const held = learning(learner, { weightDecay: (tight.weightDecay * 50) / total });
        return (await held.fit({ ...data, weight })).losses(data)[row];
      };
      expect(((await lossAt(1 - step)) - (await lossAt(1 + step))) / (2 * step)).toBeCloseTo(told[row], 4);
    }
  });

  it("from random vectors is near what it is exactly", async () => {
    const data = smallData({ seed: 9, rows: 200, cols: 5, classes: 3, sparse: true, weighted: false });
    const { fit, objective } = learning(logistic);
    const model = await fit(data);
    const f = objective(data);
    const exact = selfInfluenceOf(f, model, data, { probes: 1, rng: makeRng(0) });
    const drawn = selfInfluenceOf(f, model, data, { probes: 400, rng: makeRng(0), exactWork: 0 });
    expect(correlation(exact, drawn)).toBeGreaterThan(0.99);
    drawn.forEach((value, i) => expect(Math.abs(value / exact[i] - 1)).toBeLessThan(0.5));
  });
});

describe("the detectors", () => {
  function flipped(seed: number): { data: Dataset; isFlipped: (i: number) => boolean } {
    const data = twoClouds(seed, 300);
    return { data: { ...data, y: data.y.map((label, i) => (i < 30 ? 1 - label : label)) }, isFlipped: (i) => i < 30 };
  }

  it.each([influence, selfInfluence])("rank flipped labels high: $id", async (detector) => {
    for (let seed = 0; seed < 3; seed++) {
      const { data, isFlipped } = flipped(seed);
      const { values, reason } = await scoreRows(detector, data, { learner: logistic });
      expect(areaUnderCurve(values, isFlipped)).toBeGreaterThan(0.85);
      const top = values.indexOf(Math.max(...values));
      expect(reason?.(top)).toMatch(
        detector === influence
          ? /^without it the loss on rows held out of training would be about \S+ % lower$/
          : /than for all of the other rows/,
      );
      expect(reason?.(values.indexOf(Math.min(...values)))).toBeNull();
    }
  });

  it.each([influence, selfInfluence])("say why they need a derivative: $id", async (detector) => {
    const { data } = flipped(0);
    const hinge = { loss: "hinge", weightDecay: 0.1 };
    await expect(scoreRows(detector, data, { learner: linearSvm as Learner, learnerParams: hinge })).rejects.toThrow(
      "no objective to differentiate",
    );
    const refuses = (learnerParams: unknown): string | null =>
      detector.refuses?.({ learner: linearSvm, learnerParams, sharing: "pooled" }) ?? null;
    expect(refuses(hinge)).toMatch("the plain hinge has kinks");
    expect(refuses({ loss: "squared-hinge" })).toBeNull();
    expect(detector.refuses?.({ learner: logistic, sharing: "separate" })).toMatch("one for each task");
    const { objective: _, ...none } = logistic;
    expect(detector.refuses?.({ learner: none, sharing: "pooled" })).toMatch("logistic has no objective");
  });
});
