import { describe, expect, it } from "vitest";
import { makeRowProducts, weightedRows } from "./sparse-rows.ts";
import { makeTokenNumbers } from "./token-numbers.ts";
import { tokenRows } from "./token-rows.ts";

describe("weighted rows", () => {
  it("are TF-IDF of length 1, without tokens of one row alone and those that are copied, which count for the length", () => {
    const numbers = makeTokenNumbers();
    const answers = tokenRows(["a a b x", "a c", "b c"], 9, numbers);
    const prompts = tokenRows(["b", "", "q"], 9, numbers);
    const weights = weightedRows(answers, numbers.count(), prompts);
    const idf = (rowsWith: number): number => Math.log(4 / rowsWith);
    const length = Math.hypot((1 + Math.log(2)) * idf(2), idf(2), idf(1));
    expect(Array.from(weights.token.subarray(0, weights.start[1]), (t) => numbers.wordOf(t))).toEqual(["a"]);
    expect(weights.weight[0]).toBeCloseTo(((1 + Math.log(2)) * idf(2)) / length, 6);
    const products = makeRowProducts(numbers.count());
    products.lay(weights, 1);
    expect(products.times(weights, 1)).toBeCloseTo(1, 6);
    expect(products.times(weights, 2)).toBeCloseTo(0.5, 6);
    products.lay(weights, 2);
    expect(products.times(weights, 0)).toBe(0);
  });
});
