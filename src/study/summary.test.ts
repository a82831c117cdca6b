import { describe, expect, it } from "vitest";
import { areUneven, primaryMetricId } from "../core/metric.ts";
import { accuracy } from "../metrics/accuracy.ts";
import { auc } from "../metrics/auc.ts";
import { rmse } from "../metrics/rmse.ts";
import { wilsonInterval } from "../numeric/statistics/intervals.ts";
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
    // Differences 0.10, 0.08, 0.06: mean 0.08, sd 0.02, t(2) = 4.3027; half of the rows are tested on, so 1/3 + 0.4 · 1 (Nadeau & Bengio, two fifths of it).
    expect(drop?.value).toBeCloseTo(0.08, 12);
    expect(drop?.low).toBeCloseTo(0.08 - 4.302653 * 0.02 * Math.sqrt(1 / 3 + 0.4), 6);
    expect(summarise(records, [accuracy], context)).toMatchObject({ intervalsOf: "new-data", seeds: 3 });
    expect(baseline.accuracy.value).toBeCloseTo(0.8, 12);
    // Wilson on 1 / (1 / 300 + (2 / 3) / 150) = 128.6 rows, not on the 300 that three overlapping test sets add up to.
    const { low, high } = wilsonInterval(0.8, 9000 / 70);
    expect(baseline.accuracy).toEqual({
      value: expect.closeTo(0.8, 12),
      low: expect.closeTo(low ?? NaN, 9),
      high: expect.closeTo(high ?? NaN, 9),
    });
  });

  it("says what its intervals are of, and widens none where other seeds bring no other test rows", () => {
    const records = [0, 1, 2].flatMap((seed) => [record(seed, null, 0.9), record(seed, "x", 0.8 + seed / 100)]);
    const dropOf = (more: object): { low: number; high: number; of: string } => {
      const summary = summarise(records, [accuracy], { ...context, ...more });
      const { low, high } = summary.entries.find(({ metric }) => metric === "accuracyDrop")?.figure as { low: number; high: number };
      return { low, high, of: summary.intervalsOf };
    };
    const here = dropOf({ testFraction: null });
    const tenth = dropOf({ testFraction: 0.1 });
    const half = dropOf({ testFraction: 0.5 });
    // Mean 0.09, sd 0.01; a width below that of one test row in each direction is never claimed.
    expect(here).toEqual({
      low: expect.closeTo(0.09 - (4.302653 * 0.01) / Math.sqrt(3), 6),
      high: expect.closeTo(0.09 + (4.302653 * 0.01) / Math.sqrt(3), 6),
      of: "these-rows",
    });
    expect(tenth.of).toBe("new-data");
    expect(tenth.low).toBeCloseTo(0.09 - 4.302653 * 0.01 * Math.sqrt(1 / 3 + 0.4 / 9), 6);
    expect(half.low).toBeLessThan(tenth.low);
  });

  it("takes less in common between splits where the attacker draws rows, and all of it where a damage is no share of rows", () => {
    const drawn = { knowledge: "none" as const, access: "modify-labels" as const };
    const records = [0, 1, 2].flatMap((seed) => {
      const both = (value: number) => ({ metrics: { accuracy: value, auc: value } });
      return [
        record(seed, null, 0.9, both(0.9)),
        record(seed, "x", 0.8, { ...both(0.8 + seed / 100), ...drawn }),
        record(seed, "y", 0.8, both(0.8 + seed / 100)),
      ];
    });
    const { entries } = summarise(records, [accuracy, auc], { ...context, testFraction: 0.3 });
    const part = (attack: string, metric: string): number => {
      const { value, high } = entries.find((entry) => entry.attack === attack && entry.metric === metric)?.figure ?? {
        value: NaN,
        high: NaN,
      };
      return ((((high as number) - value) / (4.302653 * 0.01)) ** 2 - 1 / 3) / (0.3 / 0.7);
    };
    expect([part("x", "accuracyDrop"), part("y", "accuracyDrop"), part("x", "aucDrop"), part("y", "aucDrop")]).toEqual(
      [0.125, 0.4, 0.4, 1].map((share) => expect.closeTo(share, 5) as number),
    );
  });

  it("gives a rate under attack no less than the scatter of its seeds, which rows cannot know", () => {
    const records = [0.1, 0.9, 0.5].flatMap((value, seed) => [record(seed, null, 0.9), record(seed, "x", value)]);
    const { entries } = summarise(records, [accuracy], context);
    const { figure } = entries.find(({ attack, metric }) => attack === "x" && metric === "accuracy") ?? {};
    expect(figure).toEqual({ value: expect.closeTo(0.5, 12), low: 0, high: 1 });
  });

  it("knows no share more finely than the rows behind it, however well the seeds agree", () => {
    const backdoor = (shareRows?: Record<string, number>) => ({
      goal: "backdoor" as const,
      metrics: { accuracy: 0.9, auc: 1, attackSuccessRate: 1, targetErrorRise: 1 },
      ...(shareRows === undefined ? {} : { shareRows }),
    });
    const figureOf = (metric: string, shareRows?: Record<string, number>): unknown => {
      const records = [0, 1, 2].flatMap((seed) => [record(seed, null, 0.9, backdoor()), record(seed, "x", 0.9, backdoor(shareRows))]);
      const { entries } = summarise(records, [accuracy, auc], { ...context, testFraction: 0.5 });
      return entries.find((entry) => entry.attack === "x" && entry.metric === metric);
    };
    // Three splits of 20 rows of 40 are worth 1 / (1 / 60 + (2 / 3) / 40) = 30 rows.
    const { low } = wilsonInterval(1, 30);
    expect(figureOf("attackSuccessRate", { attackSuccessRate: 20 })).toMatchObject({
      figure: { value: 1, low: expect.closeTo(low ?? NaN, 9), high: 1 },
      seeds: 3,
    });
    // A target of one row may as well be spared.
    expect(figureOf("targetErrorRise", { targetErrorRise: 1 })).toMatchObject({ figure: { value: 1, low: 0, high: 1 } });
    // Runs of before say nothing of the rows of a share: it is of no more than were tested on.
    expect(figureOf("attackSuccessRate")).toMatchObject({ figure: { value: 1, low: 0.99, high: 1 } });
    expect(figureOf("auc")).toMatchObject({ figure: { value: 1, low: 0.99, high: 1 } });
    expect(figureOf("aucDrop")).toMatchObject({ figure: { value: 0, low: -0.01, high: 0.01 } });
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
    expect(summarise(records, [accuracy], context).strongest).toEqual([{ budgetFraction: 0.1, attack: "chosen", rivals: ["seen"] }]);
  });

  it("chooses by the estimate of the harm where attackers have one, and names those that could as well have been chosen", () => {
    const estimated = (attack: string, values: number[], objective: number): TrialRecord[] =>
      values.map((attackerEstimate, seed) => record(seed, attack, 0.5, { attackerObjective: objective, attackerEstimate }));
    const records = [
      ...[0, 1, 2].map((seed) => record(seed, null, 0.9)),
      ...estimated("loud", [0.1, 0.11, 0.12], 9),
      ...estimated("chosen", [0.3, 0.31, 0.33], 1),
      ...estimated("near", [0.29, 0.32, 0.31], 2),
    ];
    expect(summarise(records, [accuracy], context).strongest).toEqual([{ budgetFraction: 0.1, attack: "chosen", rivals: ["near"] }]);
  });

  it("chooses by the objective between attacks of equal estimates", () => {
    const records = [
      record(0, null, 0.9),
      record(0, "low", 0.5, { attackerObjective: 1, attackerEstimate: 0 }),
      record(0, "high", 0.5, { attackerObjective: 2, attackerEstimate: 0 }),
    ];
    expect(summarise(records, [accuracy], context).strongest[0].attack).toBe("high");
  });

  it("goes by objectives where somebody could not be estimated, whom it would pass over else", () => {
    const records = [
      record(0, null, 0.9),
      record(0, "estimated", 0.8, { attackerObjective: 1, attackerEstimate: 0.2 }),
      record(0, "not", 0.5, { attackerObjective: 3, attackerEstimate: null }),
    ];
    expect(summarise(records, [accuracy], context).strongest[0].attack).toBe("not");
  });

  it("calls classes uneven where one has less than half of an even share", () => {
    expect([[0.5, 0.5], [0.25, 0.75], [0.24, 0.76], [0.2, 0.4, 0.4], [0.16, 0.42, 0.42], []].map(areUneven)).toEqual([
      ...[false, false, true, false, true, false],
    ]);
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
