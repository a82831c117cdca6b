import { type Ratings, ratingsWhere } from "../core/ratings.ts";

/** The k-core of ratings, and how much of each was left out. */
export interface KCore {
  readonly ratings: Ratings;
  readonly leftOut: { readonly users: number; readonly items: number; readonly ratings: number };
}

/**
 * Users and items of fewer than k ratings are dropped with what they rated, again and again until all have k: the largest part in which everybody
 * does (Seidman 1983, Network Structure and Minimum Degree). Names keep their order; the scale stays. Empty where no part is left.
 */
export function kCore(ratings: Ratings, k: number): KCore {
  const { user, item, users, items } = ratings;
  const isKept = new Uint8Array(user.length).fill(1);
  const counts = { user: countOf(user, users.length), item: countOf(item, items.length) };
  for (let dropped = 1; dropped > 0;) {
    dropped = 0;
    for (let p = 0; p < user.length; p++) {
      if (isKept[p] === 0 || (counts.user[user[p]] >= k && counts.item[item[p]] >= k)) continue;
      isKept[p] = 0;
      counts.user[user[p]]--;
      counts.item[item[p]]--;
      dropped++;
    }
  }
  const [ofUser, ofItem] = [placesOf(counts.user), placesOf(counts.item)];
  const left = ratingsWhere(ratings, (p) => isKept[p] === 1);
  const core: Ratings = {
    ...left,
    user: left.user.map((u) => ofUser[u]),
    item: left.item.map((i) => ofItem[i]),
    users: users.filter((_, u) => counts.user[u] > 0),
    items: items.filter((_, i) => counts.item[i] > 0),
  };
  return {
    ratings: core,
    leftOut: {
      users: users.length - core.users.length,
      items: items.length - core.items.length,
      ratings: user.length - core.user.length,
    },
  };
}

function countOf(codes: Int32Array, length: number): Int32Array {
  const counts = new Int32Array(length);
  for (const code of codes) counts[code]++;
  return counts;
}

/** Where each of those that are left comes among them. Shape: [counts]. */
function placesOf(counts: Int32Array): Int32Array {
  let next = 0;
  return counts.map((count) => (count > 0 ? next++ : -1));
}
