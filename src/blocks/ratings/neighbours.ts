import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { makeTopK } from "../../numeric/orders/top-k.ts";
import { incidenceByItem } from "./incidence.ts";
import { layOut, ratingKernels } from "./rating-kernels.ts";

const itemsAtATime = 64;

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
  const users = ratings.users.length;
  const capacity = capacityOf(ratings, settings);
  const byItem = incidenceByItem(ratings);
  const count = entry.length;
  const { floats, integers, at } = layOut({
    pairs: 2 * items,
    entry: count,
    item: count / 2,
    starts: (users + 1) / 2,
    itemStarts: (items + 1) / 2,
    other: count / 2,
    rating: count / 2,
    weight: users,
    length: items,
    count: items / 2,
    columns: (items * capacity) / 2,
    values: items * capacity,
  });
  floats.set(entry, at.entry / 8);
  integers.set(ratings.item, at.item / 4);
  integers.set(startsByUser(ratings), at.starts / 4);
  integers.set(byItem.starts, at.itemStarts / 4);
  integers.set(byItem.other, at.other / 4);
  integers.set(byItem.rating, at.rating / 4);
  if (userWeight !== null) floats.set(userWeight, at.weight / 8);
  floats.set(lengthsOf(ratings, settings), at.length / 8);
  integers.fill(0, at.count / 4, at.count / 4 + items);
  for (let from = 0; from < items; from += itemsAtATime) {
    stopIfCancelled(signal);
    const to = Math.min(items, from + itemsAtATime);
    ratingKernels.offerNeighbours(
      from,
      to,
      items,
      shrink,
      at.pairs,
      at.starts,
      at.item,
      at.entry,
      at.itemStarts,
      at.other,
      at.rating,
      userWeight === null ? 0 : at.weight,
      at.length,
      at.count,
      at.columns,
      at.values,
      capacity,
    );
    progress?.(to / items);
  }
  ratingKernels.sortHeaps(at.count, at.columns, at.values, items, capacity);
  return {
    capacity,
    count: integers.slice(at.count / 4, at.count / 4 + items),
    ids: integers.slice(at.columns / 4, at.columns / 4 + items * capacity),
    similarity: floats.slice(at.values / 8, at.values / 8 + items * capacity),
  };
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

/** The neighbours of one item. Shapes: ids, similarity [neighbours]; scale [items], what a product e_ui e_uj of a user counts in s_ij, 0 where nobody rated both. */
export function neighboursOf(
  ratings: Ratings,
  settings: NeighbourSettings,
  item: number,
): { readonly ids: Int32Array; readonly similarity: Float64Array; readonly scale: Float64Array } {
  const { shrink, entry, userWeight } = settings;
  const items = ratings.items.length;
  const capacity = capacityOf(ratings, settings);
  const [ids, similarity] = [new Int32Array(capacity), new Float64Array(capacity)];
  const starts = startsByUser(ratings);
  const length = lengthsOf(ratings, settings);
  const product = new Float64Array(items);
  const common = new Float64Array(items);
  const scale = new Float64Array(items);
  const top = makeTopK(capacity);
  for (let p = 0; p < entry.length; p++) {
    if (ratings.item[p] !== item) continue;
    const u = ratings.user[p];
    const w = userWeight === null ? 1 : userWeight[u];
    if (w !== 0) addRatingsInto(product, common, ratings.item, entry, starts[u], starts[u + 1], w, w * entry[p]);
  }
  for (let j = 0; j < items; j++) {
    if (j === item || !(product[j] > 0)) continue;
    scale[j] = common[j] / (common[j] + shrink) / (length[item] * length[j]);
    top.offer(j, ((common[j] / (common[j] + shrink)) * product[j]) / (length[item] * length[j]));
  }
  const count = top.drainInto(ids, similarity, 0);
  return { ids: ids.subarray(0, count), similarity: similarity.subarray(0, count), scale };
}

function capacityOf({ items }: Ratings, { neighbours }: NeighbourSettings): number {
  return Math.min(neighbours, Math.max(0, items.length - 1));
}

/** √(Σ_u w_u e_ui²) of each item. Shape: [items]. */
function lengthsOf({ user, item, items }: Ratings, { entry, userWeight }: NeighbourSettings): Float64Array {
  const length = new Float64Array(items.length);
  for (let p = 0; p < entry.length; p++) length[item[p]] += (userWeight?.[user[p]] ?? 1) * entry[p] * entry[p];
  for (let i = 0; i < length.length; i++) length[i] = Math.sqrt(length[i]);
  return length;
}

/** product_j += own · e_uj and common_j += w for the ratings of a user at `from` … `end` − 1. Shapes: product, common [items]; item, entry [ratings]. */
function addRatingsInto(
  product: Float64Array,
  common: Float64Array,
  item: Int32Array,
  entry: Float64Array,
  from: number,
  end: number,
  w: number,
  own: number,
): void {
  for (let q = from; q < end; q++) {
    const j = item[q];
    product[j] += own * entry[q];
    common[j] += w;
  }
}
