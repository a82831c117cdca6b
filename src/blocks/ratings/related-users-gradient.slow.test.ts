import { describe, expect, it } from "vitest";
import { makeRatings } from "../../../test/arbitrary-ratings.ts";
import type { Ratings } from "../../core/ratings.ts";
import { type FactorModel, type RecommenderModel, isFactorModel } from "../../core/recommender.ts";
import { resolveParams } from "../../core/params.ts";
import { mtrlUsers, type MtrlUsersParams } from "../../learners/ratings/mtrl-users.ts";
import { makeRng } from "../../numeric/random.ts";
import { zeroFactorGradient } from "./implicit-als-gradient.ts";
import { mtrlUsersRatingDerivatives } from "./related-users-gradient.ts";
import { ratingUtility } from "./attack-utility.ts";

const params = resolveParams<MtrlUsersParams>("mtrl-users", mtrlUsers.params, {
  rank: 2,
  itemDecay: 0.2,
  itemSweeps: 10_000,
  warmItemSweeps: 10_000,
  relationDecay: 0.02,
  weightDecay: 0.01,
  epsilon: 1e-3,
  rounds: 1500,
});

async function train(ratings: Ratings, start: RecommenderModel | null): Promise<FactorModel> {
  const model = await mtrlUsers.fit(ratings, { params, rng: makeRng("train"), start });
  if (!isFactorModel(model)) throw new Error("mtrl-users has factors");
  return model;
}

describe("the gradient through users as related tasks", () => {
  it.each([["softmax"], ["departure"]] as const)("is that of whole trainings, relation, items and mean included: %s", async (kind) => {
    const ratings = makeRatings({ seed: 8, users: 9, items: 7, density: 0.7, timed: false });
    const model = await train(ratings, null);
    const goal = { goal: "promote" as const, targets: Int32Array.of(0), audience: Int32Array.of(0, 1, 2, 3, 4, 5, 6) };
    const reference = await train({ ...ratings, value: ratings.value.map((value, p) => (p % 3 === 0 ? value + 0.5 : value)) }, null);
    const utility = ratingUtility(ratings, goal, { kind, listLength: 2, temperature: 1, margin: 1 }, reference);
    const gradient = zeroFactorGradient(model.factors);
    utility.addGradientInto(gradient, model, model.factors);
    const found = mtrlUsersRatingDerivatives(ratings, model.factors, params, gradient, { tolerance: 1e-13, maxSteps: 5000 });
    const step = 1e-4;
    const at = async (p: number, by: number): Promise<number> => {
      const value = ratings.value.slice();
      value[p] += by;
      return utility.value(await train({ ...ratings, value }, model));
    };
    const own = [...ratings.user.keys()].filter((p) => ratings.user[p] >= 7);
    expect(own.length).toBeGreaterThan(5);
    const wanted: number[] = [];
    for (const p of own)
      wanted.push((8 * ((await at(p, step)) - (await at(p, -step))) - ((await at(p, 2 * step)) - (await at(p, -2 * step)))) / (12 * step));
    const largest = Math.max(...wanted.map(Math.abs));
    own.forEach((p, k) => expect(Math.abs(found[p] - wanted[k]) / largest).toBeLessThan(1e-5));
  });
});
