import { describe, expect, it } from "vitest";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { RecallEntry } from "../../study/class-recalls.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import { byFall, shortName, yardstickSentences } from "./yardsticks.ts";

function figure(value: number, low: number | null = null, high: number | null = null): Figure {
  return { value, low, high };
}

function recall(name: string, clean: number, after: number, low: number | null, high: number | null): RecallEntry {
  const drop = figure(clean - after, low, high);
  return { class: name, clean: figure(clean), attacked: [{ budgetFraction: 0.05, attack: "label-flip", figure: figure(after), drop }] };
}

function summaryOf(more: Partial<Summary>): Summary {
  return {
    intervalsOf: "new-data",
    seeds: 3,
    primaryMetric: "accuracy",
    better: "higher",
    damageMetric: "accuracyDrop",
    baseline: { accuracy: figure(0.98), majorityAccuracy: figure(0.866), balancedAccuracy: figure(0.95) },
    entries: [],
    variants: [],
    detections: [],
    recommendation: null,
    persistence: [],
    until: null,
    unnoticed: null,
    strongest: [{ budgetFraction: 0.05, attack: "label-flip", rivals: [] }],
    strongestByGoal: [],
    strongestByAccess: [],
    failures: [],
    ...more,
  };
}

describe("what figures are read against", () => {
  it("is always saying the most frequent class, and every class counted alike", () => {
    expect(yardstickSentences(summaryOf({}), 0.05)).toEqual([
      "The clean model's accuracy is 0.980 (balanced: 0.950); always saying the most frequent class would reach 0.866.",
    ]);
    const baseline = { accuracy: figure(0.94), majorityAccuracy: figure(0.94), balancedAccuracy: figure(0.5) };
    expect(yardstickSentences(summaryOf({ baseline }), 0.05)[0]).toContain("the most frequent class reaches no less: 0.940");
  });

  it("names the class whose recall falls the most, and one whose fall is told where that of the first is not", () => {
    const sentence = (...recalls: RecallEntry[]): string =>
      yardstickSentences(summaryOf({ recalls }), 0.05)[0].split(/\d\.\d+\.(?= At)/)[1];
    expect(sentence(recall("ham", 0.99, 0.98, 0.005, 0.015), recall("spam", 0.91, 0.42, 0.4, 0.58))).toBe(
      ' At 5 %, label-flip lowers the recall of "spam" the most, from 0.910 to 0.420: by 0.490 [0.400, 0.580].',
    );
    expect(sentence(recall("ham", 0.99, 0.95, 0.03, 0.05), recall("spam", 0.91, 0.83, -0.08, 0.24))).toBe(
      ' At 5 %, label-flip lowers the recall of "spam" the most, from 0.910 to 0.830: by 0.080 [-0.080, 0.240], which may be none; that of "ham" falls by 0.040 [0.030, 0.050].',
    );
    expect(sentence(recall("spam", 0.91, 0.83, null, null))).toContain("by 0.080, from a single seed.");
    expect(sentence(recall("spam", 0.91, 0.92, -0.02, 0.01))).toBe(" At 5 %, label-flip was not seen to lower the recall of any class.");
  });

  it("names the class of which the clean model finds least", () => {
    const recalls = [recall("0", 0.998, 0.99, null, null), recall("1", 0.015, 0.01, null, null)];
    expect(yardstickSentences(summaryOf({ recalls }), 0.05)[0]).toContain('0.866. Its lowest recall is that of "1", 0.015. At 5 %');
  });

  it("is the mean for numbers", () => {
    const threat = { access: "modify-labels", goal: "availability", knowledge: "white-box" } as const;
    const entry: SummaryEntry = {
      learner: "ridge",
      attack: "label-flip",
      ...threat,
      budgetFraction: 0.05,
      repair: noRepair,
      metric: "rSquared",
      figure: figure(-1.5, -2, -1),
      seeds: 3,
    };
    expect(
      yardstickSentences(summaryOf({ baseline: { rmse: figure(2), rSquared: figure(0.8, 0.7, 0.9) }, entries: [entry] }), 0.05),
    ).toEqual([
      "The clean model's R² is 0.800 [0.700, 0.900], where always saying the mean has 0; label-flip at 5 % leaves -1.50 [-2.00, -1.00].",
    ]);
  });

  it("is nothing where neither is known, as in runs of other versions", () => {
    expect(yardstickSentences(summaryOf({ baseline: { accuracy: figure(0.9) } }), 0.05)).toEqual([]);
  });

  it("puts classes without a figure last and cuts names that are sentences", () => {
    const absent: RecallEntry = { class: "none", clean: figure(1), attacked: [] };
    expect(
      byFall([absent, recall("a", 0.9, 0.9, null, null), recall("b", 0.9, 0.5, null, null)], 0.05).map((entry) => entry.class),
    ).toEqual(["b", "a", "none"]);
    expect([shortName("é".repeat(40)), shortName("é".repeat(41))]).toEqual(["é".repeat(40), `${"é".repeat(39)}…`]);
  });
});
