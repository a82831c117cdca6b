import { describe, expect, it } from "vitest";
import { budgetsAsked, budgetsBelow, isBudget, keyOfCount, settleBudgets } from "./budgets.ts";

const ofThousand = (budget: { readonly count: number; readonly unit: string }): { fraction: number; rowsEach?: number } =>
  budget.unit === "rows" ? { fraction: budget.count / 1000 } : { fraction: budget.count / 100, rowsEach: 10 };

describe("the budgets of a study", () => {
  it("are fractions alone where nothing was counted", () => {
    expect(settleBudgets([0.01, 0.05, 0.01], ofThousand)).toEqual({ budgets: [0.01, 0.05] });
    expect(keyOfCount(undefined, 0.01)).toEqual({});
  });

  it("stay apart where they come to the same share, and give back what was asked for", () => {
    const asked = [0.05, "50rows", "5accounts", "50rows"] as const;
    const study = settleBudgets(asked, ofThousand);
    expect(new Set(study.budgets).size).toBe(3);
    for (const budget of study.budgets) expect(budget).toBeCloseTo(0.05, 9);
    expect(budgetsAsked(study)).toEqual([0.05, "50rows", "5accounts"]);
    for (const [i, one] of budgetsAsked(study).entries())
      for (const [j, fraction] of study.budgets.entries()) expect(isBudget(one, fraction, study.counted)).toBe(i === j);
    expect(keyOfCount(study.counted, study.budgets[0])).toEqual({});
    expect(keyOfCount(study.counted, study.budgets[2])).toEqual({ counted: { count: 5, unit: "accounts", rowsEach: 10 } });
  });

  it("follow those of their own unit", () => {
    const study = settleBudgets([0.05, "20rows", "5accounts", 0.01, "1account"], ofThousand);
    const [five, twenty, accounts, one, single] = study.budgets;
    expect(budgetsBelow(study, five)).toEqual([one, twenty]);
    expect(budgetsBelow(study, accounts)).toEqual([single]);
    expect(budgetsBelow(study, one)).toEqual([]);
  });

  it("are at most all there is", () => {
    const { budgets } = settleBudgets([1, "1000rows", "100accounts"], ofThousand);
    for (const budget of budgets) expect(budget).toBeLessThanOrEqual(1);
  });
});
