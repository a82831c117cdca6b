import { describe, expect, it } from "vitest";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { nearestText } from "./nearest-text.ts";
import { textStyle } from "./text-style.ts";
import { followersIn, orderWords } from "./word-order.ts";

const terms = ["good", "bad", "good bad", "U+200B", "lamp"];

function styleOf(rows: number[][], tail = 0) {
  const counts = toSparse(denseMatrix(rows.length, terms.length, Float64Array.from(rows.flat())));
  return textStyle({ name: "text", first: 0, idf: new Float64Array(terms.length).fill(1), counts }, terms, tail);
}

describe("a style of texts", () => {
  it("is what people did, of words that can be written by themselves", () => {
    const style = styleOf([
      [2, 1, 1, 1, 0],
      [1, 0, 0, 0, 0],
      [0, 0, 5, 0, 0],
      [0, 3, 0, 0, 1],
    ]);
    expect(style).toEqual({
      caps: Float64Array.of(2, 3, 0, 0, 1),
      length: { low: 1, high: 4 },
      different: 2,
      variety: 0.5,
    });
  });

  it("leaves a tail out", () => {
    const rows = Array.from({ length: 101 }, (_, i) => [i === 0 ? 90 : 2, 1, 0, 0, 0]);
    expect(styleOf(rows, 0.01)).toMatchObject({ length: { high: 3 }, caps: Float64Array.of(2, 1, 0, 0, 0) });
  });
});

describe("the nearest text", () => {
  const style = { caps: Float64Array.of(3, 1, 0, 0, 2), length: { low: 2, high: 5 }, different: 2, variety: 0.4 };
  const idf = Float64Array.of(1, 2, 1, 1, 1);

  it("has counts in proportion to weights over IDF", () => {
    // 2 · 1 and 1 · 2 are as 1 to 1.
    const wanted = { words: Int32Array.of(0, 1), weights: Float64Array.of(Math.SQRT1_2, Math.SQRT1_2) };
    expect(nearestText(wanted, idf, style)).toEqual({ words: [0, 1], counts: [2, 1] });
  });

  it("keeps to caps, length and different words", () => {
    const text = nearestText({ words: Int32Array.of(4, 0, 1), weights: Float64Array.of(0.9, 0.4, 0.3) }, idf, style);
    expect(text?.words).toEqual([0, 4]);
    expect(text?.counts[1]).toBe(2);
    expect(nearestText({ words: Int32Array.of(1), weights: Float64Array.of(1) }, idf, style)).toBeNull();
  });
});

describe("an order of words", () => {
  it("follows what genuine texts have after each other", () => {
    const wordOf = new Map(terms.map((term, word) => [term, word]));
    const followers = followersIn(["lamp good lamp bad", "lamp good"], wordOf);
    expect(orderWords({ words: [4, 0, 1], counts: [1, 1, 1] }, followers)).toEqual([4, 0, 1]);
    expect(orderWords({ words: [0, 4], counts: [1, 2] }, followers)).toEqual([0, 4, 4]);
  });
});
