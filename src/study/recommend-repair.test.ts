import { describe, expect, it } from "vitest";
import { accuracy } from "../metrics/accuracy.ts";
import { rmse } from "../metrics/rmse.ts";
import { fairCost, recommendRepair } from "./recommend-repair.ts";
import { type TrialRecord, noRepair } from "./record.ts";

function record(
  seed: number,
  attack: string | null,
  repair: string,
  metrics: Record<string, number>,
  more: Partial<TrialRecord> = {},
): TrialRecord {
  return {
    id: `${seed} ${attack} ${repair}`,
    status: "ok",
    learner: "logistic",
    learnerParams: {},
    attack,
    access: attack === null ? null : "inject",
    goal: attack === null ? null : "availability",
    knowledge: null,
    reach: null,
    target: null,
    budgetFraction: attack === null ? 0 : 0.05,
    budgetRows: 5,
    touchedRows: 5,
    repair,
    seed,
    trainingRows: 100,
    testRows: 100,
    metrics,
    attackerObjective: null,
    detections: [],
    times: { attackMs: 0, trainMs: 0 },
    ...more,
  };
}

/** Clean and attacked accuracy of each repair in each seed. */
function study(seeds: number, accuracyOf: (repair: string, attack: string | null, seed: number) => number | null): TrialRecord[] {
  return Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
    [null, "x", "y"].flatMap((attack) =>
      [noRepair, "good", "dear", "idle"].map((repair) => {
        const value = accuracyOf(repair, attack, seed);
        return record(seed, attack, repair, value === null ? {} : { accuracy: value }, { status: value === null ? "failed" : "ok" });
      }),
    ),
  );
}

const rule = { metric: accuracy, fairCost: fairCost(accuracy), shared: 0 };

describe("recommendRepair", () => {
  const plain = (repair: string, attack: string | null, seed: number): number => {
    if (attack === null) return { good: 0.898, dear: 0.85 }[repair] ?? 0.9;
    return ({ good: 0.88, dear: 0.9 }[repair] ?? 0.8) - (attack === "y" ? 0.01 : 0) - 0.001 * seed;
  };

  it("takes the repair that wins back most among those of a fair cost, and says which have no effect", () => {
    const advice = recommendRepair(study(4, plain), rule);
    expect(advice).toMatchObject({
      repair: "good",
      candidate: "good",
      damageMetric: "accuracyDrop",
      seeds: 4,
      agreeingSeeds: 4,
      noEffect: ["idle"],
    });
    expect(advice?.wonBack?.value).toBeCloseTo(0.08, 12);
    expect(advice?.cost?.value).toBeCloseTo(0.002, 12);
    // Drops .1 and .11 on two attacks, and 0, .001, .002, .003 more seed by seed.
    expect(advice?.damage?.value).toBeCloseTo(0.1065, 12);
  });

  it("measures each seed with the repair that the others choose", () => {
    // Each repair shines in one seed and harms in the other: chosen by the one, it is measured on the other.
    const turning = (repair: string, attack: string | null, seed: number): number => {
      if (attack === null) return 0.9;
      return { good: seed === 0 ? 0.9 : 0.75, idle: seed === 1 ? 0.88 : 0.76 }[repair] ?? 0.8;
    };
    const advice = recommendRepair(study(2, turning), rule);
    expect(advice).toMatchObject({ repair: null, candidate: "good", agreeingSeeds: 1 });
    expect(advice?.wonBack?.value).toBeCloseTo((-0.04 - 0.05) / 2, 12);
  });

  it("recommends nothing where the interval holds no win at all", () => {
    const advice = recommendRepair(
      study(6, (repair, attack, seed) =>
        repair === "good" && attack !== null ? 0.8 + (seed % 2 === 0 ? 0.05 : -0.04) : plain(repair, attack, 0),
      ),
      rule,
    );
    expect(advice?.candidate).toBe("good");
    expect(advice?.repair).toBeNull();
  });

  it("counts a failed trial as nothing won back, and availability before other goals", () => {
    const halfFailed = study(4, (repair, attack, seed) => (repair === "good" && attack === "y" ? null : plain(repair, attack, seed)));
    expect(recommendRepair(halfFailed, rule)?.wonBack?.value).toBeCloseTo(0.04, 12);
    const targeted = study(4, plain).map((one) => (one.attack === "y" ? { ...one, goal: "targeted" as const } : one));
    expect(recommendRepair(targeted, rule)?.damage?.value).toBeCloseTo(0.1015, 12);
  });

  it("says nothing without repairs, and measures on the choosing seed where there is one alone", () => {
    expect(recommendRepair([record(0, null, noRepair, { accuracy: 0.9 })], rule)).toBeNull();
    expect(recommendRepair(study(1, plain), rule)).toMatchObject({
      repair: "good",
      seeds: 1,
      wonBack: { low: null },
    });
  });

  it("compares errors as multiples of the clean one", () => {
    const errors: Record<string, number> = { "null none": 2, "null a": 2.01, "x none": 6, "x a": 2.2 };
    const records = [0, 1].flatMap((seed) =>
      Object.entries(errors).map(([key, value]) => {
        const [attack, repair] = key.split(" ");
        return record(seed, attack === "null" ? null : attack, repair, { rmse: value });
      }),
    );
    const advice = recommendRepair(records, { metric: rmse, fairCost: fairCost(rmse), shared: 0 });
    expect(advice).toMatchObject({ repair: "a", damageMetric: "rmseRatio" });
    expect(advice?.wonBack?.value).toBeCloseTo(1.9, 12);
    expect(advice?.cost?.value).toBeCloseTo(1.005, 12);
  });
});
