import type { Ratings } from "../../core/ratings.ts";
import type { RecommenderModel } from "../../core/recommender.ts";
import { ratingBaseline } from "./baseline.ts";

/** The most popular items first, the same order for everybody (non-personalised; "MostPop"): an item scores how many rated it. */
export function mostPopularItems({ item, items }: Ratings): RecommenderModel {
  const counts = new Float64Array(items.length);
  for (const i of item) counts[i]++;
  return {
    unit: "preference",
    scoresInto(out, users) {
      for (let n = 0; n < users.length; n++) out.set(counts, n * items.length);
    },
  };
}

/** Every rating as the bias of its user and of its item have it: μ + b_u + b_i, as in `ratingBaseline`. */
export function userAndItemBias(ratings: Ratings): RecommenderModel {
  const { mean, user, item } = ratingBaseline(ratings, null);
  return {
    unit: "rating",
    scoresInto(out, users) {
      for (let n = 0; n < users.length; n++)
        for (let i = 0; i < item.length; i++) out[n * item.length + i] = mean + user[users[n]] + item[i];
    },
  };
}
