import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { makeProfiles } from "../../blocks/ratings/profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";

export const randomProfiles: RatingAttack<Record<string, never>> = {
  kind: "attack",
  id: "random-profiles",
  title: "Random profiles",
  summary: "Accounts that rate the targets at the end of the scale and random items around the mean of all ratings.",
  source: {
    cite: "Lam & Riedl 2004, Shilling Recommender Systems for Fun and Profit, WWW",
    url: "https://doi.org/10.1145/988672.988726",
  },
  params: {},
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "none" },
  async poison(input, { rng }) {
    const { mean, deviation } = itemStatistics(input.clean);
    return makeProfiles(input, { fillerValue: (_, draw) => mean + deviation * draw.normal() }, rng);
  },
};
