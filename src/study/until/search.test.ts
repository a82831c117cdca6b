import { describe, expect, it } from "vitest";
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
