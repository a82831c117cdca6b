import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { makeProfiles } from "../../blocks/ratings/profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";

export const averageProfiles: RatingAttack<Record<string, never>> = {
  kind: "attack",
  id: "average-profiles",
  title: "Average profiles",
  summary: "Accounts that rate the targets at the end of the scale and random items as they are rated on average.",
  source: {
    cite: "Lam & Riedl 2004, Shilling Recommender Systems for Fun and Profit, WWW",
    url: "https://doi.org/10.1145/988672.988726",
  },
  params: {},
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "gray-box" },
  async poison(input, { rng }) {
    const { itemMean, itemDeviation } = itemStatistics(input.clean);
    return makeProfiles(input, { fillerValue: (item, draw) => itemMean[item] + itemDeviation[item] * draw.normal() }, rng);
  },
};
