import { describe, expect, it } from "vitest";
import type { NearRows } from "./near-rows.ts";
import { type TaughtWeights, besideMerge, taughtScore } from "./taught-score.ts";
import { taughtWeights } from "./taught-weights.ts";

/** Three rows that are one another's neighbours. */
const near: NearRows = {
  count: Uint8Array.of(1, 1, 1),
  ids: Int32Array.of(1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  sameShare: Float64Array.of(0, 0.5, 1),
  closeness: Float64Array.of(-3, -2, -1),
};
const witness = (id: string, ...values: number[]) => ({
  id,
  values: Float64Array.from(values),
  flagged: Uint8Array.of(0, 0, 1),
  sureness: 0.5,
});
const weights: TaughtWeights = {
  features: ["loss", "g:loss", "own"],
  rankers: ["loss"],
  seen: ["own"],
  rules: ["loss"],
  middle: [0.5, 0],
  spread: [0.5, 1],
  straight: [1, 0, 0],
  units: [[0, 1, 2, 3, 4, 0.5, 2]],
};

describe("the taught score", () => {
  it("is a network of one hidden layer on tails, counted by hand", () => {
    const found = taughtScore([witness("loss", 1, 2, 3)], near, new Map([["own", Float64Array.of(3, 2, 1)]]), weights);
    // Tails of three values, lowest first: −ln of 2.5, 1.5 and 0.5 in 3.5.
    const [low, middle, high] = [2.5, 1.5, 0.5].map((share) => -Math.log(share / 3.5));
    // The neighbours of the rows are 1, 2 and 0, so that the means are middle, high and low, in which order tails are taken again.
    const among = [middle, high, low];
    const own = [high, middle, low];
    // All three rows are the first of three, so that the sign is the mean share of 1 − (2.5 + 1.5 + 0.5) / 3 / 3.5.
    const signs = [(1 - 1.5 / 3.5 - 0.5) / 0.5, (5 * 0.5) / 3];
    const expected = [low, middle, high].map(
      (loss, i) => 0.5 * loss + 2 * Math.tanh(0.5 * among[i] + own[i] + 3 * signs[0] + 4 * signs[1] + 0.5),
    );
    expect([...(found as Float64Array)]).toEqual(expected.map((value) => expect.closeTo(value, 10) as number));
  });

  it("is not there where a detector is missing that it was taught with", () => {
    expect(taughtScore([witness("margin", 1, 2, 3)], near, new Map([["own", Float64Array.of(3, 2, 1)]]), weights)).toBeNull();
    expect(taughtScore([witness("loss", 1, 2, 3)], near, new Map(), weights)).toBeNull();
  });

  it("has weights of the shapes that it says", () => {
    const { features, rankers, seen, rules, middle, spread, straight, units } = taughtWeights;
    const signs = rankers.length * seen.length + rules.length;
    expect([middle.length, spread.length, straight.length]).toEqual([signs, signs, features.length]);
    for (const unit of units) expect(unit).toHaveLength(features.length + signs + 2);
    expect(Math.min(...spread)).toBeGreaterThan(0);
  });
});

describe("the taught ranking beside the merge", () => {
  const rows = 100;
  /** Each row is near to one other, of those ranked first either to one of them or to the last. */
  const pairs = (isGroup: boolean): NearRows => ({
    count: new Uint8Array(rows).fill(1),
    ids: Int32Array.from({ length: 5 * rows }, (_, at) => (isGroup ? 99 - ((99 - Math.floor(at / 5)) ^ 1) : 0)),
    sameShare: new Float64Array(rows),
    closeness: new Float64Array(rows),
  });
  const rising = Float64Array.from({ length: rows }, (_, i) => i);
  const falling = rising.map((value) => -value);
  const tail = (i: number): number => -Math.log((rows - i - 0.5) / (rows + 0.5));

  it("is alone where what it ranks first lies together", () => {
    expect([...besideMerge(rising, falling, pairs(true))]).toEqual([...rising].map((i) => expect.closeTo(tail(i), 10) as number));
  });

  it("counts half as much where it does not", () => {
    const expected = [...rising].map((i) => tail(i) + 2 * tail(rows - 1 - i));
    expect([...besideMerge(rising, falling, pairs(false))]).toEqual(expected.map((value) => expect.closeTo(value, 10) as number));
  });
});
