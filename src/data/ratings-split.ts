import { type Ratings, startsByUser } from "../core/ratings.ts";
import type { Rng } from "../numeric/random.ts";

/** Positions of ratings, in rising order; together they are all. Each of `validation` and `test` has at most one rating of a user. */
export interface LeaveLastOut {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
  readonly by: "time" | "chance";
}

/**
 * For every user the last rating is for the test and the second-last for validation; by time where there is one (equal times in random order), by
 * chance else. A user with two ratings has no validation, a user with one is in training alone.
 */
export function leaveLastOut(ratings: Ratings, rng: Rng): LeaveLastOut {
  const { time, user } = ratings;
  const starts = startsByUser(ratings);
  const part = new Uint8Array(user.length);
  const shuffled = Int32Array.from(user.keys());
  const perUser = rng.fork("leave-last-out");
  for (let u = 0; u < ratings.users.length; u++) {
    const own = shuffled.subarray(starts[u], starts[u + 1]);
    perUser.fork(ratings.users[u]).shuffleInPlace(own);
    if (time !== null) own.sort(byTimeStably(own, time));
    if (own.length >= 2) part[own[own.length - 1]] = 2;
    if (own.length >= 3) part[own[own.length - 2]] = 1;
  }
  const [train, validation, test] = [0, 1, 2].map((wanted) => Int32Array.from(user.keys()).filter((p) => part[p] === wanted));
  return { train, validation, test, by: time === null ? "chance" : "time" };
}

/**
 * Of every user the last ratings, `share` of them rounded down, for the test; by time where there is one (equal times in random order), by chance else. A user's part
 * depends on no other user. Positions in rising order.
 */
export function leaveLastShareOut(
  ratings: Ratings,
  share: number,
  rng: Rng,
): { readonly train: Int32Array; readonly test: Int32Array; readonly by: "time" | "chance" } {
  const { time, user, users } = ratings;
  const starts = startsByUser(ratings);
  const isTest = new Uint8Array(user.length);
  const perUser = rng.fork("leave-last-share-out");
  for (let u = 0; u < users.length; u++) {
    const own = Int32Array.from({ length: starts[u + 1] - starts[u] }, (_, k) => starts[u] + k);
    perUser.fork(users[u]).shuffleInPlace(own);
    if (time !== null) own.sort(byTimeStably(own, time));
    for (const p of own.subarray(own.length - Math.floor(share * own.length))) isTest[p] = 1;
  }
  const [train, test] = [0, 1].map((part) => Int32Array.from(user.keys()).filter((p) => isTest[p] === part));
  return { train, test, by: time === null ? "chance" : "time" };
}

/** Compares by time, then by the place in `order` as it is now. */
function byTimeStably(order: Int32Array, time: Float64Array): (a: number, b: number) => number {
  const place = new Map<number, number>();
  order.forEach((p, k) => place.set(p, k));
  return (a, b) => time[a] - time[b] || place.get(a)! - place.get(b)!;
}

/** A random share of all ratings for the test, for errors of predicted ratings. Positions in rising order. */
export function randomRatingSplit(
  ratings: Ratings,
  testFraction: number,
  rng: Rng,
): { readonly train: Int32Array; readonly test: Int32Array } {
  const count = ratings.user.length;
  const chosen = rng
    .fork("random-split")
    .sample(count, Math.round(testFraction * count))
    .sort();
  const isTest = new Uint8Array(count);
  for (const p of chosen) isTest[p] = 1;
  return { train: Int32Array.from(ratings.user.keys()).filter((p) => isTest[p] === 0), test: chosen };
}
