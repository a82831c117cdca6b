import {
  type ImplicitGradientKind,
  ratingDerivative,
  ratingSensitivity,
  zeroFactorGradient,
} from "../../blocks/ratings/implicit-als-gradient.ts";
import { ascendFakeRatings } from "../../blocks/ratings/fake-ratings-ascent.ts";
import { type FakeRatingsParams, ascentFrom, fakeRatingsSpecs } from "../../blocks/ratings/fake-ratings-params.ts";
import { ratingUtility } from "../../blocks/ratings/attack-utility.ts";
import { type RatingAttack, type RecommenderModel, isFactorModel } from "../../core/recommender.ts";
import type { Rng } from "../../numeric/random.ts";

interface PgaRatingsParams extends FakeRatingsParams {
  gradient: ImplicitGradientKind;
}

/** Differs from the paper in the gradient (exact by default), in utilities of the first K places, in fixed supports, and in keeping the best point. */
export const pgaRatings: RatingAttack<PgaRatingsParams> = {
  kind: "attack",
  id: "pga-ratings",
  title: "Projected gradient ascent on factorisation",
  summary: "Accounts whose ratings climb, through the training of als-explicit, how high genuine users will see the targets.",
  source: {
    cite: "Li, Wang, Singh & Vorobeychik 2016, Data Poisoning Attacks on Factorization-Based Collaborative Filtering, NeurIPS; the exact gradient is Theriac's",
    url: "https://arxiv.org/abs/1608.08182",
  },
  params: {
    ...fakeRatingsSpecs,
    gradient: {
      type: "choice",
      default: "exact",
      options: ["published", "half-step", "exact"],
      help: "how far the gradient follows a rating through the training: as published no filler feels the targets",
    },
  },
  data: "ratings",
  goals: ["promote", "demote", "availability"],
  threat: { access: "inject", knowledge: "white-box" },
  refuses: ({ recommender }) =>
    recommender.leastSquares !== undefined ? null : "it differentiates the training of als-explicit, and this engine is another",
  atQuick: () => ({ steps: 6, models: 1 }),
  async poison(input, { params, rng, signal, progress }) {
    const { clean, goal, engine } = input;
    const { recommender, params: engineParams } = engine;
    const decay = recommender.leastSquares?.(engineParams).decay;
    if (decay === undefined) throw new Error(`${recommender.id} is no als-explicit`);
    const kind = goal.goal === "availability" ? "departure" : params.utility;
    const utility = ratingUtility(clean, goal, { ...params, kind }, await input.victim());
    const problem = {
      ...ascentFrom(input, params, rng),
      utility: utility.value,
      derivatives(ratings: typeof clean, model: RecommenderModel, from: number): Float64Array {
        if (!isFactorModel(model)) throw new Error("als-explicit has factors");
        const { factors } = model;
        const gradient = zeroFactorGradient(factors);
        utility.addGradientInto(gradient, model, factors);
        const solve = { kind: params.gradient, tolerance: 1e-6, maxSteps: params.solveSteps };
        const z = ratingSensitivity(ratings, factors, decay, gradient, solve);
        return Float64Array.from(ratings.user.subarray(from), (u, k) => ratingDerivative(z, factors, u, ratings.item[from + k]));
      },
      fit: (ratings: typeof clean, from: RecommenderModel | null, stream: Rng) =>
        recommender.fit(ratings, { params: engineParams, start: from, rng: stream, signal }),
    };
    return ascendFakeRatings(problem, { rng, signal, progress });
  },
};
