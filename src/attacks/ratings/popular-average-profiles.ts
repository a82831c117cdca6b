import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { makeProfiles, mostRated } from "../../blocks/ratings/profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";

export const popularAverageProfiles: RatingAttack<{ popular: number }> = {
  kind: "attack",
  id: "popular-average-profiles",
  title: "Average profiles over popular items",
  summary: "Accounts that rate the targets at the end of the scale and popular items as they are rated on average: hard to tell apart.",
  source: {
    cite: "Hurley, Cheng & Zhang 2009, Statistical Attack Detection, RecSys",
    url: "https://doi.org/10.1145/1639714.1639740",
  },
  params: {
    popular: { type: "number", default: 0.2, min: 0, max: 1, help: "the share of items, most rated first, that fillers are drawn from" },
  },
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "gray-box" },
  async poison(input, { params, rng }) {
    const { itemMean, itemDeviation, itemCount } = itemStatistics(input.clean);
    const pool = mostRated(itemCount, params.popular);
    return makeProfiles(input, { pool, fillerValue: (item, draw) => itemMean[item] + itemDeviation[item] * draw.normal() }, rng);
  },
};
