/**
 * Who rated what: the recommender's counterpart of a table. At most one rating of an item by a user; sorted by user, then item.
 *
 * Shapes: user, item, value [ratings]; time [ratings].
 */
export interface Ratings {
  /** Index into `users`. */
  readonly user: Int32Array;
  /** Index into `items`. */
  readonly item: Int32Array;
  readonly value: Float64Array;
  /** Seconds since 1970, or whatever unit the file has: only the order counts. null where the data have none. */
  readonly time: Float64Array | null;
  readonly users: readonly string[];
  readonly items: readonly string[];
  readonly scale: RatingScale;
}

/** What a rating may be: `low`, `low + step`, …, `high`. `step` is 0 where all ratings are one value. */
export interface RatingScale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** What one account rated; items are distinct, values on the scale. Shapes: items, values [ratings of the account]. */
export interface Profile {
  readonly items: readonly number[];
  readonly values: readonly number[];
}

/** The rating on the scale that is nearest to a number; of two equally near ones the higher. */
export function nearestRating({ low, high, step }: RatingScale, value: number): number {
  const steps = Math.floor((high - low) / step + 1e-9);
  return step > 0 ? low + step * Math.min(steps, Math.max(0, Math.floor((value - low) / step + 0.5))) : low;
}

export function isOnScale(scale: RatingScale, value: number): boolean {
  return Math.abs(nearestRating(scale, value) - value) <= 1e-9 * Math.max(1, Math.abs(value));
}

/** Where each user's ratings begin; the last entry is the number of ratings. Shape: [users + 1]. */
export function startsByUser({ user, users }: Ratings): Int32Array {
  const starts = new Int32Array(users.length + 1);
  for (const u of user) starts[u + 1]++;
  for (let u = 0; u < users.length; u++) starts[u + 1] += starts[u];
  return starts;
}

/** These ratings (positions in rising order) alone; users and items keep their places. */
export function ratingsAt(ratings: Ratings, positions: Int32Array): Ratings {
  const { user, item, value, time } = ratings;
  return {
    ...ratings,
    user: Int32Array.from(positions, (p) => user[p]),
    item: Int32Array.from(positions, (p) => item[p]),
    value: Float64Array.from(positions, (p) => value[p]),
    time: time && Float64Array.from(positions, (p) => time[p]),
  };
}

/** The ratings whose positions are kept; users and items keep their places. */
export function ratingsWhere(ratings: Ratings, isKept: (position: number) => boolean): Ratings {
  return ratingsAt(ratings, Int32Array.from(ratings.user.keys()).filter(isKept));
}
