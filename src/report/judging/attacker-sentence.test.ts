import { describe, expect, it } from "vitest";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { Certified } from "../../study/certify/result.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import { attackerSentences } from "./attacker-sentence.ts";

const figure = (value: number, half: number | null = 0.005): Figure =>
  half === null ? { value, low: null, high: null } : { value, low: value - half, high: value + half };

function entry(over: Partial<SummaryEntry> & Pick<SummaryEntry, "metric" | "figure">): SummaryEntry {
  return {
    ...{ learner: "logistic", attack: "label-flip", access: "modify-labels", goal: "availability", knowledge: "none" },
    ...{ budgetFraction: 0.01, repair: "none", seeds: 3 },
    ...over,
  };
}

function summaryOf(over: Partial<Summary> = {}): Summary {
  return {
    ...{ intervalsOf: "new-data", seeds: 3, primaryMetric: "accuracy", better: "higher", damageMetric: "accuracyDrop" },
    baseline: { accuracy: figure(0.85) },
    entries: [entry({ metric: "accuracy", figure: figure(0.82) }), entry({ metric: "accuracyDrop", figure: figure(0.03) })],
    ...{ variants: [], detections: [], recommendation: null, persistence: [], until: null, unnoticed: null, failures: [] },
    strongest: [{ budgetFraction: 0.01, attack: "label-flip", rivals: [] }],
    ...{ strongestByGoal: [], strongestByAccess: [] },
    ...over,
  };
}

const context = { budgets: [{ budgetFraction: 0.01, rows: 82 }], flagFraction: 0.05 };

describe("what an attacker can, in sentences", () => {
  it("says what was measured, and of the rest that it was not", () => {
    expect(attackerSentences(summaryOf(), context)).toEqual([
      "An attacker who controls 1 % of your rows (82 rows) can move accuracy from 0.850 to 0.820, a drop of 0.030 [0.025, 0.035] (label-flip, the strongest attack found).",
      "Whether anybody would notice: not measured.",
      "What a repair would win back: not measured.",
      "What no attacker can exceed: not proven, as no certificate was asked for.",
    ]);
  });

  it("says who would notice, what a repair leaves and what cannot be exceeded", () => {
    const repaired = [
      entry({ metric: "accuracyDrop", repair: "drop", figure: figure(0.01) }),
      entry({ metric: "accuracy", repair: "drop", figure: figure(0.84) }),
    ];
    const certified: Certified = {
      certificates: [
        {
          ...{
            id: "bagging",
            params: {},
            unit: "insertions",
            costs: {} as never,
            confidence: null,
            assumes: [],
            made: "",
            metric: "certifiedAccuracy",
          },
          clean: figure(0.8),
          curve: [
            { radius: 0, figure: figure(0.8) },
            { radius: 80, figure: figure(0.6) },
            { radius: 90, figure: figure(0.1) },
          ],
        },
      ],
      ...{ notRun: [], totals: { rows: 8200, accounts: null }, tested: [], majority: 0.5 },
    };
    const detections = [0.4, 0.9].map((recall, k) => ({
      ...{ attack: "label-flip", budgetFraction: 0.01, detector: ["knn", "loss"][k], auc: null },
      ...{ precision: figure(0.2), recall: figure(recall) },
    }));
    const [, noticed, repair, bound] = attackerSentences(
      summaryOf({ entries: [...summaryOf().entries, ...repaired], detections, certified }),
      context,
    );
    expect(noticed).toBe(
      "Looking at the 5 % most suspicious rows would show 90 % of the poison (loss, the best of 2 detectors for this attack); 20 % of the rows looked at would be poison.",
    );
    expect(repair).toBe(
      "Repaired with drop (the best of 1 repair on the test rows), 0.010 [0.005, 0.015] of accuracy is left of 0.030 [0.025, 0.035], which brings accuracy to 0.840.",
    );
    expect(bound).toBe(
      "Where bagging is deployed, no attacker with 82 rows (insertions) brings accuracy below 0.600; without poison that model has 0.800.",
    );
  });

  it("quotes no certificate of accounts where rows were counted", () => {
    const certified: Certified = {
      certificates: [
        {
          ...{ id: "account-bagging", params: {}, unit: "accounts", costs: {} as never, confidence: null, assumes: [], made: "" },
          ...{ metric: "certifiedAccuracy", clean: figure(0.8), curve: [0, 82, 90].map((radius) => ({ radius, figure: figure(0.7) })) },
        },
      ],
      ...{ notRun: [], totals: { rows: 8200, accounts: 400 }, tested: [], majority: 0.5 },
    };
    expect(attackerSentences(summaryOf({ certified }), context)[3]).toBe(
      "What no attacker can exceed: no certificate speaks of this budget.",
    );
  });

  it("does not tell a bound of 0 where nothing is proven, but how far anything is", () => {
    const certificate = (id: string, curve: [number, number][]) => ({
      ...{ id, params: {}, unit: "insertions" as const, costs: {} as never, confidence: null, assumes: [], made: "" },
      ...{ metric: "certifiedAccuracy" as const, clean: figure(0.8) },
      curve: curve.map(([radius, value]) => ({ radius, figure: { value, low: null, high: null } })),
    });
    const told = (...certificates: ReturnType<typeof certificate>[]): string => {
      const certified: Certified = {
        ...{ certificates, notRun: [], totals: { rows: 8200, accounts: null }, tested: [], majority: 0.5 },
      };
      return attackerSentences(summaryOf({ certified }), context)[3];
    };
    const short = certificate("bagging", [
      [0, 0.8],
      [4, 0.5],
      [9, 0.1],
      [20, 0],
    ]);
    expect(
      told(
        short,
        certificate("cover", [
          [0, 0.8],
          [2, 0],
        ]),
      ),
    ).toBe(
      "What no attacker with 82 rows (insertions) can exceed: nothing is proven (by bagging, cover). The farthest that is: where bagging is deployed, 4 rows (insertions) leave accuracy at 0.500 or above; without poison that model has 0.800.",
    );
    expect(
      told(
        certificate("cover", [
          [0, 0.8],
          [1, 0],
        ]),
      ),
    ).toBe("What no attacker with 82 rows (insertions) can exceed: nothing is proven (by cover).");
  });

  it("claims neither harm nor safety where the interval holds none, and tells the largest budget too", () => {
    const entries = [
      entry({ metric: "accuracy", figure: figure(0.849) }),
      entry({ metric: "accuracyDrop", figure: figure(0.001) }),
      entry({ metric: "accuracy", figure: figure(0.7), budgetFraction: 0.1 }),
      entry({ metric: "accuracyDrop", figure: figure(0.15), budgetFraction: 0.1 }),
      entry({ metric: "accuracyDrop", figure: figure(0.0), repair: "drop" }),
    ];
    const strongest = [0.01, 0.1].map((budgetFraction) => ({ budgetFraction, attack: "label-flip", rivals: [] }));
    const told = attackerSentences(summaryOf({ entries, strongest }), context);
    expect(told[0]).toContain(
      "leaves accuracy at 0.849: a drop of 0.001 [-0.004, 0.006], which may be none, or as much as 0.006 (label-flip",
    );
    expect(told[2]).toContain("no sure damage here for a repair to win back");
    expect(told.at(-1)).toBe(
      "With 10 % he can move accuracy from 0.850 to 0.700, a drop of 0.150 [0.145, 0.155] (label-flip, the strongest attack found).",
    );
    expect(attackerSentences(summaryOf({ strongest: [] }), context)).toEqual([]);
  });

  it("prints the interval of a backdoor's success, and may where that reaches what is answered so without the trigger", () => {
    const told = (success: Figure): string => {
      const own = { attack: "trigger", goal: "backdoor" } as const;
      const entries = [
        ...summaryOf().entries,
        entry({ ...own, metric: "attackSuccessRate", figure: success }),
        entry({ ...own, metric: "untriggeredRate", figure: figure(0.05, 0.02) }),
      ];
      const strongestByGoal = [{ goal: "backdoor", budgetFraction: 0.01, attack: "trigger", rivals: [] }] as const;
      return attackerSentences(summaryOf({ entries, strongestByGoal }), context)[0];
    };
    expect(told({ value: 0.35, low: 0, high: 0.81 })).toContain(
      "; he may with a trigger have 35 % [0 %, 81 %] of the rows it stands in answered as he means, which may be no more than without it; without it 5 % [3 %, 7 %] are (trigger)",
    );
    expect(told({ value: 0.9, low: 0.8, high: 1 })).toContain("; he can with a trigger have 90 % [80 %, 100 %] of the rows");
  });
});
