import { describe, expect, it } from "vitest";
import { accuracy } from "../metrics/accuracy.ts";
import { balancedAccuracy } from "../metrics/balanced-accuracy.ts";
import { wilsonInterval } from "../numeric/statistics/intervals.ts";
import { type ClassRecall, type TrialRecord, noRepair } from "./record.ts";
import { summarise } from "./summary.ts";

function record(
  seed: number,
  attack: string | null,
  recalls: readonly (readonly [number, number | null])[],
  more: Partial<TrialRecord> = {},
): TrialRecord {
  const told: ClassRecall[] = recalls.map(([rows, recall]) => ({ rows, recall }));
  return {
    id: `${seed} ${attack}`,
    status: "ok",
    learner: "logistic",
    learnerParams: {},
    attack,
    access: attack === null ? null : "modify-labels",
    goal: attack === null ? null : "availability",
    knowledge: attack === null ? null : "white-box",
    reach: null,
    target: null,
    budgetFraction: attack === null ? 0 : 0.1,
    budgetRows: 10,
    touchedRows: 10,
    repair: noRepair,
    seed,
    trainingRows: 100,
    testRows: 100,
    metrics: { accuracy: 0.9 },
    recalls: told,
    attackerObjective: attack === "strong" ? 2 : 1,
    detections: [],
    times: { attackMs: 0, trainMs: 0 },
    ...more,
  };
}

const context = { primaryMetric: "accuracy", examples: 200, classes: ["ham", "spam"] };

describe("recalls over seeds", () => {
  const records = [0, 1].flatMap((seed) => [
    record(seed, null, [
      [90, 1],
      [10, 0.9],
    ]),
    record(seed, "strong", [
      [90, 0.9],
      [10, seed === 0 ? 0.4 : 0.6],
    ]),
    record(seed, "weak", [
      [90, 1],
      [10, 0.1],
    ]),
  ]);

  it("are of the clean model and of the strongest attack, each drop paired with the clean model of its seed", () => {
    const { recalls } = summarise(records, [accuracy], context);
    expect(recalls?.map((entry) => [entry.class, entry.clean.value, entry.attacked.map(({ attack }) => attack)])).toEqual([
      ["ham", 1, ["strong"]],
      ["spam", 0.9, ["strong"]],
    ]);
    const spam = recalls?.[1].attacked[0];
    expect([spam?.figure.value, spam?.drop.value]).toEqual([0.5, expect.closeTo(0.4, 12)]);
    // Drops 0.5 and 0.3: sd 0.1 √2, t(1) = 12.706, half of the rows tested on: 1/2 + 1; cut at 1.
    expect(spam?.drop).toMatchObject({ low: -1, high: 1 });
  });

  it("rest on the rows of their class alone", () => {
    const clean = summarise(records, [accuracy], context).recalls?.[1].clean;
    // 10 test rows of each seed, half of 20: 1 / (1/20 + (1/2)/20) = 40/3.
    const { low, high } = wilsonInterval(0.9, 40 / 3);
    expect(clean?.low).toBeCloseTo(low ?? NaN, 12);
    expect(clean?.high).toBeCloseTo(high ?? NaN, 12);
    // Seeds that agree still leave open one row of the class.
    const agreed = records.map((one) =>
      one.attack === "strong"
        ? record(one.seed, "strong", [
            [90, 0.9],
            [10, 0.5],
          ])
        : one,
    );
    const drop = summarise(agreed, [accuracy], context).recalls?.[1].attacked[0].drop;
    expect([drop?.low, drop?.high]).toEqual([expect.closeTo(0.3, 12), expect.closeTo(0.5, 12)]);
  });

  it("leave out seeds without rows of the class, and are absent where no record tells them", () => {
    const bare = [
      record(0, null, [
        [100, 0.9],
        [0, null],
      ]),
      record(1, null, [
        [99, 0.9],
        [1, 1],
      ]),
    ];
    expect(summarise(bare, [accuracy], context).recalls?.[1].clean).toEqual({ value: 1, low: null, high: null });
    expect(
      summarise(
        records.map(({ recalls: _, ...rest }) => rest),
        [accuracy],
        context,
      ),
    ).not.toHaveProperty("recalls");
  });

  it("let a balanced accuracy be known by as many rows as know it", () => {
    const own = (seed: number, attack: string | null, value: number): TrialRecord =>
      record(seed, attack, [], { metrics: { accuracy: 0.9, balancedAccuracy: value }, shareRows: { balancedAccuracy: 20 } });
    const { baseline, entries } = summarise(
      [own(0, null, 0.8), own(1, null, 0.8), own(0, "x", 0.7), own(1, "x", 0.7)],
      [accuracy, balancedAccuracy],
      context,
    );
    expect(baseline.balancedAccuracy.low).toBeCloseTo(wilsonInterval(0.8, 80 / 3).low ?? NaN, 12);
    expect(entries.find(({ metric }) => metric === "balancedAccuracyDrop")?.figure).toEqual({
      value: expect.closeTo(0.1, 12),
      low: expect.closeTo(0.05, 12),
      high: expect.closeTo(0.15, 12),
    });
  });
});
