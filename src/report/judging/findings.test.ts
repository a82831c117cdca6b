import { describe, expect, it } from "vitest";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import { type FindingsContext, findingsOf } from "./findings.ts";

function figure(value: number, low: number | null = null, high: number | null = null): Figure {
  return { value, low, high };
}

function entry(attack: string | null, budgetFraction: number, metric: string, of: Figure, repair = noRepair): SummaryEntry {
  const threat =
    attack === null
      ? { access: null, goal: null, knowledge: null }
      : ({ access: "modify-labels", goal: "availability", knowledge: "white-box" } as const);
  return { learner: "logistic", attack, ...threat, budgetFraction, repair, metric, figure: of, seeds: of.low === null ? 1 : 3 };
}

const context: FindingsContext = {
  trainingRows: 5600,
  hasAttackTasks: false,
  budgets: [
    { budgetFraction: 0.01, rows: 56 },
    { budgetFraction: 0.05, rows: 280 },
  ],
  flagFraction: 0.05,
  plannedTrials: 12,
  recordedTrials: 12,
};

const reviews: Summary = {
  intervalsOf: "new-data",
  seeds: 3,
  primaryMetric: "accuracy",
  better: "higher",
  damageMetric: "accuracyDrop",
  baseline: { accuracy: figure(0.852, 0.844, 0.86) },
  entries: [
    entry("confident-flip", 0.01, "accuracy", figure(0.84, 0.83, 0.85)),
    entry("confident-flip", 0.01, "accuracyDrop", figure(0.012, 0.001, 0.024)),
    entry("confident-flip", 0.05, "accuracy", figure(0.796, 0.78, 0.81)),
    entry("confident-flip", 0.05, "accuracyDrop", figure(0.056, 0.035, 0.078)),
    entry("confident-flip", 0.01, "accuracyDrop", figure(-0.001, -0.011, 0.008), "drop"),
    entry("confident-flip", 0.05, "accuracyDrop", figure(0.024, 0.017, 0.032), "drop"),
    entry(null, 0, "accuracyDrop", figure(-0.001, -0.008, 0.006), "drop"),
  ],
  detections: [
    {
      attack: "confident-flip",
      budgetFraction: 0.01,
      detector: "loss",
      auc: figure(0.997),
      precision: figure(0.197, 0.196, 0.198),
      recall: figure(0.988, 0.962, 1),
    },
    {
      attack: "confident-flip",
      budgetFraction: 0.05,
      detector: "loss",
      auc: figure(0.935),
      precision: figure(0.546, 0.468, 0.624),
      recall: figure(0.546, 0.468, 0.624),
    },
  ],
  strongest: [
    { budgetFraction: 0.01, attack: "confident-flip", rivals: [] },
    { budgetFraction: 0.05, attack: "confident-flip", rivals: [] },
  ],
  variants: [],
  recommendation: null,
  persistence: [],
  until: null,
  unnoticed: null,
  strongestByGoal: [],
  strongestByAccess: [],
  failures: [],
};

describe("findings", () => {
  it("say what happens at 1 % and at the largest budget, what is found and what a repair wins back", () => {
    expect(findingsOf(reviews, context)).toEqual([
      "At 1 % of the training rows (56 of 5,600), the strongest attack found (confident-flip, which may change labels and knows the model) lowers accuracy from 0.852 to 0.840: a drop of 0.012 [0.001, 0.024].",
      "At 5 % (280 rows), the strongest, confident-flip, lowers accuracy from 0.852 to 0.796: a drop of 0.056 [0.035, 0.078].",
      "Of the poisoned rows at 1 %, the loss detector finds 99 % [96 %, 100 %] among the 5 % most suspicious training rows, where picking at random would find 5 %; 20 % of the rows so flagged are poisoned. At 5 % it finds 55 % [47 %, 62 %].",
      'With the repair "drop", of the damage none may be left, or as much as 0.008 (-0.001 [-0.011, 0.008], without it 0.012 [0.001, 0.024]) at 1 %. At 5 %, the damage is 0.024 [0.017, 0.032] instead of 0.056 [0.035, 0.078]. On clean data it may cost nothing, or as much as 0.006 (-0.001 [-0.008, 0.006] of accuracy).',
      "Intervals in brackets are of 95 %, for new data of this kind; those of detectors are over seeds on these very rows.",
    ]);
  });

  it("say that intervals of attacks whose later trials were left out are of 99 %", () => {
    expect(findingsOf({ ...reviews, notNeeded: 7 }, context).at(-1)).toMatch(
      /^Intervals in brackets are of 95 % \(99 % of attacks whose later trials/,
    );
    expect(findingsOf(reviews, context).join()).not.toMatch(/99 % of attacks/);
  });

  it("do not call damage what the interval cannot tell from none, and name an attack that happened to do more", () => {
    const summary: Summary = {
      intervalsOf: "new-data",
      seeds: 3,
      primaryMetric: "rmse",
      better: "lower",
      damageMetric: "rmseRatio",
      baseline: { rmse: figure(0.045, 0.004, 0.087) },
      entries: [
        entry("label-flip", 0.01, "rmse", figure(0.05, 0.008, 0.092)),
        entry("label-flip", 0.01, "rmseRatio", figure(1.115, 0.907, 1.324)),
        entry("other", 0.01, "rmse", figure(0.06, 0.01, 0.1)),
        entry("other", 0.01, "rmseRatio", figure(1.4, 1.1, 1.7)),
        entry("label-flip", 0.01, "rmseRatio", figure(1.2, 1.1, 1.3), "drop"),
        entry(null, 0, "rmseRatio", figure(1.05, 1.01, 1.09), "drop"),
      ],
      detections: [],
      strongest: [{ budgetFraction: 0.01, attack: "label-flip", rivals: [] }],
      variants: [],
      recommendation: null,
      persistence: [],
      until: null,
      unnoticed: null,
      strongestByGoal: [],
      strongestByAccess: [],
      failures: [],
    };
    expect(findingsOf(summary, { ...context, trainingRows: null, hasAttackTasks: true })).toEqual([
      "At 1 % of the training rows of the attacked tasks (56 rows), the strongest attack found (label-flip, which may change labels and knows the model) raises RMSE from 0.045 to 0.050: 1.11 times the clean error [0.91, 1.32], which may be none, or as much as 1.32. On the test rows other happened to do more harm: 1.40 times the clean error [1.10, 1.70].",
      'With the repair "drop", the damage is no smaller (1.20 [1.10, 1.30] times the clean error, without it 1.11 [0.91, 1.32]) at 1 %. On clean data it raises the error to 1.05 [1.01, 1.09] times the clean error.',
      "Intervals in brackets are of 95 %, for new data of this kind; where a few rows carry most of the error they hold the truth less often than that.",
    ]);
  });

  it("begin with the worst of all goals where another one is worse than the damage, and say that one seed won nothing for sure", () => {
    const backdoor = (metric: string, of: Figure): SummaryEntry => ({ ...entry("trigger", 0.01, metric, of), goal: "backdoor" });
    const summary: Summary = {
      ...reviews,
      detections: [],
      entries: [
        ...reviews.entries.filter(({ attack, repair }) => attack !== null && repair === noRepair),
        backdoor("attackSuccessRate", figure(0.9, 0.8, 0.95)),
        backdoor("untriggeredRate", figure(0.1, 0.05, 0.15)),
        entry("confident-flip", 0.01, "accuracyDrop", figure(-0.01), "drop"),
        entry(null, 0, "accuracyDrop", figure(-0.02), "drop"),
      ],
      strongestByGoal: [
        { goal: "availability", budgetFraction: 0.01, attack: "confident-flip", rivals: [] },
        { goal: "availability", budgetFraction: 0.05, attack: "confident-flip", rivals: [] },
        { goal: "backdoor", budgetFraction: 0.01, attack: "trigger", rivals: [] },
      ],
    };
    const sentences = findingsOf(summary, context);
    expect(sentences[0]).toBe(
      "Worst of the strongest attacks: At 1 %, trigger makes its trigger turn 0.900 [0.800, 0.950] of the rows that the clean model gets right.",
    );
    expect(sentences.join(" ")).toContain(
      "the damage is -0.010 instead of 0.012 [0.001, 0.024], from a single seed at 1 %. On clean data it costs -0.020 of accuracy, from a single seed.",
    );
  });

  it("say that a single seed has no interval, and pick the smallest budget where 1 % is none", () => {
    const summary: Summary = {
      ...reviews,
      primaryMetric: "auc",
      damageMetric: "aucDrop",
      baseline: { auc: figure(0.721) },
      entries: [entry("label-flip", 0.02, "auc", figure(0.574)), entry("label-flip", 0.02, "aucDrop", figure(0.147))],
      detections: [],
      strongest: [{ budgetFraction: 0.02, attack: "label-flip", rivals: [] }],
    };
    expect(findingsOf(summary, { ...context, budgets: [{ budgetFraction: 0.02, rows: 1 }] })).toEqual([
      "At 2 % of the training rows (1 of 5,600), the strongest attack found (label-flip, which may change labels and knows the model) lowers AUC from 0.721 to 0.574: a drop of 0.147, from a single seed, so nothing says how far it would vary.",
    ]);
  });

  it("say so where the attack rather helped, or changed nothing", () => {
    const after = (value: number, drop: Figure): string =>
      findingsOf(
        {
          ...reviews,
          detections: [],
          entries: [entry("a", 0.01, "accuracy", figure(value)), entry("a", 0.01, "accuracyDrop", drop)],
          strongest: [{ budgetFraction: 0.01, attack: "a", rivals: [] }],
        },
        context,
      )[0].replace(/^.*\) /, "");
    expect(after(0.86, figure(-0.008, -0.009, -0.007))).toBe(
      "raises accuracy from 0.852 to 0.860: a drop of -0.008 [-0.009, -0.007], so the model gains.",
    );
    expect(after(0.852, figure(0, -0.001, 0.001))).toBe(
      "leaves accuracy at 0.852: a drop of 0.000 [-0.001, 0.001], which may be none, or as much as 0.001.",
    );
  });

  it("say what is missing, and nothing about damage where there is no clean model or no attack", () => {
    const failures = [{ id: "abc", attack: "a", budgetFraction: 0.01, error: "no" }];
    const none = { ...reviews, entries: [], detections: [], strongest: [] };
    expect(findingsOf({ ...none, baseline: {}, failures }, { ...context, recordedTrials: 11 })).toEqual([
      "No model was trained on the clean data, so nothing can be said about damage.",
      "1 of 12 trials failed and 1 of 12 trials is missing: what they would have shown is not in these figures.",
    ]);
    expect(findingsOf(none, context)).toEqual([
      "On clean data the model reaches accuracy 0.852 [0.844, 0.860]; no attack ended, so nothing can be said about damage.",
    ]);
  });

  it("name the best of several detectors and repairs", () => {
    const other = { ...reviews.detections[0], detector: "knn", recall: figure(0.1, 0.05, 0.15) };
    const sentences = findingsOf(
      {
        ...reviews,
        detections: [...reviews.detections, other],
        entries: [...reviews.entries, entry("confident-flip", 0.01, "accuracyDrop", figure(0.02, 0.01, 0.03), "other")],
      },
      context,
    );
    expect(sentences[2]).toContain("the best of 2 detectors, loss, finds 99 %");
    expect(sentences[3]).toContain('With the best of 2 repairs on the test rows, "drop", of the damage none may be left');
  });

  it("do not say that a target was harmed where it was spared", () => {
    const rise = (value: number, low: number | null, high: number | null): Summary => ({
      ...reviews,
      strongestByGoal: [{ goal: "targeted", budgetFraction: 0.01, attack: "aim", rivals: [] }],
      entries: [...reviews.entries, { ...entry("aim", 0.01, "targetErrorRise", { value, low, high }), goal: "targeted" }],
    });
    const told = (summary: Summary): string => findingsOf(summary, context).join(" ");
    expect(told(rise(-0.02, -0.1, 0.06))).toContain(
      "At 1 %, aim did no harm to its target that was seen: targetErrorRise -0.020 [-0.100, 0.060], though there may be some.",
    );
    expect(told(rise(-0.02, -0.1, 0.06))).toContain(
      "does not raise the error on its target (by -0.020 [-0.100, 0.060], though it may rise).",
    );
    expect(told(rise(0, null, null))).toContain("targetErrorRise 0.000, from a single seed.");
    expect(told(rise(0.05, -0.1, 0.2))).toContain("raises the error on its target by 0.050 [-0.100, 0.200], which may be none.");
    expect(told(rise(0.5, 0.3, 0.7))).toContain("raises the error on its target by 0.500 [0.300, 0.700].");
  });
});
