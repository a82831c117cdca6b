import { describe, expect, it } from "vitest";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector } from "../../core/recommender.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { degreeOfSimilarity } from "./degree-of-similarity.ts";
import { fillerMeanTargetDifference } from "./filler-mean-target-difference.ts";
import { fillerMeanVariance } from "./filler-mean-variance.ts";
import { lengthVariance } from "./length-variance.ts";
import { nearCopies } from "./near-copies.ts";
import { rdma } from "./rdma.ts";
import { unrap } from "./unrap.ts";
import { wda } from "./wda.ts";
import { wdma } from "./wdma.ts";

/**
 * a: 5 3 –, b: 3 3 –, c: – 3 1, d: 1 3 4; item means 3, 3, 2.5, mean of all 26 / 9.
 */
const tiny: Ratings = {
  user: Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3, 3),
  item: Int32Array.of(0, 1, 0, 1, 1, 2, 0, 1, 2),
  value: Float64Array.of(5, 3, 3, 3, 3, 1, 1, 3, 4),
  time: null,
  users: ["a", "b", "c", "d"],
  items: ["i0", "i1", "i2"],
  scale: { low: 1, high: 5, step: 1 },
};

async function scoresOf(detector: AccountDetector, params: object = {}, ratings = tiny): Promise<number[]> {
  return [...(await detector.score(ratings, { rng: makeRng(1), params: resolveParams(detector.id, detector.params, { ...params }) }))];
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, u) => expect(found[u]).toBeCloseTo(value, 12));
}

describe("scores of accounts, by hand", () => {
  it("rdma, wda and wdma weigh departures by how few rated the item", async () => {
    const [d, e] = [2 / 3, 1.5 / 2];
    expectClose(await scoresOf(wda), [d, 0, e, d + e]);
    expectClose(await scoresOf(rdma), [d / 2, 0, e / 2, (d + e) / 3]);
    expectClose(await scoresOf(wdma), [2 / 9 / 2, 0, 1.5 / 4 / 2, (2 / 9 + 1.5 / 4) / 3]);
  });

  it("length-variance is the departure from the mean length over the sum of squares", async () => {
    const squares = 3 * 0.25 ** 2 + 0.75 ** 2;
    expectClose(await scoresOf(lengthVariance), [0.25 / squares, 0.25 / squares, 0.25 / squares, 0.75 / squares]);
    expectClose(await scoresOf(lengthVariance, {}, { ...tiny, users: ["a"], user: tiny.user.map(() => 0) }), [0]);
  });

  it("filler-mean-target-difference compares ends of the scale with the rest", async () => {
    expectClose(await scoresOf(fillerMeanTargetDifference), [2, 0, 2, Math.abs(1 - 3.5)]);
  });

  it("filler-mean-variance leaves out what an account rates highest", async () => {
    const mean = 26 / 9;
    const variance = tiny.value.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 9;
    expectClose(await scoresOf(fillerMeanVariance), [0, -variance, -(1.5 ** 2), -(4 + 0) / 2]);
  });

  it("unrap divides the residue by the account's own spread", async () => {
    const mean = 26 / 9;
    const residue = (values: number[], means: number[]): number => {
      const own = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value, k) => sum + (value - means[k] - own + mean) ** 2, 0);
    };
    const a = residue([5, 3], [3, 3]) / 2;
    const c = residue([3, 1], [3, 2.5]) / 2;
    const d = residue([1, 3, 4], [3, 3, 2.5]) / ((1 - 8 / 3) ** 2 + (3 - 8 / 3) ** 2 + (4 - 8 / 3) ** 2);
    expectClose(await scoresOf(unrap), [a, Math.max(a, c, d), c, d]);
  });

  it("degree-of-similarity averages the nearest accounts, with accounts of one value similar to nobody", async () => {
    // Centred: a (1, −1, ·), b (0, 0, ·), c (·, 1, −1), d (−5/3, 1/3, 4/3): no two agree, and what is below 0 counts as 0.
    const found = await scoresOf(degreeOfSimilarity, { neighbours: 3, commonItems: 1 });
    expectClose(found, [0, 0, 0, 0]);
    const all = await scoresOf(degreeOfSimilarity, { neighbours: 1, commonItems: 2 }, twins);
    expectClose(all, [1, 1, 0]);
    expectClose(await scoresOf(degreeOfSimilarity, { neighbours: 1, commonItems: 8 }, twins), [0.25, 0.25, 0]);
  });

  it("near-copies is 1 for copies, whatever their length, where somebody else rates otherwise", async () => {
    expectClose(await scoresOf(nearCopies, { neighbours: 1 }, twins), [1, 1, 0]);
  });
});

/** Two accounts alike and a third of one value. */
const twins: Ratings = {
  ...tiny,
  user: Int32Array.of(0, 0, 1, 1, 2, 2),
  item: Int32Array.of(0, 1, 0, 1, 0, 1),
  value: Float64Array.of(5, 1, 5, 1, 3, 3),
  users: ["a", "b", "c"],
};
