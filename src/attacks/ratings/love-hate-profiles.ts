import { extremesFor, makeProfiles } from "../../blocks/ratings/profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";

export const loveHateProfiles: RatingAttack<Record<string, never>> = {
  kind: "attack",
  id: "love-hate-profiles",
  title: "Love and hate profiles",
  summary: "Accounts that rate the targets at one end of the scale and random items at the other.",
  source: {
    cite: "Mobasher, Burke, Bhaumik & Williams 2007, Toward Trustworthy Recommender Systems, ACM TOIT 7(4)",
    url: "https://doi.org/10.1145/1278366.1278372",
  },
  params: {},
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "none" },
  async poison(input, { rng }) {
    return makeProfiles(input, { fillerValue: () => extremesFor(input).opposite }, rng);
  },
};
