import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { averageProfiles } from "../../attacks/ratings/average-profiles.ts";
import { ratingError } from "../../blocks/ratings-ranking-metrics.ts";
import { predictionShift, targetExposure } from "../../blocks/ratings-target-metrics.ts";
import { resolveParams } from "../../core/params.ts";
import { type Ratings, ratingsAt } from "../../core/ratings.ts";
import type { Recommender, RecommenderModel, RatingRepair } from "../../core/recommender.ts";
import { applyAccounts } from "../../data/ratings-accounts.ts";
import { randomRatingSplit } from "../../data/ratings-split.ts";
import { alsExplicit } from "../../learners/ratings/als-explicit.ts";
import { itemKnnImplicit } from "../../learners/ratings/item-knn-implicit.ts";
import { makeRng } from "../../numeric/random.ts";
import { dropAccounts } from "./drop-accounts.ts";
import { huberRatings } from "./huber-ratings.ts";
import { weighAccounts } from "./weigh-accounts.ts";

const whole = makeMarketplace(11);
const split = randomRatingSplit(whole, 0.1, makeRng(1));
const [clean, heldOut] = [ratingsAt(whole, split.train), ratingsAt(whole, split.test)];
/** Rated by few, and by many: of these the one that is liked least. */
const rare = 150;
const known = [...Array(30).keys()].sort((a, b) => meanOf(a) - meanOf(b))[0];
const fakes = 15;

function trainerOf(engine: Recommender, params: object = {}) {
  const resolved = resolveParams<object>(engine.id, engine.params, { ...params });
  return (ratings: Ratings, userWeight: Float64Array | null): Promise<RecommenderModel> =>
    engine.fit(ratings, { params: resolved, rng: makeRng("train"), userWeight });
}

const train = trainerOf(alsExplicit, { rank: 4, decay: 0.1, sweeps: 30 });

function meanOf(item: number): number {
  const values = clean.value.filter((_, p) => clean.item[p] === item);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function scene(target: number) {
  const input = {
    clean,
    goal: { goal: "promote" as const, targets: Int32Array.of(target), audience: null },
    budget: { accounts: fakes, fillers: 25 },
    engine: { recommender: alsExplicit, params: {} },
    victim: () => Promise.reject(new Error("no victim is needed")),
  };
  const poisoned = applyAccounts(clean, await averageProfiles.poison(input, { rng: makeRng(2), params: {} }));
  const suspicion = Float64Array.from(poisoned.users, (_, u) => (u >= clean.users.length ? 0.9 : 0.1));
  const before = await train(clean, null);
  const shiftOf = (model: RecommenderModel): number => {
    const [a, b] = [before, model].map(
      (one) => targetExposure({ model: one, clean, targets: Int32Array.of(target), audience: null, k: 10 })[0],
    );
    return predictionShift(a, b) as number;
  };
  const repaired = (repair: RatingRepair, params: object = {}) =>
    repair.fit(poisoned, suspicion, { rng: makeRng(3), params: resolveParams(repair.id, repair.params, { ...params }), train });
  return { poisoned, before, shiftOf, repaired };
}

describe("repairs of ratings", () => {
  it("take back the shift of known accounts, at no cost in the error of genuine users", async () => {
    const { poisoned, before, shiftOf, repaired } = await scene(rare);
    const attacked = shiftOf(await train(poisoned, null));
    expect(attacked).toBeGreaterThan(0.2);
    for (const repair of [dropAccounts, weighAccounts]) {
      const model = await repaired(repair);
      expect(Math.abs(shiftOf(model))).toBeLessThan(0.1 * attacked);
      expect(ratingError(model, heldOut)! / ratingError(before, heldOut)!).toBeLessThan(1.01);
    }
  });

  it("lessen the shift of a well-known item a little, without knowing any account, by Huber's loss", async () => {
    const { poisoned, shiftOf, repaired } = await scene(known);
    expect(shiftOf(await repaired(huberRatings, { rounds: 10 }))).toBeLessThan(0.95 * shiftOf(await train(poisoned, null)));
  });

  it("say so where they cannot work", async () => {
    const options = { rng: makeRng(1), train: trainerOf(itemKnnImplicit) };
    const suspicion = new Float64Array(clean.users.length).fill(0.9);
    await expect(dropAccounts.fit(clean, suspicion, { ...options, params: { threshold: 0.5 } })).rejects.toThrow("leaves nobody");
    await expect(huberRatings.fit(clean, suspicion, { ...options, params: { delta: 0.25, rounds: 1 } })).rejects.toThrow(
      "predicts ratings",
    );
  });

  it("weigh accounts between nothing and all", async () => {
    const seen: Float64Array[] = [];
    const watched = (ratings: Ratings, weights: Float64Array | null) => {
      seen.push(weights as Float64Array);
      return train(ratings, weights);
    };
    const suspicion = Float64Array.from(clean.users, (_, u) => (u === 0 ? 1 : u === 1 ? 0.5 : 0));
    await weighAccounts.fit(clean, suspicion, { rng: makeRng(1), params: { power: 2, least: 0.01 }, train: watched });
    expect([...seen[0].subarray(0, 3)]).toEqual([0.01, 0.25, 1]);
  });
});
