import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { averageProfiles } from "../../attacks/ratings/average-profiles.ts";
import { ratingError } from "../../blocks/ratings/ranking-metrics.ts";
import { predictedRatings } from "../../blocks/ratings/scores.ts";
import { predictionShift, targetExposure } from "../../blocks/ratings/target-metrics.ts";
import { resolveParams } from "../../core/params.ts";
import { type Ratings, ratingsAt } from "../../core/ratings.ts";
import type { Recommender, RecommenderModel, RatingRepair } from "../../core/recommender.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { randomRatingSplit } from "../../data/ratings-split.ts";
import { alsExplicit } from "../../learners/ratings/als-explicit.ts";
import { itemKnnImplicit } from "../../learners/ratings/item-knn-implicit.ts";
import { makeRng } from "../../numeric/random.ts";
import { dropAccounts } from "./drop-accounts.ts";
import { huberRatings } from "./huber-ratings.ts";
import { trimmedRatings } from "./trimmed-ratings.ts";
import { weighAccounts } from "./weigh-accounts.ts";

const whole = makeMarketplace(11);
const split = randomRatingSplit(whole, 0.1, makeRng(1));
const [clean, heldOut] = [ratingsAt(whole, split.train), ratingsAt(whole, split.test)];
/** Rated by few, and by many. */
const [rare, known] = [150, 20];
const fakes = 15;

function trainerOf(engine: Recommender, params: object = {}) {
  const resolved = resolveParams<object>(engine.id, engine.params, { ...params });
  return (ratings: Ratings, userWeight: Float64Array | null): Promise<RecommenderModel> =>
    engine.fit(ratings, { params: resolved, rng: makeRng("train"), userWeight });
}

const train = trainerOf(alsExplicit, { rank: 4, decay: 0.1, sweeps: 30 });

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

  it.each([huberRatings, trimmedRatings] as RatingRepair[])(
    "hold against scattered wrong ratings, without knowing any, by $id",
    async (repair) => {
      for (const seed of [1, 2, 3]) {
        const rng = makeRng(seed);
        const { low, high } = clean.scale;
        const wrong = { ...clean, value: clean.value.map((value) => (rng.uniform() < 0.1 ? low + high - value : value)) };
        const params = resolveParams<object>(repair.id, repair.params, {});
        const options = { rng: makeRng(3), params: { ...params, ...(repair === trimmedRatings ? { share: 0.1 } : {}) }, train };
        const model = await repair.fit(wrong, new Float64Array(clean.users.length), options);
        expect(ratingError(model, heldOut)!).toBeLessThan(ratingError(await train(wrong, null), heldOut)!);
      }
    },
  );

  it.each([huberRatings, trimmedRatings] as RatingRepair[])(
    "leave most of what accounts that agree do, by $id, which is why it says so",
    async (repair) => {
      for (const target of [rare, known]) {
        const { poisoned, shiftOf, repaired } = await scene(target);
        expect(shiftOf(await repaired(repair))).toBeGreaterThan(0.5 * shiftOf(await train(poisoned, null)));
      }
      expect(repair.summary).toContain("accounts that agree");
    },
  );

  it("train as ever where nothing is trimmed, and on all but the share that fits worst where something is", async () => {
    const seen: Ratings[] = [];
    const watched = (ratings: Ratings, weights: Float64Array | null) => {
      seen.push(ratings);
      return train(ratings, weights);
    };
    const options = { rng: makeRng(3), train: watched };
    const none = new Float64Array(clean.users.length);
    await trimmedRatings.fit(clean, none, { ...options, params: { share: 0, rounds: 1 } });
    expect(seen[1]).toEqual(clean);
    await trimmedRatings.fit(clean, none, { ...options, params: { share: 0.2, rounds: 1 } });
    const [, , whole, kept] = seen;
    expect(kept.value.length).toBe(whole.value.length - Math.floor(0.2 * whole.value.length));
    const predicted = predictedRatings(await train(clean, null), clean);
    const isKept = new Set(Array.from(kept.user, (u, p) => `${u} ${kept.item[p]}`));
    const missed = (wanted: boolean): number[] =>
      [...clean.user.keys()]
        .filter((p) => isKept.has(`${clean.user[p]} ${clean.item[p]}`) === wanted)
        .map((p) => Math.abs(clean.value[p] - predicted[p]));
    expect(Math.max(...missed(true))).toBeLessThanOrEqual(Math.min(...missed(false)));
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
