import { describe, expect, it } from "vitest";
import { runSearch } from "./run-search.ts";
import { searchBudget } from "./search.ts";

async function search(law: (rows: number) => number, more: Partial<Parameters<typeof searchBudget>[0]> = {}) {
  return searchBudget({ start: 0, bound: 0.05, guess: 40, most: 1000, tries: 4, valueAt: (rows) => Promise.resolve(law(rows)), ...more });
}

describe("searchBudget", () => {
  it("finds where a figure that grows with the rows passes the bound, in few tries", async () => {
    for (const power of [0.6, 1, 1.6])
      for (const crossing of [9, 55, 160, 700]) {
        const { rows, tried } = await search((given) => 0.05 * (given / crossing) ** power);
        expect((rows ?? NaN) / crossing).toBeGreaterThan(0.9);
        expect((rows ?? NaN) / crossing).toBeLessThan(1.1);
        expect(tried.length).toBeLessThanOrEqual(7);
      }
  });

  it("tries the largest budget before it says that none is enough", async () => {
    const { rows, tried } = await search((given) => 0.04 * (given / 1000));
    expect(rows).toBeNull();
    expect(tried.at(-1)?.rows).toBe(1000);
  });

  it("ends at a single row where that is enough", async () => {
    const { rows, tried } = await search(() => 0.3);
    expect(tried.at(-1)?.rows).toBe(1);
    expect(rows).toBeLessThanOrEqual(1);
  });

  it("stays between what was not enough and what was where the figure jumps", async () => {
    const { rows } = await search((given) => (given < 90 ? 0 : 0.4), { tries: 8 });
    expect(rows).toBeGreaterThan(75);
    expect(rows).toBeLessThanOrEqual(100);
  });
});

describe("runSearch", () => {
  const quantity = { id: "accuracy", better: "higher", damage: { id: "accuracyDrop", as: "drop" }, range: [0, 1], isRate: true } as const;
  const searched = (goal: Parameters<typeof runSearch>[0]["goal"]) =>
    runSearch({
      ...{ goal, quantities: [quantity], clean: { accuracy: 0.88 }, guess: 40, most: 1000 },
      attempt: (rows) => Promise.resolve({ poison: rows, metrics: { accuracy: 0.88 - 0.001 * rows } }),
    });

  it("says that there is nothing to search where the clean model does already what is asked", async () => {
    for (const goal of [
      { metric: "accuracy", operator: "<=", bound: 0.9 },
      { metric: "accuracy", operator: ">=", bound: 0.5 },
      { metric: "accuracyDrop", operator: ">=", bound: 0 },
    ] as const)
      await expect(searched(goal)).rejects.toThrow(/without poison/);
  });

  it("gives the least poison that was enough, by a level as by a drop", async () => {
    for (const goal of [
      { metric: "accuracy", operator: "<=", bound: 0.8 },
      { metric: "accuracyDrop", operator: ">=", bound: 0.08 },
    ] as const) {
      const { result, poison, rows } = await searched(goal);
      expect(result.rows).toBeCloseTo(80, -1);
      expect(rows).toBe(poison);
      expect(rows).toBeGreaterThanOrEqual(80);
    }
  });
});
