import type { AutoSpec } from "../core/params.ts";
import type { RatingScale, Ratings } from "../core/ratings.ts";

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
  return keepRatings(ratings, (p) => ratings.value[p] >= threshold);
}

/** The ratings at the positions that `isKept` says; users and items keep their places. */
export function keepRatings(ratings: Ratings, isKept: (rating: number) => boolean): Ratings {
  const kept = Int32Array.from(ratings.user.keys()).filter(isKept);
  return {
    ...ratings,
    user: Int32Array.from(kept, (p) => ratings.user[p]),
    item: Int32Array.from(kept, (p) => ratings.item[p]),
    value: Float64Array.from(kept, (p) => ratings.value[p]),
    time: ratings.time && Float64Array.from(kept, (p) => ratings.time![p]),
  };
}

function threeQuartersUp({ low, high }: RatingScale): number {
  return low + 0.75 * (high - low);
}
