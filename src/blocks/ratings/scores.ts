import type { RecommenderModel } from "../../core/recommender.ts";

/** Users whose scores are kept at a time. */
const batchUsers = 64;

/** Calls `visit` with the scores of every item for each of these users, in turn; `scores` [items] is overwritten after the call. */
export function forEachScoredUser(
  model: RecommenderModel,
  users: Int32Array,
  items: number,
  visit: (user: number, scores: Float64Array, index: number) => void,
): void {
  const buffer = new Float64Array(Math.min(batchUsers, users.length) * items);
  for (let from = 0; from < users.length; from += batchUsers) {
    const batch = users.subarray(from, from + batchUsers);
    model.scoresInto(buffer.subarray(0, batch.length * items), batch);
    for (let n = 0; n < batch.length; n++) visit(batch[n], buffer.subarray(n * items, (n + 1) * items), from + n);
  }
}

/** The predicted ratings at these positions of `ratings`. Shape: [positions]. */
export function predictedRatings(
  model: RecommenderModel,
  ratings: { readonly user: Int32Array; readonly item: Int32Array; readonly items: readonly string[] },
): Float64Array {
  const { user, item, items } = ratings;
  const out = new Float64Array(user.length);
  const asked = Int32Array.from(new Set(user));
  const positions = new Map<number, number[]>();
  user.forEach((u, p) => {
    const own = positions.get(u);
    if (own === undefined) positions.set(u, [p]);
    else own.push(p);
  });
  forEachScoredUser(model, asked, items.length, (u, scores) => {
    for (const p of positions.get(u)!) out[p] = scores[item[p]];
  });
  return out;
}
