import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import type { AccountDetector } from "../../core/recommender.ts";

/**
 * H_u = Σ_i (r_ui − r̄_i − r̄_u + r̄)² / Σ_i (r_ui − r̄_u)², the mean squared residue of biclustering over the items of u. An account whose ratings are
 * all equal has residue but no spread of its own, and scores as the highest of the others.
 */
export const unrap: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "unrap",
  title: "Residue of a profile",
  summary: "How little of the spread of an account's ratings is explained by the means of the items.",
  source: {
    cite: "Bryan, O'Mahony & Cunningham 2008, Unsupervised Retrieval of Attack Profiles in Collaborative Recommender Systems, RecSys",
    url: "https://doi.org/10.1145/1454008.1454034",
  },
  params: {},
  data: "ratings",
  async score(ratings) {
    const { user, item, value, users } = ratings;
    const { mean, itemMean } = itemStatistics(ratings);
    const count = new Float64Array(users.length);
    const own = new Float64Array(users.length);
    for (let p = 0; p < value.length; p++) {
      count[user[p]]++;
      own[user[p]] += value[p];
    }
    for (let u = 0; u < own.length; u++) own[u] /= Math.max(1, count[u]);
    const residue = new Float64Array(users.length);
    const spread = new Float64Array(users.length);
    for (let p = 0; p < value.length; p++) {
      const u = user[p];
      residue[u] += (value[p] - itemMean[item[p]] - own[u] + mean) ** 2;
      spread[u] += (value[p] - own[u]) ** 2;
    }
    let largest = 0;
    for (let u = 0; u < own.length; u++) if (spread[u] > 1e-9 * count[u]) largest = Math.max(largest, residue[u] / spread[u]);
    return residue.map((sum, u) => (spread[u] > 1e-9 * count[u] ? sum / spread[u] : sum > 1e-9 * count[u] ? largest : 0));
  },
};
