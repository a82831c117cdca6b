import { describe, expect, it } from "vitest";
import type { Ratings } from "../../core/ratings.ts";
import type { RecommenderModel } from "../../core/recommender.ts";
import { ratingBaseline } from "./baseline.ts";
import { errorReader, rankingQuality, rankingReader, ratingError } from "./ranking-metrics.ts";
import { readScoresTogether } from "./scores.ts";
import { placesInto } from "./places.ts";
import { exposureReader, meanOverTargets, predictionShift, targetExposure } from "./target-metrics.ts";
import { mostPopularItems, userAndItemBias } from "./without-taste.ts";

/** From [user, item, value] in order. */
function ratingsOf(cells: readonly (readonly [number, number, number])[], users: number, items: number): Ratings {
  return {
    user: Int32Array.from(cells, ([user]) => user),
    item: Int32Array.from(cells, ([, item]) => item),
    value: Float64Array.from(cells, ([, , value]) => value),
    time: null,
    users: Array.from({ length: users }, (_, u) => `u${u}`),
    items: Array.from({ length: items }, (_, i) => `i${i}`),
    scale: { low: 1, high: 5, step: 1 },
  };
}

/** A model with one row of scores for each user. */
function modelOf(rows: readonly (readonly number[])[]): RecommenderModel {
  return { unit: "rating", scoresInto: (out, users) => users.forEach((u, n) => out.set(rows[u], n * rows[u].length)) };
}

const clean = ratingsOf(
  [
    [0, 0, 5],
    [1, 3, 2],
    [2, 1, 4],
  ],
  3,
  4,
);
const before = modelOf([
  [9, 3, 1, 2],
  [1, 2, 3, 9],
  [4, 9, 4, 4],
]);

describe("what users see of a target", () => {
  it("leaves out who rated it, ranks it among what they have not rated, and shares places between equal scores", () => {
    // u1 rated item 3. Without what each rated: u0 has items 1, 3, 2 in this order, so item 3 is second; u2 has 0, 2 and 3 at one score, so (1 + 2 + 3) / 3.
    const [exposure] = targetExposure({ model: before, clean, targets: Int32Array.of(3), audience: null, k: 1 });
    expect(exposure).toMatchObject({ target: 3, users: 2, hitRate: 0, meanRank: 2, medianRank: 2 });
    const [wider] = targetExposure({ model: before, clean, targets: Int32Array.of(3), audience: null, k: 2 });
    expect(wider.hitRate).toBe(1);
    // Item 2 is third for u0, first for u1, in the middle of three for u2.
    const [other] = targetExposure({ model: before, clean, targets: Int32Array.of(2), audience: null, k: 1 });
    expect(other).toMatchObject({ users: 3, hitRate: 1 / 3, meanRank: 2, medianRank: 2 });
  });

  it("looks at the audience alone, and is nothing where all of it rated the target", () => {
    const [exposure] = targetExposure({ model: before, clean, targets: Int32Array.of(3), audience: Int32Array.of(1), k: 1 });
    expect(exposure).toMatchObject({ users: 0, hitRate: null, meanRank: null, medianRank: null });
    expect(predictionShift(exposure, exposure)).toBeNull();
  });

  it("shifts by the mean change of its score, over who has not rated it", () => {
    const after = modelOf([
      [0, 0, 0, 2.5],
      [0, 0, 0, 100],
      [0, 0, 0, 5.5],
    ]);
    const ask = { clean, targets: Int32Array.of(3), audience: null, k: 1 };
    const [[a], [b]] = [targetExposure({ ...ask, model: before }), targetExposure({ ...ask, model: after })];
    expect(predictionShift(a, b)).toBe((0.5 + 1.5) / 2);
  });

  it("averages over targets, those without a figure left out", () => {
    const exposures = targetExposure({ model: before, clean, targets: Int32Array.of(2, 3), audience: Int32Array.of(1), k: 1 });
    expect(meanOverTargets(exposures, ({ hitRate }) => hitRate)).toBe(1);
    expect(meanOverTargets(exposures.slice(1), ({ hitRate }) => hitRate)).toBeNull();
  });

  it("ranks by score with ties in the middle", () => {
    const places = new Float64Array(2);
    placesInto(places, Float64Array.of(5, 3, 3, 1), Int32Array.of(), Int32Array.of(1, 3));
    expect([...places]).toEqual([2.5, 4]);
    placesInto(places, Float64Array.of(5, 3, 3, 1, 2), Int32Array.of(0), Int32Array.of(1, 0));
    expect([...places]).toEqual([1.5, NaN]);
  });
});

describe("how well held-out ratings are found", () => {
  const heldOut = ratingsOf(
    [
      [0, 2, 4],
      [0, 3, 4],
      [1, 0, 4],
    ],
    3,
    4,
  );

  it("is recall, hit rate and NDCG over users with something held out", () => {
    // u0 has 1, 3, 2 in this order and 2 and 3 held out: places 3 and 2. u1 has 2, 1, 0 and 0 held out: place 3.
    const at2 = rankingQuality({ model: before, train: clean, heldOut, k: 2 });
    expect(at2).toMatchObject({ users: 2, recall: (1 / 2 + 0) / 2, hitRate: 1 / 2 });
    const [second, third] = [1 / Math.log2(3), 1 / 2];
    expect(at2.ndcg).toBeCloseTo(second / (1 + second) / 2, 12);
    const at3 = rankingQuality({ model: before, train: clean, heldOut, k: 3 });
    expect(at3).toMatchObject({ recall: 1, hitRate: 1 });
    expect(at3.ndcg).toBeCloseTo(((second + third) / (1 + second) + third) / 2, 12);
  });

  it("is the root mean squared error of ratings", () => {
    expect(ratingError(before, heldOut)).toBeCloseTo(Math.sqrt((3 ** 2 + 2 ** 2 + 3 ** 2) / 3), 12);
  });

  it("is the same of scores that are read together, each user of them once", () => {
    const exposed = { clean, targets: Int32Array.of(2, 3), audience: Int32Array.of(1, 2), k: 1 };
    const [exposure, ranking, error] = [exposureReader(exposed), rankingReader({ train: clean, heldOut, k: 2 }), errorReader(heldOut)];
    const asked: number[] = [];
    const counted: RecommenderModel = {
      ...before,
      scoresInto(out, users) {
        asked.push(...users);
        before.scoresInto(out, users);
      },
    };
    readScoresTogether(counted, 4, [exposure, ranking, error]);
    expect(asked).toEqual([0, 1, 2]);
    expect(exposure.result()).toEqual(targetExposure({ model: before, ...exposed }));
    expect(ranking.result()).toEqual(rankingQuality({ model: before, train: clean, heldOut, k: 2 }));
    expect(error.result()).toBe(ratingError(before, heldOut));
  });

  it("is of the most popular items what their order by raters gives, and of biases what μ + b_u + b_i gives", () => {
    const train = ratingsOf(
      [
        [0, 0, 5],
        [0, 1, 4],
        [1, 1, 2],
        [2, 1, 3],
        [2, 3, 1],
        [2, 0, 5],
      ].toSorted((a, b) => a[0] - b[0] || a[1] - b[1]) as [number, number, number][],
      3,
      4,
    );
    // Item 1 has three raters, 0 two, 3 one, 2 none. u0 has 3 and then 2 left, u1 0, 3 and 2.
    const popular = rankingQuality({ model: mostPopularItems(train), train, heldOut, k: 1 });
    // u0: of 2 and 3 the second is found; u1: item 0 is.
    expect(popular).toMatchObject({ users: 2, recall: (1 / 2 + 1) / 2, hitRate: 1 });
    const { mean, user, item } = ratingBaseline(train, null);
    expect(mean).toBeCloseTo(20 / 6, 12);
    const errors = [mean + user[0] + item[2] - 4, mean + user[0] + item[3] - 4, mean + user[1] + item[0] - 4];
    const rmse = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / 3);
    expect(ratingError(userAndItemBias(train), heldOut)).toBeCloseTo(rmse, 12);
  });

  it("is missing where nothing is held out", () => {
    const none = ratingsOf([], 3, 4);
    expect(rankingQuality({ model: before, train: clean, heldOut: none, k: 3 })).toEqual({
      users: 0,
      recall: null,
      hitRate: null,
      ndcg: null,
    });
    expect(ratingError(before, none)).toBeNull();
  });
});
