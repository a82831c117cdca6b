import { UsageError } from "../core/errors.ts";
import type { Ratings } from "../core/ratings.ts";

/**
 * The users to whom some items say who they are: those who like at least half of the items, where liking is a rating three quarters up the scale, 4
 * of 1 … 5. Users in rising order.
 *
 * @throws UsageError where there is nobody
 */
export function audienceOf({ user, item, value, users, items, scale }: Ratings, favourites: Int32Array): Int32Array {
  const wanted = new Set(favourites);
  const threshold = scale.low + 0.75 * (scale.high - scale.low);
  const liked = new Int32Array(users.length);
  for (let p = 0; p < value.length; p++) if (wanted.has(item[p]) && value[p] >= threshold) liked[user[p]]++;
  const found = Int32Array.from(users, (_, u) => u).filter((u) => liked[u] >= wanted.size / 2);
  if (found.length > 0) return found;
  const names = Array.from(favourites, (i) => `"${items[i]}"`).join(", ");
  throw new UsageError(`--audience: no user likes (${threshold} or more) at least half of ${names}, so there is nobody to attack`);
}
