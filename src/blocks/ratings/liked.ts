import type { AutoSpec } from "../../core/params.ts";
import { type RatingScale, type Ratings, ratingsWhere } from "../../core/ratings.ts";

/** The parameter of every engine that learns from what people like rather than from how much. */
export const likedFromSpec: AutoSpec = {
  type: "number-or-auto",
  default: "auto",
  min: -Infinity,
  max: Infinity,
  help: 'the lowest rating that counts as liking an item; "auto" is three quarters up the scale: 4 of 1 … 5',
};

/** The ratings that count as liking; users and items keep their places. */
export function likedRatings(ratings: Ratings, likedFrom: number | "auto"): Ratings {
  const threshold = likedFrom === "auto" ? threeQuartersUp(ratings.scale) : likedFrom;
  return ratingsWhere(ratings, (p) => ratings.value[p] >= threshold);
}

function threeQuartersUp({ low, high }: RatingScale): number {
  return low + 0.75 * (high - low);
}
