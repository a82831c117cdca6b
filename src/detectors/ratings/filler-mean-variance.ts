import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import type { AccountDetector } from "../../core/recommender.ts";

/**
 * Minus the mean of (r_ui − r̄_i)² over the ratings of an account that are not at its own end of the scale (its highest rating stands for the targets):
 * an average attack keeps close to the means of its fillers. An account of one value only has no fillers and scores minus the variance of all.
 */
export const fillerMeanVariance: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "filler-mean-variance",
  title: "Fillers close to the mean of their items",
  summary: "How closely what an account does not rate highest follows the mean of each item, as the fillers of an average attack do.",
  source: {
    cite: "mean variance of Burke, Mobasher, Williams & Bhaumik 2006, Classification Features for Attack Detection in Collaborative Recommender Systems, KDD",
    url: "https://doi.org/10.1145/1150402.1150465",
  },
  params: {},
  data: "ratings",
  async score({ user, item, value, users, items, scale, time }) {
    const { deviation, itemMean } = itemStatistics({ user, item, value, users, items, scale, time });
    const highest = new Float64Array(users.length).fill(-Infinity);
    for (let p = 0; p < value.length; p++) highest[user[p]] = Math.max(highest[user[p]], value[p]);
    const count = new Float64Array(users.length);
    const squares = new Float64Array(users.length);
    for (let p = 0; p < value.length; p++) {
      if (value[p] === highest[user[p]]) continue;
      count[user[p]]++;
      squares[user[p]] += (value[p] - itemMean[item[p]]) ** 2;
    }
    return squares.map((sum, u) => (count[u] === 0 ? -deviation * deviation : -sum / count[u]));
  },
};
