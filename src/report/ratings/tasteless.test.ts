import { describe, expect, it } from "vitest";
import type { Summary } from "../../study/summary.ts";
import { noBetterThanTasteless, tastelessFigures } from "./tasteless.ts";

const summaryOf = (figures: Record<string, number>): Summary =>
  ({
    baseline: Object.fromEntries(Object.entries(figures).map(([id, value]) => [id, { value, low: null, high: null }])),
  }) as unknown as Summary;

describe("what knows no taste, beside an engine", () => {
  it("is told of what was measured alone", () => {
    expect(tastelessFigures(summaryOf({ ndcgAt10: 0.1 }).baseline)).toEqual([]);
    const found = tastelessFigures(summaryOf({ ndcgAt10: 0.1, popularityNdcgAt10: 0.2, biasRmse: 1 }).baseline);
    expect(found.map(({ of, figure }) => [of, figure.value])).toEqual([
      ["ndcgAt10", 0.2],
      ["rmse", 1],
    ]);
  });

  it("is said to be no worse where it is not", () => {
    const good = { ndcgAt10: 0.3, popularityNdcgAt10: 0.2, rmse: 0.9, biasRmse: 1 };
    expect(noBetterThanTasteless("e", summaryOf(good))).toEqual([]);
    expect(noBetterThanTasteless("e", summaryOf({ ...good, ndcgAt10: 0.1 }))).toEqual([
      expect.stringContaining("ndcgAt10 0.100 against 0.200"),
    ]);
    expect(noBetterThanTasteless("e", summaryOf({ ...good, rmse: 1.1 }))).toEqual([expect.stringContaining("rmse 1.10 against 1.00")]);
    expect(noBetterThanTasteless("e", summaryOf({ ndcgAt10: 0.3, popularityNdcgAt10: 0.2 }))).toEqual([]);
  });
});
