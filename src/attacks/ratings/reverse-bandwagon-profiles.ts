import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { type FillerValue, extremesFor, makeProfiles } from "../../blocks/ratings/profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";
import { highest } from "../../numeric/orders/ranks.ts";

export const reverseBandwagonProfiles: RatingAttack<{ selected: number; leastRatings: number }> = {
  kind: "attack",
  id: "reverse-bandwagon-profiles",
  title: "Reverse bandwagon profiles",
  summary: "Accounts that rate the targets and the items most disliked alike at the bottom of the scale, and random items besides.",
  source: {
    cite: "Mobasher, Burke, Bhaumik & Williams 2007, Toward Trustworthy Recommender Systems, ACM TOIT 7(4)",
    url: "https://doi.org/10.1145/1278366.1278372",
  },
  params: {
    selected: { type: "number", default: 5, min: 1, max: 10_000, integer: true, help: "disliked items that every account rates" },
    leastRatings: { type: "number", default: 10, min: 1, max: 1e6, integer: true, help: "ratings that an item needs to count as disliked" },
  },
  data: "ratings",
  goals: ["demote"],
  threat: { access: "inject", knowledge: "none" },
  async poison(input, { params, rng }) {
    const { mean, deviation, itemMean, itemCount } = itemStatistics(input.clean);
    const disliked = itemMean.map((value, i) => (itemCount[i] >= params.leastRatings ? -value : -Infinity));
    for (const target of input.goal.targets) disliked[target] = -Infinity;
    const known = disliked.reduce((count, value) => count + Number(value > -Infinity), 0);
    const items = highest(disliked, Math.min(params.selected, known));
    const fillerValue: FillerValue = (_, draw) => mean + deviation * draw.normal();
    return makeProfiles(input, { selected: { items, value: extremesFor(input).target }, fillerValue }, rng);
  },
};
