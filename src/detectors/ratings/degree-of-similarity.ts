import { meanNearestSimilarity } from "../../blocks/ratings/user-pairs.ts";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { AccountDetector } from "../../core/recommender.ts";

/**
 * The mean over the nearest accounts of W_uv = Σ a_u a_v / √(Σ a_u² Σ a_v²) over common items, a = rating − mean of the account, times
 * min(common, d) / d. An account whose ratings are all equal has a = 0 and similarity 0 to everyone.
 */
export const degreeOfSimilarity: AccountDetector<{ neighbours: number; commonItems: number }> = {
  kind: "detector",
  id: "degree-of-similarity",
  title: "Degree of similarity with the nearest accounts",
  summary: "How alike an account rates to those that rate most like it: accounts made by one recipe are close to each other.",
  source: {
    cite: "Chirita, Nejdl & Zamfir 2005, Preventing Shilling Attacks in Online Recommender Systems, WIDM; the discount of Burke et al. 2006, KDD",
    url: "https://doi.org/10.1145/1097047.1097061",
  },
  params: {
    neighbours: { type: "number", default: 25, min: 1, max: 10_000, integer: true, help: "nearest accounts that are averaged over" },
    commonItems: {
      type: "number",
      default: 50,
      min: 1,
      max: 1e6,
      integer: true,
      help: "d: a similarity over fewer common items is discounted; 1 = never",
    },
  },
  data: "ratings",
  async score(ratings, { params }) {
    return meanNearestSimilarity(ratings, aboveOwnMean(ratings), params.neighbours, ({ common, product, ownSquares, otherSquares }) =>
      ownSquares > 0 && otherSquares > 0
        ? ((product / Math.sqrt(ownSquares * otherSquares)) * Math.min(common, params.commonItems)) / params.commonItems
        : 0,
    );
  },
};

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
