import { baselineLifts, ratingBaseline } from "../../blocks/ratings/baseline.ts";
import { traceNeighbours } from "../../blocks/ratings/neighbour-trace.ts";
import { neighbourScorer } from "../../blocks/ratings/neighbour-scores.ts";
import { itemNeighbours, readersOf } from "../../blocks/ratings/neighbours.ts";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Recommender } from "../../core/recommender.ts";

export interface ItemKnnParams {
  readonly neighbours: number;
  readonly shrink: number;
}

/**
 * r̂_ui = b_ui + Σ_j s_ij (r_uj − b_uj) / Σ_j s_ij over the neighbours j of i that u rated, b_ui where there are none; s is the cosine of ratings
 * minus the user's mean. Differs from the paper in the baseline b, in lengths over all raters of an item, and in shrinking.
 */
export const itemKnn: Recommender<ItemKnnParams> = {
  kind: "recommender",
  id: "item-knn",
  title: "Nearest items by ratings",
  summary: "Predicts a rating from the user's ratings of the most similar items, where similar items are rated alike by the same users.",
  source: {
    cite: "Sarwar, Karypis, Konstan & Riedl 2001, Item-Based Collaborative Filtering Recommendation Algorithms, WWW",
    url: "https://doi.org/10.1145/371920.372071",
  },
  feedback: "explicit",
  params: {
    neighbours: { type: "number", default: 100, min: 1, max: 10_000, integer: true, help: "items that an item has as neighbours" },
    shrink: { type: "number", default: 25, min: 0, max: 1e6, help: "a similarity seen in c users is multiplied by c / (c + shrink)" },
  },
  async fit(ratings, { params, userWeight = null, signal, progress }) {
    const baseline = ratingBaseline(ratings, userWeight);
    const entry = aboveOwnMean(ratings);
    const settings = { ...params, entry, userWeight };
    const near = itemNeighbours(ratings, settings, { signal, progress });
    const { item, value } = ratings;
    return {
      unit: "rating",
      scoresInto: neighbourScorer(ratings, readersOf(near), baseline),
      trace: (target, accounts) =>
        traceNeighbours({
          ratings,
          settings,
          target,
          accounts,
          voice: (p) => value[p] - baseline.mean - baseline.user[ratings.user[p]] - baseline.item[item[p]],
          isMean: true,
          apart: baselineLifts(ratings, userWeight, baseline, target, accounts),
        }),
    };
  },
};

/** Shape: [ratings]. */
function aboveOwnMean(ratings: Ratings): Float64Array {
  const starts = startsByUser(ratings);
  const out = ratings.value.slice();
  for (let u = 0; u < ratings.users.length; u++) {
    const own = out.subarray(starts[u], starts[u + 1]);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    for (let p = 0; p < own.length; p++) own[p] -= mean;
  }
  return out;
}
