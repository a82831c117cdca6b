import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { fitNoiseModel } from "./fit-noise-model.ts";
import { believableShare } from "./noise-evidence.ts";
import { errorRates, type LabelEvidence } from "./noise-model.ts";
import { surestOfAlike } from "./sure-views.ts";

/** Views that hold the true class for as likely as its labels are right, with little that differs from row to row. */
function separable(seed: string, { rows = 400, classes = 2, wrongShare = 0.05, isRare = false }): LabelEvidence {
  const rng = makeRng(seed);
  const views = 3;
  const features = new Float64Array(rows * classes * views);
  const labels = new Int32Array(rows);
  const height = Math.log(((1 - wrongShare) * (classes - 1)) / wrongShare);
  for (let i = 0; i < rows; i++) {
    const truth = isRare ? 0 : i % classes;
    labels[i] = rng.uniform() < wrongShare ? (truth + 1 + rng.integer(classes - 1)) % classes : truth;
    for (let k = 0; k < classes; k++)
      for (let v = 0; v < views; v++)
        features[(i * classes + k) * views + v] = height * (Number(k === truth) - 1 / classes) + (k === 0 ? 0.05 * rng.normal() : 0);
  }
  return { rows, classes, views, labels, features };
}

function found(evidence: LabelEvidence) {
  const best = surestOfAlike(evidence, fitNoiseModel(evidence, makeRng(1)));
  return { rates: errorRates(best.theta, evidence), share: believableShare(evidence, best) };
}

describe("surestOfAlike", () => {
  it.each([2, 4])(
    "holds labels for wrong that views of %d classes far apart deny, though less sure views would say the same",
    (classes) => {
      for (let seed = 0; seed < 4; seed++) {
        const { rates, share } = found(separable(`apart ${seed}`, { classes }));
        expect(share).toBe(1);
        for (const rate of rates) expect(Math.abs(rate - 0.05)).toBeLessThan(0.05);
      }
    },
  );

  it("believes in none where a rare class is denied as a whole, which nobody could learn", () => {
    for (let seed = 0; seed < 4; seed++) expect(found(separable(`rare ${seed}`, { isRare: true })).share).toBeLessThan(0.01);
  });
});
