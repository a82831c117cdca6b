import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { type FillerValue, extremesFor, makeProfiles } from "../../blocks/ratings/profiles.ts";
import type { RatingAttack } from "../../core/recommender.ts";
import { highest } from "../../numeric/orders/ranks.ts";

export const bandwagonProfiles: RatingAttack<{ selected: number; fillers: "random" | "average" }> = {
  kind: "attack",
  id: "bandwagon-profiles",
  title: "Bandwagon profiles",
  summary: "Accounts that rate the targets and the best-known items alike at the end of the scale, and random items besides.",
  source: {
    cite: "Mobasher, Burke, Bhaumik & Williams 2007, Toward Trustworthy Recommender Systems, ACM TOIT 7(4)",
    url: "https://doi.org/10.1145/1278366.1278372",
  },
  params: {
    selected: { type: "number", default: 5, min: 1, max: 10_000, integer: true, help: "best-known items that every account rates" },
    fillers: {
      type: "choice",
      default: "random",
      options: ["random", "average"],
      help: "whether other items are rated around the mean of all ratings, or around their own",
    },
  },
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "none" },
  async poison(input, { params, rng }) {
    const { mean, deviation, itemMean, itemDeviation, itemCount } = itemStatistics(input.clean);
    const fillerValue: FillerValue =
      params.fillers === "average"
        ? (item, draw) => itemMean[item] + itemDeviation[item] * draw.normal()
        : (_, draw) => mean + deviation * draw.normal();
    const items = highest(withoutTargets(itemCount, input.goal.targets), Math.min(params.selected, itemCount.length));
    return makeProfiles(input, { selected: { items, value: extremesFor(input).target }, fillerValue }, rng);
  },
};

/** Targets take no place among the best-known. */
function withoutTargets(itemCount: Float64Array, targets: Int32Array): Float64Array {
  const out = itemCount.slice();
  for (const target of targets) out[target] = -1;
  return out;
}
