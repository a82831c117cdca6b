import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rankingQuality, ratingError } from "../../src/blocks/ratings/ranking-metrics.ts";
import { resolveParams } from "../../src/core/params.ts";
import { type Ratings, ratingsAt, ratingsWhere } from "../../src/core/ratings.ts";
import type { Recommender, RecommenderModel } from "../../src/core/recommender.ts";
import { leaveLastOut, randomRatingSplit } from "../../src/data/ratings-split.ts";
import { alsExplicit } from "../../src/learners/ratings/als-explicit.ts";
import { alsImplicit } from "../../src/learners/ratings/als-implicit.ts";
import { itemKnnImplicit } from "../../src/learners/ratings/item-knn-implicit.ts";
import { readRatings } from "../../src/node/read/ratings/read-ratings.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { dataFolder } from "./real-data.ts";

const file = resolve(dataFolder, "ml-100k/ml-100k.inter");

function train(engine: Recommender, ratings: Ratings, given: Record<string, unknown> = {}): Promise<RecommenderModel> {
  return engine.fit(ratings, { rng: makeRng(1), params: resolveParams(engine.id, engine.params, given) });
}

// The whole table, tuning included, is printed by bench/recommenders.mjs.
describe.skipIf(!existsSync(file))("on MovieLens-100K", () => {
  it("reads what its README counts", async () => {
    const { ratings } = await readRatings({ data: file, format: "tsv" });
    expect([ratings.users.length, ratings.items.length, ratings.user.length]).toEqual([943, 1682, 100_000]);
    expect(ratings.scale).toEqual({ low: 1, high: 5, step: 1 });
  });

  it("als-explicit is at least as exact as an independent implementation (0.934 to 0.940)", async () => {
    const { ratings } = await readRatings({ data: file, format: "tsv" });
    const split = randomRatingSplit(ratings, 0.2, makeRng(0));
    expect(ratingError(await train(alsExplicit, ratingsAt(ratings, split.train)), ratingsAt(ratings, split.test))).toBeLessThan(0.94);
  });

  it("implicit engines find the last liked item as often as an independent implementation (0.149 and 0.135), within two standard errors", async () => {
    const { ratings } = await readRatings({ data: file, format: "tsv" });
    const liked = ratingsWhere(ratings, (p) => ratings.value[p] >= 4);
    const split = leaveLastOut(liked, makeRng(0));
    const before = ratingsAt(liked, Int32Array.from([...split.train, ...split.validation]).sort());
    const heldOut = ratingsAt(liked, split.test);
    const hitRate = async (engine: Recommender, given: Record<string, unknown>): Promise<number | null> =>
      rankingQuality({ model: await train(engine, before, given), train: before, heldOut, k: 10 }).hitRate;
    expect(Math.abs((await hitRate(alsImplicit, { confidence: 5, decay: 3 }))! - 0.1486)).toBeLessThan(0.023);
    expect(Math.abs((await hitRate(itemKnnImplicit, { neighbours: 50, shrink: 10 }))! - 0.1348)).toBeLessThan(0.023);
  });
});
