import { type Ratings, startsByUser } from "../../core/ratings.ts";

/** Sum over the targets of the cosine of who likes them and who likes the item; targets come last. Shape: [items]. */
export function closeness(liked: Ratings, targets: Int32Array): Float64Array {
  const starts = startsByUser(liked);
  const count = new Float64Array(liked.items.length);
  for (const i of liked.item) count[i]++;
  const sum = new Float64Array(liked.items.length);
  for (const target of targets) {
    for (let p = 0; p < liked.item.length; p++) {
      if (liked.item[p] !== target) continue;
      const u = liked.user[p];
      for (let q = starts[u]; q < starts[u + 1]; q++) sum[liked.item[q]] += 1 / Math.sqrt(count[target] * count[liked.item[q]]);
    }
  }
  for (const target of targets) sum[target] = -1;
  return sum;
}
