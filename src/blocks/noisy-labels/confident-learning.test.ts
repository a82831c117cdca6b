import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumericalError } from "../../core/errors.ts";
import { makeRng } from "../../numeric/random.ts";
import { calibratedCounts, confidentJoint, groupByLabel } from "./confident-joint.ts";
import { confidentFilters, labelIssues } from "./confident-learning.ts";
import { labelQuality } from "./label-quality.ts";

const arbitrary = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 1, max: 60 }),
  classes: fc.integer({ min: 2, max: 5 }),
  steps: fc.constantFrom(4, 1e9),
});

function randomSet({ seed, rows, classes, steps }: { seed: number; rows: number; classes: number; steps: number }) {
  const rng = makeRng(seed);
  const labels = Int32Array.from({ length: rows }, () => rng.integer(classes));
  const probabilities = Float64Array.from({ length: rows * classes }, () => Math.round(rng.uniform() * steps) / steps);
  return { labels, probabilities };
}

describe("confident learning", () => {
  it("counts, by hand, what is confidently something else", () => {
    // Thresholds: class 0 has 0.9, 0.8, 0.1, mean 0.6; class 1 has 0.7, 0.5, mean 0.6. Row 2 is confidently 1; row 4 is confident of nothing.
    const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.5, 0.5);
    const data = groupByLabel({ labels: [0, 0, 0, 1, 1], probabilities, classes: 2 });
    const joint = confidentJoint(data);
    expect(Array.from(joint.thresholds, (t) => t.toFixed(12))).toEqual(["0.600000000000", "0.600000000000"]);
    expect(Array.from(joint.guess)).toEqual([0, 0, 1, 1, -1]);
    expect(Array.from(joint.counts)).toEqual([2, 1, 0, 1]);
    expect(Array.from(calibratedCounts(data, joint.counts))).toEqual([2, 1, 0, 2]);
    for (const filter of confidentFilters) expect(Array.from(labelIssues(data, filter))).toEqual([0, 0, 1, 0, 0]);
  });

  it("calibrates counts to how often each label is given", () => {
    fc.assert(
      fc.property(arbitrary, (shape) => {
        const { labels, probabilities } = randomSet(shape);
        const data = groupByLabel({ labels, probabilities, classes: shape.classes });
        const counts = calibratedCounts(data, confidentJoint(data).counts);
        for (let k = 0; k < shape.classes; k++) {
          const row = counts.subarray(k * shape.classes, (k + 1) * shape.classes);
          expect(row.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
          expect(row.reduce((sum, count) => sum + count, 0)).toBe(labels.filter((label) => label === k).length);
        }
      }),
    );
  });

  it("never flags a label that is the most probable class, save by the low scores, nor the last row of a class", () => {
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(...confidentFilters), (shape, filter) => {
        const { labels, probabilities } = randomSet(shape);
        const found = labelIssues({ labels, probabilities, classes: shape.classes }, filter);
        if (filter.startsWith("low")) return;
        for (let i = 0; i < labels.length; i++) {
          const own = probabilities.subarray(i * shape.classes, (i + 1) * shape.classes);
          if (Math.max(...own) === own[labels[i]]) expect(found[i]).toBe(0);
          const isAlone = labels.filter((label) => label === labels[i]).length === 1;
          if (isAlone && /prune|both/.test(filter)) expect(found[i]).toBe(0);
        }
      }),
    );
  });

  it("refuses what is no label or no probability", () => {
    const find = (labels: number[], p: number[], classes = 2) =>
      labelIssues({ labels, probabilities: Float64Array.from(p), classes }, "prune-by-noise-rate");
    expect(() => find([2], [0.5, 0.5])).toThrow(new NumericalError("label 2 of row 0 is not one of 2 classes"));
    expect(() => find([0.5], [0.5, 0.5])).toThrow(NumericalError);
    expect(() => find([0, 1], [0.5, 0.5, 0, 1.5])).toThrow(new NumericalError("probability 1.5 of row 1 is outside [0, 1]"));
    expect(() => find([0], [NaN, 1])).toThrow(NumericalError);
    expect(() => find([0], [0.5])).toThrow(NumericalError);
    expect(() => find([0], [1], 1)).toThrow(NumericalError);
    expect(find([], [])).toEqual(new Uint8Array(0));
  });
});

// Six rows, three classes. Thresholds: class 0 (.9 + .8 + .1) / 3 = .6, class 1 (.7 + .6) / 2 = .65, class 2 .3.
const given = {
  labels: [0, 0, 0, 1, 1, 2],
  classes: 3,
  probabilities: Float64Array.of(0.9, 0.05, 0.05, 0.8, 0.1, 0.1, 0.1, 0.7, 0.2, 0.2, 0.7, 0.1, 0.3, 0.6, 0.1, 0.1, 0.6, 0.3),
};

it("counts rows that another class is confident of, by hand", () => {
  // Row 2: 1 alone is confident (.7 ≥ .65). Row 5: class 1 has .6 < .65, class 2 has .3 ≥ .3, so that its own class is.
  expect([...labelIssues(given, "confident-learning")]).toEqual([0, 0, 1, 0, 0, 0]);
  expect([...labelIssues(given, "predicted-neq-given")]).toEqual([0, 0, 1, 0, 0, 1]);
  // One counted row that disagrees: the lowest score each.
  expect([...labelIssues(given, "low-self-confidence")]).toEqual([0, 0, 1, 0, 0, 0]);
  expect([...labelIssues(given, "low-normalized-margin")]).toEqual([0, 0, 1, 0, 0, 0]);
});

it("scores labels by hand", () => {
  expect([...labelQuality(given, "self-confidence")]).toEqual([0.9, 0.8, 0.1, 0.7, 0.6, 0.3]);
  expect(labelQuality(given, "normalized-margin")[5]).toBeCloseTo((0.3 - 0.6 + 1) / 2, 15);
  const entropy = -(0.1 * Math.log(0.1) + 0.6 * Math.log(0.6) + 0.3 * Math.log(0.3)) / Math.log(3);
  expect(labelQuality(given, "confidence-weighted-entropy")[5]).toBeCloseTo(Math.log(entropy / 0.3 + 1) / (entropy / 0.3), 14);
});

it("flags no row whose class is as probable as any, and none of a class that has one row", () => {
  for (const filter of confidentFilters) {
    const sure = { labels: [0, 1, 1, 0], classes: 2, probabilities: Float64Array.of(0.5, 0.5, 0.5, 0.5, 0.2, 0.8, 0.9, 0.1) };
    expect([...labelIssues(sure, filter)]).toEqual([0, 0, 0, 0]);
  }
  const alone = { labels: [0, 0, 1], classes: 2, probabilities: Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.99, 0.01) };
  expect(labelIssues(alone, "prune-by-class")[2]).toBe(0);
});
