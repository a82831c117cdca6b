import { type RunContext, stopIfCancelled } from "../core/context.ts";
import type { Ratings } from "../core/ratings.ts";
import { makeTopK } from "../numeric/top-k.ts";
import { incidenceByItem, incidenceByUser } from "./ratings-incidence.ts";

/** The nearest items of each item, nearest first. Shapes: count [items], ids, similarity [items, capacity]. */
export interface ItemNeighbours {
  readonly capacity: number;
  readonly count: Int32Array;
  readonly ids: Int32Array;
  readonly similarity: Float64Array;
}

export interface NeighbourSettings {
  readonly neighbours: number;
  readonly shrink: number;
  /** What each rating stands for in the vectors that are compared. Shape: [ratings]. */
  readonly entry: Float64Array;
  readonly userWeight: Float64Array | null;
}

/**
 * s_ij = c_ij / (c_ij + shrink) · Σ_u w_u e_ui e_uj / √(Σ_u w_u e_ui² Σ_u w_u e_uj²), where c_ij is the weight of the users who rated both. Items of
 * similarity 0 or less are nobody's neighbours.
 */
export function itemNeighbours(
  ratings: Ratings,
  settings: NeighbourSettings,
  { signal, progress }: Omit<RunContext, "rng">,
): ItemNeighbours {
  const { shrink, entry, userWeight } = settings;
  const items = ratings.items.length;
  const capacity = Math.min(settings.neighbours, Math.max(0, items - 1));
  const [byUser, byItem] = [incidenceByUser(ratings), incidenceByItem(ratings)];
  const length = new Float64Array(items);
  for (let p = 0; p < entry.length; p++) length[ratings.item[p]] += (userWeight?.[ratings.user[p]] ?? 1) * entry[p] * entry[p];
  for (let i = 0; i < items; i++) length[i] = Math.sqrt(length[i]);

  const count = new Int32Array(items);
  const ids = new Int32Array(items * capacity);
  const similarity = new Float64Array(items * capacity);
  const product = new Float64Array(items);
  const common = new Float64Array(items);
  const top = makeTopK(capacity);
  for (let i = 0; i < items; i++) {
    stopIfCancelled(signal);
    product.fill(0);
    common.fill(0);
    for (let p = byItem.starts[i]; p < byItem.starts[i + 1]; p++) {
      const u = byItem.other[p];
      const w = userWeight === null ? 1 : userWeight[u];
      if (w === 0) continue;
      const own = w * entry[byItem.rating[p]];
      for (let q = byUser.starts[u]; q < byUser.starts[u + 1]; q++) {
        const j = byUser.other[q];
        product[j] += own * entry[q];
        common[j] += w;
      }
    }
    for (let j = 0; j < items; j++) {
      if (j === i || !(product[j] > 0)) continue;
      top.offer(j, ((common[j] / (common[j] + shrink)) * product[j]) / (length[i] * length[j]));
    }
    count[i] = top.drainInto(ids, similarity, i * capacity);
    progress?.((i + 1) / items);
  }
  return { capacity, count, ids, similarity };
}
