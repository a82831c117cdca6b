import type { Ratings } from "../../core/ratings.ts";
import { sharedFloats, sharedIntegers } from "./share-table.ts";

/** The same ratings with their arrays in shared memory. */
export function shareRatings(ratings: Ratings): Ratings {
  const { user, item, value, time } = ratings;
  return {
    ...ratings,
    user: sharedIntegers(user),
    item: sharedIntegers(item),
    value: sharedFloats(value),
    time: time && sharedFloats(time),
  };
}
