import { type Ratings, startsByUser } from "../../core/ratings.ts";

/**
 * Ratings seen from one side: row i (a user, or an item) has the entries starts_i … starts_{i + 1} − 1, in rising order of `other`.
 * Shapes: starts [rows + 1], other, rating [ratings].
 */
export interface Incidence {
  readonly starts: Int32Array;
  /** The item where rows are users, the user where rows are items. */
  readonly other: Int32Array;
  /** Where the entry stands in the ratings. */
  readonly rating: Int32Array;
}

export function incidenceByUser(ratings: Ratings): Incidence {
  return { starts: startsByUser(ratings), other: ratings.item, rating: ratings.item.map((_, p) => p) };
}

export function incidenceByItem({ user, item, items }: Ratings): Incidence {
  const starts = new Int32Array(items.length + 1);
  for (const i of item) starts[i + 1]++;
  for (let i = 0; i < items.length; i++) starts[i + 1] += starts[i];
  const next = starts.slice();
  const other = new Int32Array(user.length);
  const rating = new Int32Array(user.length);
  for (let p = 0; p < user.length; p++) {
    const at = next[item[p]]++;
    other[at] = user[p];
    rating[at] = p;
  }
  return { starts, other, rating };
}
