import { describe, expect, it } from "vitest";
import { encodeReviews } from "../../../test/written-reviews.ts";
import { demoMarketplace, generateMarketplace } from "../../data/generate-marketplace.ts";
import { textDenials } from "./text-denial.ts";
import { textFeatures } from "./text-features.ts";

const { data, context } = encodeReviews(generateMarketplace({ ...demoMarketplace, fakeReviews: 0, reviewsPerProduct: 20 }));
const [denial] = textDenials(data, context);

describe("text denial", () => {
  it("tells labels of rows that its models did not see, in chances that sum to one", () => {
    const { probabilities, texts } = denial;
    const right = texts.label.reduce((sum, label, i) => sum + (probabilities[2 * i + label] > 0.5 ? 1 : 0), 0);
    expect(right / texts.label.length).toBeGreaterThan(0.8);
    texts.label.forEach((_, i) => expect(probabilities[2 * i] + probabilities[2 * i + 1]).toBeCloseTo(1, 12));
    denial.logOdds(0).forEach((z, i) => expect(z).toBe(-denial.logOdds(1)[i]));
  });

  it("takes log odds apart by positions: without all words and pairs the intercept of one of three folds is left", () => {
    const { words, pairs } = denial.positionShares(1);
    const { starts } = denial.texts;
    const left = denial.logOdds(1).map((z, i) => {
      for (let p = starts[i]; p < starts[i + 1]; p++) z -= words[p] + pairs[p];
      return Math.round(1e4 * z) / 1e4;
    });
    expect(new Set(left).size).toBeLessThanOrEqual(6);
    expect(Math.max(...left) - Math.min(...left)).toBeLessThan(1);
  });

  it("asks models that learned nothing of the rows in question", () => {
    const held = Int32Array.from({ length: 10 }, (_, i) => 3 * i);
    const odds = denial.logOddsWithout(1, held);
    expect(odds.length).toBe(10);
    odds.forEach((z, r) => expect(Math.abs(z - denial.logOdds(1)[held[r]])).toBeLessThan(4));
  });
});

describe("text features", () => {
  it("are tf · idf of words and neighbouring pairs that enough rows hold, of length 1", () => {
    const tokens = Int32Array.of(0, 1, 0, 1, 2, 1);
    const starts = Int32Array.of(0, 2, 5, 6);
    const texts = {
      examples: Int32Array.of(0, 1, 2),
      label: new Int32Array(3),
      starts,
      tokens,
      column: new Uint8Array(6),
      columns: 1,
      words: ["a", "b", "c"],
    };
    const { x, wordAt, pairAt, idf, norm } = textFeatures(texts, 2);
    // Words a (2 rows) and b (3), and the pair a b (2); c stands in one row.
    expect([...wordAt]).toEqual([0, 1, 0, 1, -1, 1]);
    expect([...pairAt]).toEqual([-1, 2, -1, 2, -1, -1]);
    const [rare, common] = [Math.log(4 / 3) + 1, 1];
    expect([...idf]).toEqual([rare, common, rare]);
    const length = Math.sqrt(2 * rare ** 2 + common ** 2);
    expect(norm[0]).toBeCloseTo(length, 12);
    expect([...x.values.subarray(0, 3)].map((value) => value * length)).toEqual(
      [rare, common, rare].map((value) => expect.closeTo(value, 12) as number),
    );
    expect([...x.values.subarray(x.indptr[2])]).toEqual([1]);
  });
});
