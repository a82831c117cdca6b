import { describe, expect, it } from "vitest";
import { hasVectors, theVectors, vectorsOf } from "../../../test/certificate-vectors.ts";
import { makeRng } from "../../numeric/random.ts";
import { firstLargest } from "./certified-answers.ts";
import { chernoffMiss, klRadius, makeNeymanPearson, smoothingRadii } from "./smoothing-radius.ts";

const rng = makeRng("smoothing");
const digit = (code: number, j: number, classes: number): number => Math.floor(code / classes ** j) % classes;

/** P(vote = answer) under noise for every label vector: one pass of the noise a label. Shape: [classes ^ train]. */
function chanceOf(answer: number, alpha: Float64Array, classes: number, noise: number): Float64Array {
  const n = alpha.length;
  let chance = Float64Array.from({ length: classes ** n }, (_, code) => {
    const scores = new Float64Array(classes);
    for (let j = 0; j < n; j++) scores[digit(code, j, classes)] += alpha[j];
    return firstLargest(scores, 0, classes) === answer ? 1 : 0;
  });
  for (let j = 0; j < n; j++) {
    const step = classes ** j;
    chance = chance.map((value, code) => {
      let others = 0;
      for (let c = 0; c < classes; c++) others += chance[code + (c - digit(code, j, classes)) * step];
      return (1 - noise) * value + (noise / (classes - 1)) * (others - value);
    });
  }
  return chance;
}

describe.each([
  [2, 10, 40],
  [3, 7, 20],
  [4, 5, 20],
])("with %i classes and %i labels, exact noise and all label vectors", (classes, n, problems) => {
  it("bounds the miss, and no radius is more than true", () => {
    const all = classes ** n;
    const cases = { problems: 0, bound: 0, kl: 0, neymanPearson: 0, order: 0, klSum: 0, npSum: 0, trueSum: 0 };
    for (let problem = 0; problem < problems; problem++) {
      const noise = [0.02, 0.05, 0.1, 0.2, 0.3][problem % 5];
      const alpha = Float64Array.from({ length: n }, () => (problem % 2 === 0 ? 1 + rng.uniform() : Math.abs(rng.normal()) - 0.1));
      const radiusOf = makeNeymanPearson({ noise, classes });
      const chances = Array.from({ length: classes }, (_, answer) => chanceOf(answer, alpha, classes, noise));
      for (let trial = 0; trial < 12; trial++) {
        const labels = Int32Array.from({ length: n }, () => (rng.uniform() < 0.85 ? trial % classes : rng.integer(classes)));
        const code = labels.reduce((sum, label, j) => sum + label * classes ** j, 0);
        const { answers, logMiss } = chernoffMiss(alpha, labels, { noise, classes });
        const chance = chances[answers[0]];
        cases.problems++;
        if (logMiss[0] < Math.log1p(-chance[code]) - 1e-9) cases.bound++;
        let reached = Infinity;
        for (let other = 0; other < all; other++) {
          if (chance[other] > 0.5) continue;
          let flips = 0;
          for (let j = 0; j < n; j++) if (digit(other, j, classes) !== labels[j]) flips++;
          reached = Math.min(reached, flips - 1);
        }
        // With the exact chance and with its bound.
        for (const miss of [Math.log1p(-chance[code]), logMiss[0]]) {
          const [kl, exact] = [klRadius(miss, { noise, classes }), radiusOf(miss)];
          if (Math.min(n, kl) > reached) cases.kl++;
          if (Math.min(n, exact) > reached) cases.neymanPearson++;
          if (exact < kl) cases.order++;
          cases.klSum += kl;
          cases.npSum += Math.min(n, exact);
          cases.trueSum += Math.min(n, reached);
        }
      }
    }
    expect(cases).toMatchObject({ problems: 12 * problems, bound: 0, kl: 0, neymanPearson: 0, order: 0 });
    expect(cases.npSum).toBeGreaterThan(cases.klSum + problems);
  });
});

it("is the worst case over all classifiers of one label vector, by enumeration of the likelihood ratios", () => {
  for (const [classes, noise] of [
    [2, 0.2],
    [3, 0.3],
    [5, 0.2],
  ] as const)
    for (let flips = 1; flips <= 6; flips++) {
      // Each flipped coordinate ends at the clean label, at the flipped one, or at one of the others.
      const u = noise / (classes - 1);
      const kinds = [
        [1 - noise, u],
        [u, 1 - noise],
        [noise - u, noise - u],
      ];
      let outcomes = [[1, 1]];
      for (let f = 0; f < flips; f++) outcomes = outcomes.flatMap(([p, q]) => kinds.map(([a, b]) => [p * a, q * b]));
      outcomes = outcomes.filter(([p]) => p > 0).sort((a, b) => a[0] / a[1] - b[0] / b[1]);
      let [clean, flipped] = [0, 0];
      for (const [p, q] of outcomes) {
        const share = Math.min(1, (0.5 - flipped) / q);
        clean += share * p;
        flipped += share * q;
        if (share < 1) break;
      }
      const radiusOf = makeNeymanPearson({ noise, classes });
      expect(radiusOf(Math.log(clean * (1 - 1e-6)))).toBeGreaterThanOrEqual(flips);
      expect(radiusOf(Math.log(clean * (1 + 1e-6)))).toBeLessThan(flips);
    }
});

it("gives labels without noise their full weight, and no radius to what no noise changes", () => {
  const alpha = Float64Array.of(3, 0.5, 0.4, 0.3);
  const labels = Int32Array.of(0, 1, 1, 1);
  const noise = { noise: 0.1, classes: 2 };
  expect(chernoffMiss(alpha, labels, noise, Uint8Array.of(0, 1, 1, 1)).logMiss[0]).toBe(-Infinity);
  expect(smoothingRadii(Float64Array.of(-Infinity, 0, -0.5), noise)).toEqual(Float64Array.of(Infinity, -1, -1));
  expect(smoothingRadii(Float64Array.of(-Infinity, 0, -0.5), noise, "kl")).toEqual(Float64Array.of(Infinity, -1, -1));
  // P(0.2 + 2 Z > 0) for one noisy label that outweighs the trusted one is 1 − q at most.
  const lone = chernoffMiss(Float64Array.of(0.2, 1), Int32Array.of(0, 0), noise, Uint8Array.of(0, 1)).logMiss[0];
  expect(lone).toBeGreaterThanOrEqual(Math.log(0.1));
  expect(lone).toBeLessThan(0);
});

it.skipIf(!hasVectors)(`agrees with ${theVectors}`, () => {
  for (const { q, log1mp, kl, np } of vectorsOf("klNp")) {
    const noise = { noise: q, classes: 2 };
    expect([q, log1mp, klRadius(log1mp, noise), makeNeymanPearson(noise)(log1mp)]).toEqual([q, log1mp, kl, np]);
  }
  for (const { alpha, y, threshold, answer, byNoise } of vectorsOf("labelFlip")) {
    // A threshold on Σ α_i y_i other than half of Σ α_i is what a trusted row with label 0 adds.
    const surplus = 2 * threshold - alpha.reduce((sum: number, weight: number) => sum + weight, 0);
    const weights = Float64Array.of(...alpha, surplus);
    const labels = Int32Array.of(...y, 0);
    const flippable = Uint8Array.from(labels, (_, j) => (j < y.length ? 1 : 0));
    for (const { q, log1mp, kl, np } of byNoise) {
      const noise = { noise: q, classes: 2 };
      const { answers, logMiss } = chernoffMiss(weights, labels, noise, flippable);
      expect(answers[0]).toBe(answer);
      expect(logMiss[0]).toBeCloseTo(log1mp, 8);
      expect([smoothingRadii(logMiss, noise, "kl")[0], smoothingRadii(logMiss, noise)[0]]).toEqual([kl, np]);
    }
  }
});
