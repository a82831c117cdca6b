import { likedFromSpec, likedRatings } from "../../blocks/ratings/liked.ts";
import { traceNeighbours } from "../../blocks/ratings/neighbour-trace.ts";
import { neighbourScorer } from "../../blocks/ratings/neighbour-scores.ts";
import { itemNeighbours, readersOf } from "../../blocks/ratings/neighbours.ts";
import type { Recommender } from "../../core/recommender.ts";

export interface ItemKnnImplicitParams {
  readonly neighbours: number;
  readonly shrink: number;
  readonly likedFrom: number | "auto";
}

/** Score of i: the sum of s_ij over the neighbours j of i that the user liked. Differs from the paper in shrinking. */
export const itemKnnImplicit: Recommender<ItemKnnImplicitParams> = {
  kind: "recommender",
  id: "item-knn-implicit",
  title: "Nearest items by who liked them",
  summary: "Ranks items by how similar they are to what the user liked, where similar items are liked by the same users.",
  source: {
    cite: "Deshpande & Karypis 2004, Item-Based Top-N Recommendation Algorithms, ACM TOIS 22(1)",
    url: "https://doi.org/10.1145/963770.963776",
  },
  feedback: "implicit",
  params: {
    neighbours: { type: "number", default: 100, min: 1, max: 10_000, integer: true, help: "items that an item has as neighbours" },
    shrink: { type: "number", default: 25, min: 0, max: 1e6, help: "a similarity seen in c users is multiplied by c / (c + shrink)" },
    likedFrom: likedFromSpec,
  },
  async fit(ratings, { params, userWeight = null, signal, progress }) {
    const liked = likedRatings(ratings, params.likedFrom);
    const entry = new Float64Array(liked.value.length).fill(1);
    const settings = { ...params, entry, userWeight };
    const near = itemNeighbours(liked, settings, { signal, progress });
    return {
      unit: "preference",
      scoresInto: neighbourScorer(liked, readersOf(near), null),
      trace: (target, accounts) =>
        traceNeighbours({
          ratings: liked,
          settings,
          target,
          accounts,
          voice: () => 1,
          isMean: false,
          apart: new Float64Array(accounts.length),
        }),
    };
  },
};
