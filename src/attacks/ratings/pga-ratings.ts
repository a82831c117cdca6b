import type { ImplicitGradientKind } from "../../blocks/als-implicit-gradient.ts";
import { ascendFakeRatings } from "../../blocks/fake-ratings-ascent.ts";
import { type RatingUtilityKind, ratingUtility } from "../../blocks/ratings-attack-utility.ts";
import { itemStatistics } from "../../blocks/ratings-item-statistics.ts";
import { makeProfiles, mostRated } from "../../blocks/ratings-profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";
import type { AlsExplicitParams } from "../../learners/ratings/als-explicit.ts";

interface PgaRatingsParams {
  utility: RatingUtilityKind;
  gradient: ImplicitGradientKind;
  support: "random" | "popular";
  popular: number;
  steps: number;
  firstRate: number;
  lastRate: number;
  solveSteps: number;
  temperature: number;
  margin: number;
  listLength: number;
  mimicry: "off" | "langevin";
  mimicryWeight: number;
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
    utility: {
      type: "choice",
      default: "softmax",
      options: ["shift", "softmax", "margin", "departure"],
      help: "what is raised: the targets' scores, their place (smoothly, or by a hinge on the last place of the list), or any departure from clean scores",
    },
    gradient: {
      type: "choice",
      default: "exact",
      options: ["published", "half-step", "exact"],
      help: "how far the gradient follows a rating through the training: as published no filler feels the targets",
    },
    support: { type: "choice", default: "popular", options: ["random", "popular"], help: "which items are rated besides the targets" },
    popular: { type: "number", default: 0.2, min: 0, max: 1, help: "the share of items, most rated first, that count as popular" },
    steps: { type: "number", default: 12, min: 1, max: 10_000, integer: true, help: "steps of the ascent, each with two warm trainings" },
    firstRate: { type: "number", default: 0.2, min: 0, max: 10, help: "the first step of a typical rating, as a share of the scale" },
    lastRate: { type: "number", default: 0.05, min: 1e-9, max: 10, help: "the last step, likewise" },
    solveSteps: { type: "number", default: 60, min: 1, max: 10_000, integer: true, help: "most steps of conjugate gradients" },
    temperature: { type: "number", default: 0.5, min: 1e-6, max: 1e6, help: "τ of the softmax, in stars" },
    margin: { type: "number", default: 0.5, min: 0, max: 1e6, help: "κ of the hinge, in stars" },
    listLength: { type: "number", default: 10, min: 1, max: 10_000, integer: true, help: "K of the hinge" },
    mimicry: {
      type: "choice",
      default: "off",
      options: ["off", "langevin"],
      help: "whether ratings are drawn towards what the items are rated by others, by stochastic gradient Langevin dynamics",
    },
    mimicryWeight: { type: "number", default: 5, min: 0, max: 1e9, help: "β: what the utility weighs against looking genuine" },
  },
  data: "ratings",
  goals: ["promote", "demote", "availability"],
  threat: { access: "inject", knowledge: "white-box" },
  refuses: ({ recommender }) =>
    recommender.id === "als-explicit" ? null : "it differentiates the training of als-explicit, and this engine is another",
  async poison(input, { params, rng, signal, progress }) {
    const { clean, goal, engine } = input;
    const { itemMean, itemDeviation, itemCount } = itemStatistics(clean);
    const pool = params.support === "popular" ? mostRated(itemCount, params.popular) : null;
    const start = makeProfiles(input, { pool, fillerValue: (item, draw) => itemMean[item] + itemDeviation[item] * draw.normal() }, rng);
    const engineParams = engine.params as AlsExplicitParams;
    const kind = goal.goal === "availability" ? "departure" : params.utility;
    const utility = ratingUtility(clean, goal, { ...params, kind }, await input.victim());
    const problem = {
      input,
      start,
      climbed: utility,
      chosenBy: utility,
      decay: engineParams.decay,
      ...params,
      mimicry: params.mimicry === "off" ? null : { itemMean, itemDeviation, weight: params.mimicryWeight },
      fit: (ratings: typeof clean, from: Awaited<ReturnType<typeof input.victim>>) =>
        engine.recommender.fit(ratings, { params: engineParams, start: from, rng: rng.fork("fit"), signal }),
    };
    return ascendFakeRatings(problem, { rng, signal, progress });
  },
};
