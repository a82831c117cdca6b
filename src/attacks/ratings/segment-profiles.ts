import { closeness } from "../../blocks/ratings/closeness.ts";
import { likedFromSpec, likedRatings } from "../../blocks/ratings/liked.ts";
import { extremesFor, makeProfiles } from "../../blocks/ratings/profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";
import { highest } from "../../numeric/orders/ranks.ts";

export const segmentProfiles: RatingAttack<{ selected: number; likedFrom: number | "auto" }> = {
  kind: "attack",
  id: "segment-profiles",
  title: "Segment profiles",
  summary: "Accounts that rate the targets and what their likely audience likes at one end of the scale, and random items at the other.",
  source: {
    cite: "Mobasher, Burke, Bhaumik & Williams 2007, Toward Trustworthy Recommender Systems, ACM TOIT 7(4)",
    url: "https://doi.org/10.1145/1278366.1278372",
  },
  params: {
    selected: { type: "number", default: 5, min: 1, max: 10_000, integer: true, help: "items of the segment that every account rates" },
    likedFrom: likedFromSpec,
  },
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "gray-box" },
  async poison(input, { params, rng }) {
    const { target, opposite } = extremesFor(input);
    const near = closeness(likedRatings(input.clean, params.likedFrom), input.goal.targets);
    const items = highest(near, Math.min(params.selected, near.length));
    return makeProfiles(input, { selected: { items, value: target }, fillerValue: () => opposite }, rng);
  },
};
