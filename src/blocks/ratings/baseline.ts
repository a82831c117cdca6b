import type { Ratings } from "../../core/ratings.ts";

/** What a rating would be without any interest in the item: mean + user_u + item_i. Shapes: user [users], item [items]. */
export interface RatingBaseline {
  readonly mean: number;
  readonly user: Float64Array;
  readonly item: Float64Array;
}

const itemDamping = 25;
const userDamping = 10;

/**
 * Damped means (Koren 2010, Factor in the Neighbors, TKDD 4(1), eq. 2 and 3): b_i = Σ_u w_u (r_ui − μ) / (25 + Σ_u w_u), then
 * b_u = Σ_i (r_ui − μ − b_i) / (10 + n_u). Users of weight 0 count for their own mean alone.
 */
export function ratingBaseline({ user, item, value, users, items }: Ratings, userWeight: Float64Array | null): RatingBaseline {
  const weight = (p: number): number => (userWeight === null ? 1 : userWeight[user[p]]);
  let [sum, total] = [0, 0];
  for (let p = 0; p < value.length; p++) {
    sum += weight(p) * value[p];
    total += weight(p);
  }
  const mean = total > 0 ? sum / total : 0;
  const byItem = { sum: new Float64Array(items.length), count: new Float64Array(items.length).fill(itemDamping) };
  for (let p = 0; p < value.length; p++) {
    byItem.sum[item[p]] += weight(p) * (value[p] - mean);
    byItem.count[item[p]] += weight(p);
  }
  const itemBias = byItem.sum.map((s, i) => s / byItem.count[i]);
  const byUser = { sum: new Float64Array(users.length), count: new Float64Array(users.length).fill(userDamping) };
  for (let p = 0; p < value.length; p++) {
    byUser.sum[user[p]] += value[p] - mean - itemBias[item[p]];
    byUser.count[user[p]]++;
  }
  return { mean, user: byUser.sum.map((s, u) => s / byUser.count[u]), item: itemBias };
}

/**
 * What accounts add to the baseline of an item: b − b′ = Σ_a w_a (r_a − μ − b′) / (25 + Σ_u w_u), with b′ for the item without them and the same μ.
 * Shapes: accounts, result [accounts].
 */
export function baselineLifts(
  { user, item, value }: Ratings,
  userWeight: Float64Array | null,
  { mean }: RatingBaseline,
  target: number,
  accounts: Int32Array,
): Float64Array {
  const isAccount = new Set(accounts);
  const ratingOf = new Map<number, number>();
  let [sum, kept, total] = [0, itemDamping, itemDamping];
  for (let p = 0; p < value.length; p++) {
    if (item[p] !== target) continue;
    const w = userWeight?.[user[p]] ?? 1;
    total += w;
    if (isAccount.has(user[p])) ratingOf.set(user[p], value[p]);
    else {
      sum += w * (value[p] - mean);
      kept += w;
    }
  }
  const before = sum / kept;
  return Float64Array.from(accounts, (u) => {
    const rating = ratingOf.get(u);
    return rating === undefined ? 0 : ((userWeight?.[u] ?? 1) * (rating - mean - before)) / total;
  });
}
