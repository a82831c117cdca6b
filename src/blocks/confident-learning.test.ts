import { expect, it } from "vitest";
import { confidentFilters, labelIssues, labelQuality } from "./confident-learning.ts";

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
