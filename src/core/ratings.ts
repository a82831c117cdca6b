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

/** What a rating may be: `low`, `low + step`, …, `high`. */
export interface RatingScale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** Fake accounts that an attacker registered: a patch that only adds. Accounts come after the genuine users, in this order. */
export interface AccountPoison {
  readonly kind: "accounts";
  readonly accounts: readonly Profile[];
}

/** What one account rated; items are distinct, values on the scale. Shapes: items, values [ratings of the account]. */
export interface Profile {
  readonly items: readonly number[];
  readonly values: readonly number[];
}
