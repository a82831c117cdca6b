import { describe, expect, it } from "vitest";
import type { TrialRecord } from "../record.ts";
import { summariseUntil } from "./summarise.ts";

const goal = { metric: "accuracyDrop", operator: ">=", bound: 0.05 } as const;

function searched(rows: (number | null)[]): TrialRecord[] {
  return rows.map((found, seed) => ({
    id: String(seed),
    status: "ok",
    learner: "logistic",
    learnerParams: {},
    attack: "x",
    access: "inject",
    goal: "availability",
    knowledge: "none",
    reach: "direct",
    target: null,
    budgetFraction: 0.1,
    budgetRows: 20,
    touchedRows: 20,
    repair: "none",
    seed,
    trainingRows: 220,
    testRows: 90,
    metrics: {},
    attackerObjective: null,
    detections: [],
    until: { rows: found, tried: [{ rows: 100, value: 0.04 }] },
    times: { attackMs: 0, trainMs: 0 },
  }));
}

describe("summariseUntil", () => {
  it("promises for one more split the upper end of a prediction interval of the logarithm", () => {
    const found = summariseUntil(searched([10, 20, 40]), { until: goal, examples: 300 });
    // ln 20 in the mean, ln 2 for the spread, t(2) at 0.95 = 2.919986, √(1 + 1/3).
    const reach = 2.919986 * Math.log(2) * Math.sqrt(4 / 3);
    expect(found).toMatchObject({ ...goal, attack: "x", splits: 3, reached: 3, typical: 20, mostRows: 100, unit: "rows" });
    expect(found?.rows).toBe(Math.ceil(20 * Math.exp(reach)));
    expect(found?.low).toBe(Math.floor(20 * Math.exp(-reach)));
    // 220 rows, of which 20 were inserted.
    expect(found?.share).toBeCloseTo((found?.rows ?? NaN) / 200, 12);
  });

  it("promises nothing where one split was not enough or where there is but one", () => {
    expect(summariseUntil(searched([10, null, 40]), { until: goal, examples: 300 })).toMatchObject({
      rows: null,
      low: null,
      typical: 20,
      reached: 2,
    });
    expect(summariseUntil(searched([10]), { until: goal, examples: 300 })).toMatchObject({ rows: null, low: null, typical: 10 });
    expect(summariseUntil(searched([null, null]), { until: goal, examples: 300 })).toMatchObject({ rows: null, typical: null, reached: 0 });
    expect(summariseUntil([], { until: goal, examples: 300 })).toBeNull();
  });
});
