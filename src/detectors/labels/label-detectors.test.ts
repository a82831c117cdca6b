import { describe, expect, it } from "vitest";
import { voiceOf } from "../../blocks/outliers/combined-ranking.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import type { Learner } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { logistic } from "../../learners/logistic.ts";
import { datasetOf } from "../../../test/small-data.ts";
import { confidentLearning } from "./confident-learning.ts";
import { knnShapley } from "./knn-shapley.ts";
import { loss } from "./loss.ts";
import { margin } from "./margin.ts";
import { neighbourDisagreement } from "./neighbour-disagreement.ts";

/** Three clouds, of whose 300 rows every tenth bears the label of the next cloud. */
function clouds(): { data: Dataset; isWrong: (row: number) => boolean } {
  const rng = makeRng("clouds");
  const x = denseMatrix(300, 4);
  const isWrong = (i: number): boolean => i % 10 === 7;
  for (let i = 0; i < 300; i++) for (let j = 0; j < 4; j++) x.data[i * 4 + j] = 50 + rng.normal() + (j === i % 3 ? 4 : 0);
  const y = Float64Array.from({ length: 300 }, (_, i) => (isWrong(i) ? (i + 1) % 3 : i % 3));
  return { data: datasetOf(x, y, { kind: "classes", names: ["red", "green", "blue"] }), isWrong };
}

function scoreBy(detector: Detector, data: Dataset, given: Record<string, unknown> = {}, learner: Learner = logistic) {
  const params = resolveParams<object>(learner.id, learner.params, { weightDecay: 1e-3 });
  return detector.score(data, {
    rng: makeRng(1),
    params: resolveParams(detector.id, detector.params, given),
    fit: (train, start = null) => learner.fit(train, { rng: makeRng("fit"), params, start }),
    objective: () => null,
    table: null,
  });
}

describe.each([confidentLearning, margin, neighbourDisagreement, knnShapley, loss].map((detector) => [detector.id, detector] as const))(
  "%s",
  (_, detector) => {
    it("ranks wrong labels first and says why", async () => {
      const { data, isWrong } = clouds();
      const { values, reason } = await scoreBy(detector, data);
      expect(areaUnderCurve(values, isWrong)).toBeGreaterThan(0.98);
      const top = values.indexOf(Math.max(...values));
      expect(reason?.(top)).toMatch(/^labelled "(red|green|blue)", /);
      expect(reason?.(0)).toBeNull();
    });
  },
);

describe("confident-learning", () => {
  it("flags the wrong labels and hardly any other, and expects no fewer false alarms than it has", async () => {
    const { data, isWrong } = clouds();
    for (const filter of ["prune-by-noise-rate", "both", "confident-learning"]) {
      const { flagged, expectedFalseAlarms, reason } = await scoreBy(confidentLearning, data, { filter });
      const rows = [...(flagged as Uint8Array).keys()].filter((i) => flagged?.[i] === 1);
      const right = rows.filter(isWrong).length;
      expect(right).toBeGreaterThanOrEqual(20);
      expect(rows.length - right).toBeLessThanOrEqual(2);
      expect(expectedFalseAlarms).toBeGreaterThanOrEqual(rows.length - right);
      expect(expectedFalseAlarms).toBeLessThan(rows.length / 2);
      for (const i of rows) expect(reason?.(i)).toMatch(/^labelled "\w+", [01]\.\d\d "\w+" by models that never saw it$/);
    }
  });

  it("expects about all that it flags to be false where the data are hard and no label is wrong, and then makes no scan flag them", async () => {
    for (let seed = 0; seed < 5; seed++) {
      const rng = makeRng("hard").fork(seed);
      const x = denseMatrix(
        600,
        4,
        Float64Array.from({ length: 2400 }, () => rng.normal()),
      );
      const y = Float64Array.from({ length: 600 }, (_, i) => (rng.uniform() < 1 / (1 + Math.exp(-2 * x.data[4 * i])) ? 1 : 0));
      const data = datasetOf(x, y, { kind: "classes", names: ["no", "yes"] });
      const scores = await scoreBy(confidentLearning, data);
      const count = (scores.flagged as Uint8Array).reduce((sum, is) => sum + is, 0);
      expect(count).toBeGreaterThan(30);
      expect((scores.expectedFalseAlarms as number) / count).toBeGreaterThan(0.7);
      expect(voiceOf({ method: confidentLearning, scores }, data).flagged).toBeNull();
    }
  });

  it("takes a learner without probabilities, and says what its numbers are", async () => {
    const { data, isWrong } = clouds();
    const { values, reason } = await scoreBy(confidentLearning, data, {}, linearSvm);
    expect(areaUnderCurve(values, isWrong)).toBeGreaterThan(0.98);
    expect(reason?.(7)).toMatch(/by models that never saw it \(by their scores, calibrated\)$/);
  });
});

describe("margin", () => {
  it("ranks two classes as the logistic loss does", async () => {
    const { data } = clouds();
    const two = { ...data, y: data.y.map((label) => Math.min(1, label)), target: { kind: "classes" as const, names: ["red", "other"] } };
    const [byMargin, byLoss] = [await scoreBy(margin, two), await scoreBy(loss, two)];
    const order = [...two.y.keys()].sort((a, b) => byMargin.values[a] - byMargin.values[b]);
    for (let i = 1; i < order.length; i++) expect(byLoss.values[order[i]]).toBeGreaterThanOrEqual(byLoss.values[order[i - 1]]);
  });
});

describe("neighbour-disagreement", () => {
  it("asks rows of other sources only, so that an account cannot vouch for itself with copies", async () => {
    const { data } = clouds();
    const copies = 12;
    const x = denseMatrix(300 + copies, 4);
    x.data.set((data.x as { data: Float64Array }).data);
    for (let c = 0; c < copies; c++) x.data.set(x.data.subarray(0, 4), (300 + c) * 4);
    const y = new Float64Array(300 + copies).fill(2);
    y.set(data.y);
    const flooded = datasetOf(x, y, data.target);
    const alone = await scoreBy(neighbourDisagreement, flooded);
    const source = Int32Array.from({ length: 300 + copies }, (_, i) => (i < 300 ? -1 : 0));
    const known = await scoreBy(neighbourDisagreement, { ...flooded, source, sources: ["one account"] });
    expect(alone.values[305]).toBeLessThan(0.5);
    expect(known.values[305]).toBeGreaterThan(0.8);
    expect(known.reason?.(305)).toMatch(/^labelled "blue", but \d+ of the 10 rows most like it of other accounts are "red"$/);
  });

  it("compares with a random sample beyond the stated number of rows, and says so", async () => {
    const { data, isWrong } = clouds();
    const { values, reason } = await scoreBy(neighbourDisagreement, data, { candidates: 100 });
    expect(areaUnderCurve(values, isWrong)).toBeGreaterThan(0.95);
    expect(reason?.(7)).toMatch(/among 100 drawn at random$/);
  });

  it("keeps the labels of a row apart, and related tasks together", async () => {
    const { data } = clouds();
    const twice = datasetOf(denseMatrix(600, 4), new Float64Array(600), data.target);
    const own = (data.x as { data: Float64Array }).data;
    (twice.x as { data: Float64Array }).data.set(own);
    (twice.x as { data: Float64Array }).data.set(own, own.length);
    twice.y.set(data.y);
    const task = Int32Array.from({ length: 600 }, (_, i) => (i < 300 ? 0 : 1));
    const labels = { ...twice, task, tasks: ["a", "b"], row: Int32Array.from({ length: 600 }, (_, i) => i % 300) };
    const both = await scoreBy(neighbourDisagreement, labels);
    const single = await scoreBy(neighbourDisagreement, data);
    expect(both.values.subarray(0, 300)).toEqual(single.values);
    expect(both.values.subarray(300).every((share) => share === 0)).toBe(true);
    const dealt = {
      ...data,
      task: Int32Array.from({ length: 300 }, (_, i) => i % 60),
      tasks: Array.from({ length: 60 }, (_, t) => `task ${t}`),
    };
    for (const detector of [neighbourDisagreement, knnShapley] as Detector[])
      expect(areaUnderCurve((await scoreBy(detector, dealt)).values, (i) => i % 10 === 7)).toBeGreaterThan(0.95);
  });

  it("finds by direction in sparse rows", async () => {
    const { data, isWrong } = clouds();
    const centred = {
      ...data,
      x: toSparse(
        denseMatrix(
          300,
          4,
          (data.x as { data: Float64Array }).data.map((value) => value - 50),
        ),
      ),
    };
    const { values } = await scoreBy(neighbourDisagreement, centred);
    expect(areaUnderCurve(values, isWrong)).toBeGreaterThan(0.95);
  });
});

describe("knn-shapley", () => {
  it("values rows by at most the stated number of held-out ones", async () => {
    const { data, isWrong } = clouds();
    const { values } = await scoreBy(knnShapley, data, { judges: 50 });
    expect(areaUnderCurve(values, isWrong)).toBeGreaterThan(0.95);
  });

  it("has nothing to say of rows of a single source", async () => {
    const { data } = clouds();
    const { values } = await scoreBy(knnShapley, { ...data, source: new Int32Array(300), sources: ["one"] });
    expect(values.every((value) => value === 0)).toBe(true);
  });
});
