import { describe, expect, it } from "vitest";
import { primaryMetricId } from "../core/metric.ts";
import { accuracy } from "../metrics/accuracy.ts";
import { auc } from "../metrics/auc.ts";
import { rmse } from "../metrics/rmse.ts";
import { type TrialRecord, noRepair } from "./record.ts";
import { summarise } from "./summary.ts";

function record(seed: number, attack: string | null, value: number | null, more: Partial<TrialRecord> = {}): TrialRecord {
  return {
    id: `${seed} ${attack} ${more.repair ?? ""}`,
    status: value === null ? "failed" : "ok",
    learner: "logistic",
    learnerParams: {},
    encoder: "poisoned",
    attack,
    access: attack === null ? null : "inject",
    goal: null,
    knowledge: null,
    reach: null,
    target: null,
    budgetFraction: attack === null ? 0 : 0.1,
    budgetRows: 10,
    touchedRows: 10,
    repair: noRepair,
    seed,
    trainingRows: 100,
    testRows: 100,
    metrics: value === null ? {} : { accuracy: value },
    attackerObjective: value === null ? null : 1 - value,
    detections: [],
    times: { attackMs: 0, trainMs: 0 },
    ...more,
  };
}

const context = { primaryMetric: "accuracy", examples: 150 };

describe("summarise", () => {
  it("pairs each attacked trial with the clean one of its seed", () => {
    const records = [
      record(0, null, 0.9),
      record(0, "x", 0.8),
      record(1, null, 0.8),
      record(1, "x", 0.72),
      record(2, null, 0.7),
      record(2, "x", 0.64),
    ];
    const { entries, baseline } = summarise(records, [accuracy, auc], context);
    const drop = entries.find((entry) => entry.metric === "accuracyDrop")?.figure;
    // Differences 0.10, 0.08, 0.06: mean 0.08, sd 0.02, t(2) = 4.3027.
    expect(drop?.value).toBeCloseTo(0.08, 12);
    expect(drop?.low).toBeCloseTo(0.08 - (4.302653 * 0.02) / Math.sqrt(3), 6);
    expect(baseline.accuracy.value).toBeCloseTo(0.8, 12);
    // Wilson on 150 rows, not on the 300 that three overlapping test sets add up to.
    expect((baseline.accuracy.high ?? 0) - (baseline.accuracy.low ?? 0)).toBeCloseTo(0.1273, 3);
  });

  it("leaves failed trials out of every mean, and lists them", () => {
    const records = [record(0, null, 0.9), record(0, "x", 0.8), record(1, null, 0.9), record(1, "x", null, { error: "singular" })];
    const { entries, failures } = summarise(records, [accuracy], context);
    expect(entries.find((entry) => entry.metric === "accuracyDrop")?.figure).toEqual({
      value: expect.closeTo(0.1, 12),
      low: null,
      high: null,
    });
    expect(failures).toEqual([{ id: "1 x ", attack: "x", budgetFraction: 0.1, error: "singular" }]);
  });

  it("chooses the strongest attack by its own objective and not by the test rows", () => {
    const records = [
      record(0, null, 0.9),
      record(0, "seen", 0.5, { attackerObjective: 1 }),
      record(0, "chosen", 0.85, { attackerObjective: 2 }),
      record(0, "chosen", 0.1, { attackerObjective: 9, repair: "drop" }),
    ];
    expect(summarise(records, [accuracy], context).strongest).toEqual([{ budgetFraction: 0.1, attack: "chosen" }]);
  });

  it("judges by AUC when one of two classes is rare, and by a ratio of errors when the label is a number", () => {
    const classes = { kind: "classes" as const, names: ["a", "b"] };
    expect(primaryMetricId(classes, [0.95, 0.05])).toBe("auc");
    expect(primaryMetricId({ ...classes, names: ["a", "b", "c"] }, [0.9, 0.05, 0.05])).toBe("accuracy");
    expect(primaryMetricId({ kind: "real" }, [])).toBe("rmse");
    expect(summarise([], [accuracy, auc], { ...context, primaryMetric: "auc" }).damageMetric).toBe("aucDrop");
    const real = [record(0, null, 0, { metrics: { rmse: 2 } }), record(0, "x", 0, { metrics: { rmse: 3 } })];
    const { entries } = summarise(real, [rmse], { primaryMetric: "rmse", examples: 9 });
    expect(entries.find((entry) => entry.metric === "rmseRatio")?.figure.value).toBe(1.5);
  });
});
