import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { datasetOf, smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { stratifiedFolds } from "./folds.ts";
import { linearModel } from "../linear/model.ts";
import { logisticLoss, squareLoss } from "../linear/margin-losses.ts";
import { outOfFold } from "./out-of-fold.ts";
import { fallbackWeightDecay, tuneWeightDecay, weightDecayGrid } from "../linear/tune-weight-decay.ts";

describe("stratified folds", () => {
  it("share out every class of every task evenly", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 0, max: 99 }),
        (rows, count, seed) => {
          const rng = makeRng(seed);
          const plain = smallData({ seed, rows, cols: 1, classes: 3, sparse: false, weighted: false });
          const data = { ...plain, task: plain.task.map(() => rng.integer(2)), tasks: ["a", "b"] };
          const folds = stratifiedFolds(data, count, rng);
          expect(folds.count).toBe(Math.min(count, rows));
          for (let task = 0; task < 2; task++) {
            for (let k = 0; k < 3; k++) {
              const held = new Array<number>(folds.count).fill(0);
              folds.fold.forEach((f, i) => (held[f] += data.task[i] === task && data.y[i] === k ? 1 : 0));
              expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
    );
  });

  it("keep the rows of a known source together and still fill every fold", () => {
    const data = { ...smallData({ seed: 1, rows: 200, cols: 1, classes: 2, sparse: false, weighted: false }) };
    const rng = makeRng(3);
    const source = data.source.map(() => rng.integer(30) - 5);
    const folds = stratifiedFolds({ ...data, source, sources: Array.from({ length: 25 }, (_, s) => String(s)) }, 3, rng);
    const foldOf = new Map<number, number>();
    const sizes = [0, 0, 0];
    source.forEach((s, i) => {
      sizes[folds.fold[i]]++;
      if (s < 0) return;
      expect(foldOf.get(s) ?? folds.fold[i]).toBe(folds.fold[i]);
      foldOf.set(s, folds.fold[i]);
    });
    expect(Math.min(...sizes)).toBeGreaterThan(55);
  });

  it("depend on the stream and on nothing else", () => {
    const data = smallData({ seed: 1, rows: 50, cols: 1, classes: 2, sparse: false, weighted: false });
    expect(stratifiedFolds(data, 3, makeRng(1))).toEqual(stratifiedFolds(data, 3, makeRng(1)));
    expect(stratifiedFolds(data, 3, makeRng(1))).not.toEqual(stratifiedFolds(data, 3, makeRng(2)));
  });
});

/** Predicts the mean of its training labels, shrunk by λ. */
function meanModel(train: Dataset, weightDecay: number) {
  const mean = train.y.reduce((sum, y) => sum + y, 0) / train.x.rows;
  const theta = new Float64Array(train.x.cols + 1);
  theta[train.x.cols] = mean / (1 + weightDecay);
  return linearModel({ theta, features: train.features, target: train.target, loss: squareLoss });
}

it("out-of-fold values of a row come from a model that never saw it", async () => {
  const y = Float64Array.of(0, 3, 9);
  const data = datasetOf(denseMatrix(3, 1), y, { kind: "real" });
  const folds = { count: 3, fold: Int32Array.of(2, 0, 1) };
  const result = await outOfFold(data, folds, async (train) => meanModel(train, 0));
  expect([...result.scores]).toEqual([6, 4.5, 1.5]);
  expect([...result.losses]).toEqual([18, 1.125, 28.125]);
  expect(result).toMatchObject({ outputs: 1, probabilities: null });
});

it("out-of-fold probabilities go to their rows", async () => {
  const data = smallData({ seed: 2, rows: 8, cols: 1, classes: 2, sparse: false, weighted: false });
  const folds = { count: 2, fold: Int32Array.of(0, 1, 1, 0, 1, 0, 0, 1) };
  const result = await outOfFold(data, folds, async (train, fold) =>
    linearModel({
      theta: Float64Array.of(0, fold === 0 ? 0 : Math.log(3)),
      features: train.features,
      target: train.target,
      loss: logisticLoss,
    }),
  );
  for (let i = 0; i < 8; i++) expect(result.probabilities![2 * i + 1]).toBeCloseTo(folds.fold[i] === 0 ? 0.5 : 0.75, 12);
});

describe("tuning a weight decay", () => {
  it("walks from strong to weak and takes the smallest held-out loss", async () => {
    const data = datasetOf(denseMatrix(30, 1), new Float64Array(30).fill(1), { kind: "real" });
    const walked: number[] = [];
    const prepare = (train: Dataset) => (weightDecay: number) => {
      walked.push(weightDecay);
      return meanModel(train, Math.abs(Math.log10(weightDecay / 0.1)));
    };
    expect(await tuneWeightDecay(data, { rng: makeRng(1), prepare })).toBe(0.1);
    expect(new Set(walked).size).toBeLessThan(weightDecayGrid.length);
    expect(walked[0]).toBe(10);
  });

  it("falls back on a fixed value where there is nothing to hold out", async () => {
    const data = datasetOf(denseMatrix(1, 1), new Float64Array(1), { kind: "real" });
    expect(await tuneWeightDecay(data, { rng: makeRng(1), prepare: (train) => () => meanModel(train, 0) })).toBe(fallbackWeightDecay);
  });
});
