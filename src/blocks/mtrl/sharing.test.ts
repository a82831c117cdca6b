import { describe, expect, it } from "vitest";
import type { SharingEvidence } from "./sharing-evidence.ts";
import { seenShare } from "./sharing-gate.ts";
import { meanStep, normalised, provenGain, sharingWeights } from "./sharing-weights.ts";

const evidence = (parts: Partial<SharingEvidence>): SharingEvidence => ({
  alone: new Float64Array(2),
  shift: Float64Array.of(1, 1),
  residual: Float64Array.of(1, 1),
  aloneElsewhere: new Float64Array(2),
  shiftElsewhere: Float64Array.of(1, -1),
  loss: "square",
  ...parts,
});

describe("the gate", () => {
  it("is the mean square of what sharing moves at own rows over that elsewhere", () => {
    expect(seenShare([evidence({ shift: Float64Array.of(1, -1), shiftElsewhere: Float64Array.of(2, -2, 2) })])).toBe(1 / 4);
    const other = evidence({ shift: Float64Array.of(3, 3), shiftElsewhere: Float64Array.of(1, 1) });
    expect(seenShare([evidence({ shiftElsewhere: Float64Array.of(2, 2) }), other])).toBe((1 + 9) / (4 + 1));
  });

  it("is 1 where sharing moves nothing", () => {
    expect(seenShare([evidence({ shift: new Float64Array(2), shiftElsewhere: new Float64Array(2) })])).toBe(1);
  });
});

describe("the weights", () => {
  it("of squares are those by hand: a gain of α − α²/2 a row, two rows", () => {
    for (const step of [0.25, 0.5, 1]) expect(provenGain([evidence({})], step)).toBeCloseTo(step - step ** 2 / 2, 15);
    const parts = [0.5, ...[0.25, 0.5, 0.75, 1].map((step) => 0.125 * Math.exp(2 * (step - step ** 2 / 2)))];
    const sum = parts.reduce((a, b) => a + b);
    const weights = sharingWeights([evidence({})]);
    parts.forEach((part, k) => expect(weights[k]).toBeCloseTo(part / sum, 14));
    expect(meanStep(weights)).toBeCloseTo((0.25 * parts[1] + 0.5 * parts[2] + 0.75 * parts[3] + parts[4]) / sum, 14);
  });

  it("of classes charge what the log loss rises beyond its tangent: ln cosh(α/2) at even odds", () => {
    const earned = evidence({ loss: "logistic", residual: Float64Array.of(0.5, 0.5) });
    for (const step of [0.25, 1]) expect(provenGain([earned], step)).toBeCloseTo(0.5 * step - Math.log(Math.cosh(step / 2)), 14);
  });

  it("charge in full for a move that own rows do not see", () => {
    const unseen = evidence({ shift: new Float64Array(2), shiftElsewhere: Float64Array.of(2, 2) });
    expect(provenGain([unseen], 1)).toBe(-2);
    expect(meanStep(sharingWeights([unseen]))).toBeLessThan(0.2);
  });

  it("are even where the logs are, and stand far logs", () => {
    expect([...normalised(Float64Array.of(-2000, -2000))]).toEqual([0.5, 0.5]);
    expect([...normalised(Float64Array.of(0, -2000))]).toEqual([1, 0]);
  });
});
