import type { Ratings } from "../core/ratings.ts";

/**
 * How unlike genuine ratings fake ones are: the total variation Σ_r |P_ir − Q_ir| / 2 between the shares of each rating r that genuine and fake
 * accounts gave item i, averaged over the items that both rated. In [0, 1], 0 = alike; null where no item has both. Users from `genuineUsers` on are fake.
 */
export function ratingDistance(poisoned: Ratings, genuineUsers: number): number | null {
  const { user, item, value, items } = poisoned;
  const levels = new Map<number, number>();
  for (const v of value) if (!levels.has(v)) levels.set(v, levels.size);
  const width = levels.size;
  const counts = { genuine: new Float64Array(items.length * width), fake: new Float64Array(items.length * width) };
  const totals = { genuine: new Float64Array(items.length), fake: new Float64Array(items.length) };
  for (let p = 0; p < value.length; p++) {
    const side = user[p] < genuineUsers ? "genuine" : "fake";
    counts[side][item[p] * width + levels.get(value[p])!]++;
    totals[side][item[p]]++;
  }
  let [sum, shared] = [0, 0];
  for (let i = 0; i < items.length; i++) {
    if (totals.genuine[i] === 0 || totals.fake[i] === 0) continue;
    shared++;
    for (let r = i * width; r < (i + 1) * width; r++)
      sum += Math.abs(counts.genuine[r] / totals.genuine[i] - counts.fake[r] / totals.fake[i]) / 2;
  }
  return shared === 0 ? null : sum / shared;
}
