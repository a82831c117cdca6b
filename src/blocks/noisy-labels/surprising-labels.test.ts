import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { surprisingLabels } from "./surprising-labels.ts";

/** Scores of a model that is right about its own uncertainty, up to `sharpness`, and labels drawn from it; the first `wrong` confident ones are turned. */
function drawn(seed: number, rows: number, wrong: number, sharpness = 1) {
  const rng = makeRng(seed);
  const logits = Float64Array.from({ length: rows }, () => 3 * rng.normal());
  const y = logits.map((z) => (rng.uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0));
  const turned = [...logits.keys()].filter((i) => Math.abs(logits[i]) > 4).slice(0, wrong);
  for (const i of turned) y[i] = logits[i] > 0 ? 0 : 1;
  return { y, scores: logits.map((z) => sharpness * z), turned };
}

describe("surprisingLabels", () => {
  it("flags nothing, or next to nothing, where labels are drawn from the model's own probabilities", () => {
    const flagged = Array.from({ length: 40 }, (_, seed) => {
      const { y, scores } = drawn(seed, 1000, 0, seed % 2 === 0 ? 1 : 3);
      return surprisingLabels(y, 2, { scores, outputs: 1 }).flagged.reduce((sum, is) => sum + is, 0);
    });
    expect(flagged.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(40);
  });

  it("finds most labels that were turned against a confident model, and expects about as many false alarms as there are", () => {
    let [hits, all, alarms, expected] = [0, 0, 0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const { y, scores, turned } = drawn(seed, 2000, 60);
      const found = surprisingLabels(y, 2, { scores, outputs: 1 });
      const isTurned = new Set(turned);
      found.flagged.forEach((is, i) => {
        if (is === 1 && isTurned.has(i)) hits++;
        else if (is === 1) alarms++;
      });
      all += turned.length;
      expected += found.expectedFalseAlarms;
    }
    expect(hits / all).toBeGreaterThan(0.7);
    expect(alarms / (alarms + hits)).toBeLessThan(0.25);
    expect(Math.abs(alarms - expected)).toBeLessThan(0.5 * expected + 20);
  });

  it("gives the probabilities of the scores themselves where those are calibrated", () => {
    const { y, scores } = drawn(3, 20_000, 0);
    const { probabilities } = surprisingLabels(y, 2, { scores, outputs: 1 });
    for (let i = 0; i < 50; i++) expect(probabilities[2 * i + 1]).toBeCloseTo(1 / (1 + Math.exp(-scores[i])), 1);
  });
});
