import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { fitNoiseModel, thetaOf, uniformSpread } from "./fit-noise-model.ts";
import { leastNoise } from "./noise-bound.ts";
import { type LabelEvidence, errorRates, judgeLabels, mostNoise, noiseObjective } from "./noise-model.ts";
import { reachableShare } from "./reachable-share.ts";

/** Two views of rows of so many classes; a share of the labels is wrong. The true log odds are `sureness` times as far apart as noise in them. */
function evidenceOf(seed: string, { rows, classes, wrongShare, sureness }: Record<"rows" | "classes" | "wrongShare" | "sureness", number>) {
  const rng = makeRng(seed);
  const views = 2;
  const features = new Float64Array(rows * classes * views);
  const isWrong = new Uint8Array(rows);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const truth = rng.integer(classes);
    isWrong[i] = rng.uniform() < wrongShare ? 1 : 0;
    labels[i] = isWrong[i] === 1 ? (truth + 1 + rng.integer(classes - 1)) % classes : truth;
    for (let v = 0; v < views; v++) {
      let mean = 0;
      for (let k = 0; k < classes; k++) {
        const value = (k === truth ? sureness : 0) + rng.normal();
        features[(i * classes + k) * views + v] = value;
        mean += value / classes;
      }
      for (let k = 0; k < classes; k++) features[(i * classes + k) * views + v] -= mean;
    }
  }
  return { evidence: { rows, classes, views, labels, features } satisfies LabelEvidence, isWrong };
}

describe("noiseObjective", () => {
  it.each([2, 4])("has the gradient that finite differences have, of %i classes", (classes) => {
    const { evidence } = evidenceOf("slopes", { rows: 60, classes, wrongShare: 0.2, sureness: 2 });
    const rng = makeRng("theta");
    const goesTo = uniformSpread(classes);
    const theta = thetaOf(
      evidence,
      Float64Array.of(0.7, 1.2),
      Float64Array.from({ length: classes }, () => 0.05 + 0.3 * rng.uniform()),
    );
    for (let k = 0; k < classes; k++) theta[2 + k] = rng.normal();
    const f = noiseObjective(evidence, goesTo, { honest: 3 });
    const gradient = new Float64Array(theta.length);
    f.gradientInto(gradient, theta);
    const unused = new Float64Array(theta.length);
    for (let j = 0; j < theta.length; j++) {
      const [up, down] = [theta.slice(), theta.slice()];
      up[j] += 1e-5;
      down[j] -= 1e-5;
      expect(gradient[j]).toBeCloseTo((f.gradientInto(unused, up) - f.gradientInto(unused, down)) / 2e-5, 4);
    }
  });

  it("judges a label, by hand", () => {
    // The view says ln 9 : 1 for class 0. The label 1 is right with .1 × .8 and wrong with .9 × .1, of .17 in all.
    const features = Float64Array.of(Math.log(9) / 2, -Math.log(9) / 2);
    const evidence = { rows: 1, classes: 2, views: 1, labels: Int32Array.of(1), features };
    const theta = thetaOf(evidence, Float64Array.of(1), Float64Array.of(0.1, 0.2));
    expect([...errorRates(theta, evidence)].map((rate) => rate.toFixed(12))).toEqual(["0.100000000000", "0.200000000000"]);
    const { wrong, posterior, logOdds, logLikelihood } = judgeLabels(evidence, { theta, goesTo: uniformSpread(2) });
    expect(wrong[0]).toBeCloseTo(0.09 / 0.17, 12);
    expect(posterior[0] + posterior[1]).toBeCloseTo(1, 12);
    expect(logOdds[0]).toBeCloseTo(Math.log(9), 12);
    expect(logLikelihood).toBeCloseTo(Math.log(0.17), 12);
  });
});

describe("fitNoiseModel", () => {
  it.each([
    [2, 0.05],
    [2, 0.25],
    [5, 0.1],
  ])("finds the rate of wrong labels where views are sure: %i classes, %f", (classes, wrongShare) => {
    const { evidence, isWrong } = evidenceOf("rate", { rows: 1500, classes, wrongShare, sureness: 5 });
    const best = fitNoiseModel(evidence, makeRng("fit"));
    for (const rate of errorRates(best.theta, evidence)) expect(Math.abs(rate - wrongShare)).toBeLessThan(0.05);
    const { wrong } = judgeLabels(evidence, best);
    let agreed = 0;
    for (let i = 0; i < evidence.rows; i++) if (wrong[i] > 0.5 === (isWrong[i] === 1)) agreed++;
    expect(agreed / evidence.rows).toBeGreaterThan(0.98);
    const least = errorRates(leastNoise(evidence, best).theta, evidence);
    least.forEach((rate) => expect(rate).toBeLessThan(wrongShare + 0.05));
    expect(Math.max(...least)).toBeGreaterThan(wrongShare / 3);
  });

  it("finds no noise where classes only overlap", () => {
    const { evidence } = evidenceOf("overlap", { rows: 1500, classes: 2, wrongShare: 0, sureness: 1.2 });
    const best = fitNoiseModel(evidence, makeRng("fit"));
    const least = leastNoise(evidence, best);
    for (const rate of errorRates(least.theta, evidence)) expect(rate).toBeLessThan(0.03);
  });

  it("does not leave its bounds on rows that are all alike", () => {
    const evidence = { rows: 6, classes: 2, views: 1, labels: Int32Array.of(0, 0, 0, 1, 1, 1), features: new Float64Array(12) };
    const { theta } = fitNoiseModel(evidence, makeRng("fit"));
    expect(theta.every(Number.isFinite)).toBe(true);
    expect(Math.max(...errorRates(theta, evidence))).toBeLessThan(mostNoise);
  });
});

describe("reachableShare", () => {
  it("is all where classes are sure, and nothing where they are a coin's toss", () => {
    const sure = Float64Array.of(1, 0, 0, 1, 1, 0);
    expect(reachableShare(sure, 2, 0.2)).toBeCloseTo(1, 12);
    expect(reachableShare(new Float64Array(6).fill(0.5), 2, 0.2)).toBe(0);
  });

  it("is, by hand, what the sure half of the rows holds", () => {
    // Of two sure rows the wrong labels weigh .05 each; of two that are tossed for, wrong ones .05 among as many right ones .95.
    expect(reachableShare(Float64Array.of(1, 0, 1, 0, 0.5, 0.5, 0.5, 0.5), 2, 0.2)).toBeCloseTo(0.5, 12);
  });
});
