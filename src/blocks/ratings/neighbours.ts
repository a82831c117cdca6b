import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Ratings } from "../../core/ratings.ts";
import { makeTopK } from "../../numeric/orders/top-k.ts";
import { type Incidence, incidenceByItem, incidenceByUser } from "./incidence.ts";

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
  const items = ratings.items.length;
  const capacity = capacityOf(ratings, settings);
  const count = new Int32Array(items);
  const ids = new Int32Array(items * capacity);
  const similarity = new Float64Array(items * capacity);
  const rows = neighbourRows(ratings, settings);
  for (let i = 0; i < items; i++) {
    stopIfCancelled(signal);
    count[i] = rows.drainInto(ids, similarity, i, i * capacity);
    progress?.((i + 1) / items);
  }
  return { capacity, count, ids, similarity };
}

/** Item j is a neighbour of the items at `starts_j` … `starts_{j + 1}` − 1, in rising order. Shapes: starts [items + 1], ids, similarity [neighbours of all]. */
export interface NeighbourReaders {
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  readonly similarity: Float64Array;
}

/** Lists of neighbours from the neighbours' side: whoever rated few items scores all by these alone. */
export function readersOf({ capacity, count, ids, similarity }: ItemNeighbours): NeighbourReaders {
  const items = count.length;
  const starts = new Int32Array(items + 1);
  for (let i = 0; i < items; i++) for (let k = i * capacity; k < i * capacity + count[i]; k++) starts[ids[k] + 1]++;
  for (let j = 0; j < items; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const out = { starts, ids: new Int32Array(starts[items]), similarity: new Float64Array(starts[items]) };
  for (let i = 0; i < items; i++) {
    for (let k = i * capacity; k < i * capacity + count[i]; k++) {
      const at = next[ids[k]]++;
      out.ids[at] = i;
      out.similarity[at] = similarity[k];
    }
  }
  return out;
}

/** total_i += s_ij, and sum_i += s_ij · voice where there is a sum, over the items i that j is a neighbour of. Shapes: total, sum [items]. */
export function addVoiceInto(total: Float64Array, sum: Float64Array | null, readers: NeighbourReaders, j: number, voice: number): void {
  const { ids, similarity } = readers;
  const end = readers.starts[j + 1];
  if (sum === null) {
    for (let k = readers.starts[j]; k < end; k++) total[ids[k]] += similarity[k];
    return;
  }
  for (let k = readers.starts[j]; k < end; k++) {
    const i = ids[k];
    const s = similarity[k];
    total[i] += s;
    sum[i] += s * voice;
  }
}

/** The neighbours of one item. Shapes: ids, similarity [neighbours]; scale [items], what a product e_ui e_uj of a user counts in s_ij. */
export function neighboursOf(
  ratings: Ratings,
  settings: NeighbourSettings,
  item: number,
): { readonly ids: Int32Array; readonly similarity: Float64Array; readonly scale: Float64Array } {
  const capacity = capacityOf(ratings, settings);
  const [ids, similarity] = [new Int32Array(capacity), new Float64Array(capacity)];
  const rows = neighbourRows(ratings, settings);
  const count = rows.drainInto(ids, similarity, item, 0);
  return { ids: ids.subarray(0, count), similarity: similarity.subarray(0, count), scale: rows.scale };
}

function capacityOf({ items }: Ratings, { neighbours }: NeighbourSettings): number {
  return Math.min(neighbours, Math.max(0, items.length - 1));
}

interface NeighbourRows {
  /** Writes the neighbours of item i from `at` on; returns how many. */
  drainInto(ids: Int32Array, similarity: Float64Array, i: number, at: number): number;
  /** Of the item last asked for: c_ij / (c_ij + shrink) over both lengths; 0 where nobody rated both. Shape: [items]. */
  readonly scale: Float64Array;
}

function neighbourRows(ratings: Ratings, settings: NeighbourSettings): NeighbourRows {
  const { shrink, entry, userWeight } = settings;
  const items = ratings.items.length;
  const [byUser, byItem] = [incidenceByUser(ratings), incidenceByItem(ratings)];
  const length = new Float64Array(items);
  for (let p = 0; p < entry.length; p++) length[ratings.item[p]] += (userWeight?.[ratings.user[p]] ?? 1) * entry[p] * entry[p];
  for (let i = 0; i < items; i++) length[i] = Math.sqrt(length[i]);
  const product = new Float64Array(items);
  const common = new Float64Array(items);
  const scale = new Float64Array(items);
  const top = makeTopK(capacityOf(ratings, settings));
  return {
    scale,
    drainInto(ids, similarity, i, at) {
      product.fill(0);
      common.fill(0);
      scale.fill(0);
      for (let p = byItem.starts[i]; p < byItem.starts[i + 1]; p++) {
        const u = byItem.other[p];
        const w = userWeight === null ? 1 : userWeight[u];
        if (w !== 0) addUserInto(product, common, byUser, entry, u, w, w * entry[byItem.rating[p]]);
      }
      for (let j = 0; j < items; j++) {
        if (j === i || !(product[j] > 0)) continue;
        scale[j] = common[j] / (common[j] + shrink) / (length[i] * length[j]);
        top.offer(j, ((common[j] / (common[j] + shrink)) * product[j]) / (length[i] * length[j]));
      }
      return top.drainInto(ids, similarity, at);
    },
  };
}

/** product_j += own · e_uj and common_j += w for what the user rated. Shapes: product, common [items]. */
function addUserInto(
  product: Float64Array,
  common: Float64Array,
  { starts, other }: Incidence,
  entry: Float64Array,
  user: number,
  w: number,
  own: number,
): void {
  const end = starts[user + 1];
  for (let q = starts[user]; q < end; q++) {
    const j = other[q];
    product[j] += own * entry[q];
    common[j] += w;
  }
}
