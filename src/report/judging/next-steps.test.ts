import { describe, expect, it } from "vitest";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { isBudget } from "../../study/budgets.ts";
import type { Summary } from "../../study/summary.ts";
import { parseLimit } from "./limits.ts";
import { suggestedLimits } from "./next-steps.ts";

function summaryOf(budgetFraction: number, figure: Figure, more: Partial<Summary> = {}, metric = "accuracyDrop"): Summary {
  const goal = metric === "attackSuccessRate" ? "backdoor" : "availability";
  const entry = {
    learner: "x",
    attack: "a",
    access: null,
    goal,
    knowledge: null,
    budgetFraction,
    repair: "none",
    metric,
    figure,
    seeds: 3,
  };
  return {
    damageMetric: "accuracyDrop",
    strongestByGoal: [{ goal, budgetFraction, attack: "a", rivals: [] }],
    entries: [entry],
    ...more,
  } as unknown as Summary;
}

describe("limits that are suggested", () => {
  it("are read as limits on a budget of the study, whatever it was asked as", () => {
    for (const fraction of [0.01, 0.05, 1 / 3, 0.0123456789, 0.5]) {
      const [text] = suggestedLimits(summaryOf(fraction, { value: 0.02, low: 0.01, high: 0.0312 }));
      const { budget, bound } = parseLimit(text);
      expect([isBudget(budget ?? 0, fraction, undefined), bound]).toEqual([true, 0.032]);
    }
    const counted = [{ fraction: 0.2, count: 1000, unit: "rows" as const }];
    const [text] = suggestedLimits(summaryOf(0.2, { value: 0.02, low: 0.01, high: 0.03 }, { counted }));
    expect(isBudget(parseLimit(text).budget ?? 0, 0.2, counted)).toBe(true);
  });

  it("are none where there is no interval, no harm, or nothing that could break them", () => {
    expect(suggestedLimits(summaryOf(0.01, { value: 0.02, low: null, high: null }))).toEqual([]);
    expect(suggestedLimits(summaryOf(0.01, { value: -0.02, low: -0.03, high: -0.01 }))).toEqual([]);
    expect(suggestedLimits(summaryOf(0.01, { value: 0.99, low: 0.97, high: 1 }, {}, "attackSuccessRate"))).toEqual([]);
  });
});
