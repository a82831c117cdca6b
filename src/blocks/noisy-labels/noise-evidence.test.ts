import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { fitNoiseModel } from "./fit-noise-model.ts";
import { believableShare } from "./noise-evidence.ts";
import { judgeLabels, type LabelEvidence } from "./noise-model.ts";

/** Two views of rows of which such a share bears a wrong label; views are the surer, the higher `sureness`. */
function evidenceOf(seed: string, { rows = 400, classes = 2, wrongShare = 0, sureness = 2 }): LabelEvidence {
  const rng = makeRng(seed);
  const views = 2;
  const features = new Float64Array(rows * classes * views);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const truth = rng.integer(classes);
    labels[i] = rng.uniform() < wrongShare ? (truth + 1 + rng.integer(classes - 1)) % classes : truth;
    for (let v = 0; v < views; v++) {
      let mean = 0;
      for (let k = 0; k < classes; k++)
        mean += (features[(i * classes + k) * views + v] = (k === truth ? sureness : 0) + rng.normal()) / classes;
      for (let k = 0; k < classes; k++) features[(i * classes + k) * views + v] -= mean;
    }
  }
  return { rows, classes, views, labels, features };
}

const shareOf = (evidence: LabelEvidence): number => believableShare(evidence, fitNoiseModel(evidence, makeRng(1)));

/** The share of labels that are believed wrong, of those that the fit finds. */
function wrongShareOf(evidence: LabelEvidence): number {
  const best = fitNoiseModel(evidence, makeRng(1));
  const found = judgeLabels(evidence, best).wrong.reduce((sum, chance) => sum + chance, 0) / evidence.rows;
  return Math.min(believableShare(evidence, best), found);
}

describe("believableShare", () => {
  it("believes in as many wrong labels as there are where views are sure", () => {
    for (const wrongShare of [0.05, 0.2])
      expect(shareOf(evidenceOf("sure", { rows: 800, wrongShare, sureness: 2.5 }))).toBeGreaterThan(wrongShare);
    expect(shareOf(evidenceOf("sure", { classes: 4, rows: 800, wrongShare: 0.1, sureness: 3 }))).toBeGreaterThan(0.1);
  });

  it("believes in few where classes overlap", () => {
    for (const [k, sureness] of [0.5, 1, 1.5, 2].entries()) {
      expect(wrongShareOf(evidenceOf(`overlap ${k}`, { sureness }))).toBeLessThan(0.1);
      expect(wrongShareOf(evidenceOf(`overlap ${k}`, { classes: 4, sureness }))).toBeLessThan(0.1);
    }
  });

  it("believes in none, or next to none, where labels are drawn at random", () => {
    const shares = Array.from({ length: 60 }, (_, k) => wrongShareOf(evidenceOf(`random ${k}`, { rows: 200, sureness: 0 })));
    expect(Math.max(...shares)).toBeLessThan(0.05);
  });

  it("believes in none where a class seems half wrong", () => {
    const evidence = evidenceOf("half", { rows: 600, wrongShare: 0, sureness: 5 });
    const rng = makeRng("half of one class");
    const labels = evidence.labels.map((label) => (label === 0 && rng.uniform() < 0.48 ? 1 : label));
    expect(shareOf({ ...evidence, labels })).toBe(0);
  });
});
