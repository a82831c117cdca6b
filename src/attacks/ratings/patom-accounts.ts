import { zeroFactorGradient } from "../../blocks/ratings/implicit-als-gradient.ts";
import { ascendFakeRatings } from "../../blocks/ratings/fake-ratings-ascent.ts";
import { type FakeRatingsParams, ascentFrom, fakeRatingsSpecs } from "../../blocks/ratings/fake-ratings-params.ts";
import { mtrlUsersRatingDerivatives } from "../../blocks/ratings/related-users-gradient.ts";
import { ratingUtility } from "../../blocks/ratings/attack-utility.ts";
import { type RatingAttack, type RecommenderModel, isFactorModel } from "../../core/recommender.ts";
import type { Rng } from "../../numeric/random.ts";

/**
 * The attack tasks are the fake accounts, the target tasks the genuine ones: an indirect attack in the paper's terms. Differs from the paper in that
 * items are shared and learned too, in the exact gradient through the relation, and in the utilities.
 */
export const patomAccounts: RatingAttack<FakeRatingsParams> = {
  kind: "attack",
  id: "patom-accounts",
  title: "Poisoning of related users through accounts",
  summary: "Accounts whose ratings climb, through the relation of users and the items that mtrl-users learns, what genuine users get.",
  source: {
    cite: "Zhao, An, Yu, Liu & Pan 2018, Data Poisoning Attacks on Multi-Task Relationship Learning, AAAI; on ratings by Theriac",
    url: "https://doi.org/10.1609/aaai.v32i1.11838",
  },
  params: fakeRatingsSpecs,
  data: "ratings",
  goals: ["promote", "demote", "availability"],
  threat: { access: "inject", knowledge: "white-box" },
  refuses: ({ recommender }) =>
    recommender.relation !== undefined ? null : "it differentiates the training of mtrl-users, and this engine is another",
  async poison(input, { params, rng, signal, progress }) {
    const { clean, goal, engine } = input;
    const { recommender, params: engineParams } = engine;
    const relation = recommender.relation?.(engineParams);
    if (relation === undefined) throw new Error(`${recommender.id} is no mtrl-users`);
    const kind = goal.goal === "availability" ? "departure" : params.utility;
    const utility = ratingUtility(clean, goal, { ...params, kind }, await input.victim());
    const problem = {
      ...ascentFrom(input, params, rng),
      utility: utility.value,
      derivatives(ratings: typeof clean, model: RecommenderModel, from: number): Float64Array {
        if (!isFactorModel(model)) throw new Error("mtrl-users has factors");
        const gradient = zeroFactorGradient(model.factors);
        utility.addGradientInto(gradient, model, model.factors);
        const solve = { tolerance: 1e-6, maxSteps: params.solveSteps };
        return mtrlUsersRatingDerivatives(ratings, model.factors, relation, gradient, solve).subarray(from);
      },
      fit: (ratings: typeof clean, from: RecommenderModel | null, stream: Rng) =>
        recommender.fit(ratings, { params: engineParams, start: from, rng: stream, signal }),
    };
    return ascendFakeRatings(problem, { rng, signal, progress });
  },
};
