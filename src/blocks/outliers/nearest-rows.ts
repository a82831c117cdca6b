import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Matrix, selectRows } from "../../numeric/matrices/matrix.ts";
import { forEachProductTile } from "../../numeric/matrices/row-products.ts";
import { type Metric, distanceOf, distanceRule, squaredNorm } from "./row-distance.ts";

export interface NearestSettings {
  readonly neighbours: number;
  readonly metric: Metric;
  /** Rows of one source are never each other's neighbours; −1 = unknown, a source of its own. Shape: [rows]. */
  readonly source: Int32Array;
  /** The rows that may be neighbours, rising; null = all, which is exact. */
  readonly among: Int32Array | null;
}

/** The nearest rows of each row, nearest first, equally near ones in their order. Shapes: count [rows], ids, distances [rows, capacity]. */
export interface NearestRows {
  readonly capacity: number;
  readonly count: Int32Array;
  readonly ids: Int32Array;
  readonly distances: Float64Array;
}

/** Compares every row with all rows that may be its neighbours, a tile at a time: memory grows with rows × neighbours. */
export function nearestRows(x: Matrix, settings: NearestSettings, { signal, progress }: Omit<RunContext, "rng"> = {}): NearestRows {
  const { source, among, metric } = settings;
  const others = among === null ? x : selectRows(x, among);
  const capacity = Math.min(settings.neighbours, others.rows);
  const count = new Int32Array(x.rows);
  const ids = new Int32Array(x.rows * capacity);
  const distances = new Float64Array(x.rows * capacity);
  if (capacity === 0) return { capacity, count, ids, distances };
  const rule = distanceRule(others, metric);
  const { offset, scale } = rule;
  /** The number of the farthest row kept; infinite until there are enough. */
  const farthest = new Float64Array(x.rows).fill(Infinity);

  forEachProductTile(x, others, { centre: rule.centre }, (products, queryFrom, queries, rowFrom, rows) => {
    if (rowFrom === 0) {
      stopIfCancelled(signal);
      progress?.(queryFrom / x.rows);
    }
    let p = 0;
    for (let query = queryFrom; query < queryFrom + queries; query++) {
      let limit = farthest[query];
      for (let r = rowFrom; r < rowFrom + rows; r++) {
        const rank = offset[r] - scale[r] * products[p++];
        if (rank < limit) limit = insert(query, among === null ? r : among[r], rank);
      }
    }
  });
  for (let i = 0; i < x.rows; i++) {
    const own = squaredNorm(x, i, rule.centre);
    for (let at = i * capacity; at < i * capacity + count[i]; at++) distances[at] = distanceOf(rule, own, distances[at]);
  }
  return { capacity, count, ids, distances };

  function insert(query: number, row: number, rank: number): number {
    if (row === query || (source[row] >= 0 && source[row] === source[query])) return farthest[query];
    const first = query * capacity;
    let at = first + Math.min(count[query], capacity - 1);
    for (; at > first && distances[at - 1] > rank; at--) {
      distances[at] = distances[at - 1];
      ids[at] = ids[at - 1];
    }
    distances[at] = rank;
    ids[at] = row;
    if (count[query] < capacity) count[query]++;
    if (count[query] === capacity) farthest[query] = distances[first + capacity - 1];
    return farthest[query];
  }
}
