import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import { resolveParams } from "../../core/params.ts";
import { linearSvm } from "../../learners/linear-svm.ts";
import { logistic } from "../../learners/logistic.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { labelNoise } from "./label-noise.ts";

/** Clouds of three classes, `apart` from each other, some labels of which are wrong. */
function clouds({ rows = 400, apart = 4, wrongShare = 0 }) {
  const rng = makeRng("clouds of label noise");
  const x = denseMatrix(rows, 4);
  const y = new Float64Array(rows);
  const isWrong = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const truth = i % 3;
    for (let j = 0; j < 4; j++) x.data[i * 4 + j] = rng.normal() + (j === truth ? apart : 0);
    isWrong[i] = rng.uniform() < wrongShare ? 1 : 0;
    y[i] = (truth + isWrong[i] * (1 + rng.integer(2))) % 3;
  }
  return { data: datasetOf(x, y, { kind: "classes", names: ["red", "green", "blue"] }), isWrong };
}

/** One class inside a ball, the other around it, some labels of which are wrong. */
function ball({ rows = 400, wrongShare = 0 }) {
  const rng = makeRng("balls of label noise 1");
  const x = denseMatrix(rows, 6);
  const y = new Float64Array(rows);
  const isWrong = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let j = 0; j < 6; j++) square += (x.data[i * 6 + j] = rng.normal()) ** 2;
    isWrong[i] = rng.uniform() < wrongShare ? 1 : 0;
    y[i] = (Number(square > 5.35) + isWrong[i]) % 2;
  }
  return { data: datasetOf(x, y, { kind: "classes", names: ["in", "out"] }), isWrong };
}

function scoresOf(data: Dataset, learner: typeof logistic | typeof linearSvm = logistic) {
  const params = resolveParams<object>(learner.id, learner.params, { weightDecay: 1e-3 });
  return labelNoise.score(data, {
    rng: makeRng(1),
    params: resolveParams(labelNoise.id, labelNoise.params),
    fit: (train, start = null) => learner.fit(train, { rng: makeRng("fit"), params: params as never, start }),
    objective: () => null,
    table: null,
  });
}

const count = (flags: Uint8Array) => flags.reduce((sum, is) => sum + is, 0);

describe("label-noise", () => {
  it.each([60, 200])("flags none of %i labels drawn at random, and says that little can be said", async (rows) => {
    for (const { data, why } of [
      { data: clouds({ rows, apart: 0 }).data, why: /more than half of the labels/ },
      { data: ball({ rows, wrongShare: 0.5 }).data, why: /no better than they may by chance/ },
    ]) {
      const { flagged, findings } = await scoresOf(data);
      expect(count(flagged as Uint8Array)).toBe(0);
      expect(findings?.join()).toMatch(/little can be said of wrong labels/);
      expect(findings?.join()).toMatch(why);
    }
  });

  it.each([0.05, 0.25])(
    "flags wrong labels, a share of %f, at about the false share that it announces, and says how many there are",
    async (wrongShare) => {
      const { data, isWrong } = clouds({ wrongShare });
      const { flagged, expectedFalseAlarms, reason, findings } = await scoresOf(data);
      const flags = flagged as Uint8Array;
      const right = count(flags.map((is, i) => is & isWrong[i]));
      expect((2 * right) / (count(flags) + count(isWrong))).toBeGreaterThan(0.8);
      expect(right / count(flags)).toBeGreaterThan(0.75);
      expect((expectedFalseAlarms as number) / count(flags)).toBeLessThan(0.5);
      const first = flags.findIndex((is, i) => is === 1 && isWrong[i] === 1);
      expect(reason?.(first)).toMatch(/^labelled "\w+", but [234] of 4 views that never saw it hold "\w+" likelier.* \(.+\)$/);
      expect(findings?.[0]).toMatch(/^wrong labels by estimate: \d+ % of "\w+" \(at least /);
    },
  );

  it("announces no more than two in five where a small table is hard and all that it flags is wrong", async () => {
    const { data, isWrong } = ball({ rows: 400, wrongShare: 0.1 });
    const { flagged, expectedFalseAlarms } = await scoresOf(data);
    const flags = flagged as Uint8Array;
    expect(count(flags)).toBeGreaterThan(10);
    expect(count(flags.map((is, i) => is & isWrong[i])) / count(flags)).toBeGreaterThan(0.9);
    expect((expectedFalseAlarms as number) / count(flags)).toBeGreaterThan(0.1);
    expect((expectedFalseAlarms as number) / count(flags)).toBeLessThan(0.4);
  });

  it("flags next to nothing where no label is wrong", async () => {
    const { data } = clouds({});
    const { flagged, findings } = await scoresOf(data);
    expect(count(flagged as Uint8Array)).toBeLessThanOrEqual(2);
    expect(findings).toEqual([
      "these views see next to no wrong label in any class; wrong ones that lie together at places of their own would convince them",
    ]);
  });

  it("flags none where the views hold another label likelier in more than half of the rows, and says so", async () => {
    const rng = makeRng("blind views");
    const x = denseMatrix(400, 8);
    const y = Float64Array.from({ length: 400 }, (_, i) => i % 8);
    for (let i = 0; i < 400; i++) for (let j = 0; j < 8; j++) x.data[i * 8 + j] = rng.normal() + (j === y[i] ? 0.9 : 0);
    const names = Array.from({ length: 8 }, (_, k) => `class ${k}`);
    const { flagged, expectedFalseAlarms, findings } = await scoresOf(datasetOf(x, y, { kind: "classes", names }));
    expect(count(flagged as Uint8Array)).toBe(0);
    expect(expectedFalseAlarms).toBe(0);
    expect(findings?.[0]).toMatch(/none is flagged: of more than half of the labels/);
  });

  it("never flags the only row of a class, of which no view can know anything", async () => {
    const { data } = clouds({ wrongShare: 0.1 });
    const y = data.y.slice();
    y[0] = 3;
    const { flagged } = await scoresOf({ ...data, y, target: { kind: "classes", names: ["red", "green", "blue", "grey"] } });
    expect((flagged as Uint8Array)[0]).toBe(0);
    expect(count(flagged as Uint8Array)).toBeGreaterThan(10);
  });

  it("flags next to none of small tables of which the views know little", async () => {
    for (let seed = 0; seed < 6; seed++) {
      const rng = makeRng("coins").fork(seed);
      const x = denseMatrix(80, 4);
      for (let p = 0; p < x.data.length; p++) x.data[p] = rng.normal();
      const y = Float64Array.from({ length: 80 }, (_, i) => Math.max(0, Math.min(2, Math.round(1 + x.data[4 * i] + 1.5 * rng.normal()))));
      const { flagged } = await scoresOf(datasetOf(x, y, { kind: "classes", names: ["red", "green", "blue"] }));
      expect(count(flagged as Uint8Array)).toBeLessThanOrEqual(1);
    }
  });

  it.each([2, 4])("flags wrong labels of %d classes far apart, of the few that there are most, and hardly any other", async (classes) => {
    for (const [seed, wrongShare] of [0.02, 0.05, 0.05, 0.15].entries()) {
      const rng = makeRng("far apart").fork(seed).fork(classes);
      const rows = 300;
      const x = denseMatrix(rows, 5);
      const y = new Float64Array(rows);
      const isWrong = new Uint8Array(rows);
      for (let i = 0; i < rows; i++) {
        const truth = i % classes;
        for (let j = 0; j < 5; j++) x.data[5 * i + j] = rng.normal() + (j === truth ? 6 : 0);
        isWrong[i] = rng.uniform() < wrongShare ? 1 : 0;
        y[i] = (truth + isWrong[i] * (1 + rng.integer(classes - 1))) % classes;
      }
      const names = ["red", "green", "blue", "grey"].slice(0, classes);
      const flags = (await scoresOf(datasetOf(x, y, { kind: "classes", names }))).flagged as Uint8Array;
      const hits = count(flags.map((is, i) => is & isWrong[i]));
      expect(hits / count(isWrong)).toBeGreaterThan(0.8);
      expect(count(flags) - hits).toBeLessThanOrEqual(2 + 0.2 * count(isWrong));
    }
  });

  it("flags next to none of a rare class that nobody can learn", async () => {
    for (let seed = 0; seed < 4; seed++) {
      const rng = makeRng("rare").fork(seed);
      const x = denseMatrix(300, 4);
      for (let p = 0; p < x.data.length; p++) x.data[p] = rng.normal();
      const y = Float64Array.from({ length: 300 }, () => Number(rng.uniform() < 0.06));
      const { flagged } = await scoresOf(datasetOf(x, y, { kind: "classes", names: ["red", "green"] }));
      expect(count(flagged as Uint8Array)).toBeLessThanOrEqual(3);
    }
  });

  it("says that little can be said where classes cannot be told apart", async () => {
    const { data } = clouds({ apart: 0.4, wrongShare: 0.05 });
    const { findings, flagged } = await scoresOf(data);
    expect(findings?.[0]).toMatch(/^little can be said of wrong labels/);
    expect(count(flagged as Uint8Array)).toBeLessThanOrEqual(8);
  });

  it("takes sparse rows, and learners without probabilities", async () => {
    const { data, isWrong } = clouds({ wrongShare: 0.1 });
    const { flagged } = await scoresOf({ ...data, x: toSparse(data.x) }, linearSvm);
    const flags = flagged as Uint8Array;
    expect(count(flags.map((is, i) => is & isWrong[i])) / count(isWrong)).toBeGreaterThan(0.6);
  });

  it("is a function of data and seed", async () => {
    const { data } = clouds({ rows: 120, wrongShare: 0.1 });
    const [one, other] = [await scoresOf(data), await scoresOf(data)];
    expect(one.values).toEqual(other.values);
    expect(one.flagged).toEqual(other.flagged);
  });

  it("has nothing to say, and does not fail, of one class, of two rows of a class, of constant columns and of equal rows", async () => {
    const names = { kind: "classes" as const, names: ["red", "green", "blue"] };
    const { data } = clouds({ rows: 60 });
    const cases: Dataset[] = [
      { ...data, y: new Float64Array(60) },
      { ...data, y: Float64Array.from({ length: 60 }, (_, i) => (i < 2 ? 1 : 0)) },
      datasetOf(
        denseMatrix(30, 3, new Float64Array(90).fill(7)),
        Float64Array.from({ length: 30 }, (_, i) => i % 3),
        names,
      ),
      datasetOf(
        denseMatrix(
          40,
          2,
          Float64Array.from({ length: 80 }, (_, at) => (Math.floor(at / 2) % 2) * 5),
        ),
        Float64Array.from({ length: 40 }, (_, i) => i % 2),
        names,
      ),
    ];
    for (const one of cases) {
      const { values, flagged } = await scoresOf(one);
      expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(count(flagged as Uint8Array)).toBeLessThanOrEqual(2);
    }
  });
});
