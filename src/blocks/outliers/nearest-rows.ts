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
  /** The rows whose neighbours are wanted, in the order of the result; absent = all. */
  readonly of?: Int32Array | undefined;
}

/** The nearest rows of each row, or of each that was asked for, nearest first, equally near ones in their order. Shapes: count [asked], ids, distances [asked, capacity]. */
export interface NearestRows {
  readonly capacity: number;
  readonly count: Int32Array;
  readonly ids: Int32Array;
  readonly distances: Float64Array;
}

/** Compares every row that is asked for with all rows that may be its neighbours, a tile at a time: memory grows with rows × neighbours. */
export function nearestRows(x: Matrix, settings: NearestSettings, { signal, progress }: Omit<RunContext, "rng"> = {}): NearestRows {
  const { source, among, metric, of } = settings;
  const queried = of === undefined ? x : selectRows(x, of);
  const others = among === null ? x : selectRows(x, among);
  const capacity = Math.min(settings.neighbours, others.rows);
  const count = new Int32Array(queried.rows);
  const ids = new Int32Array(queried.rows * capacity);
  const distances = new Float64Array(queried.rows * capacity);
  if (capacity === 0) return { capacity, count, ids, distances };
  const rule = distanceRule(others, metric);
  const { offset, scale } = rule;
  /** The number of the farthest row kept; infinite until there are enough. */
  const farthest = new Float64Array(queried.rows).fill(Infinity);

  forEachProductTile(queried, others, { centre: rule.centre }, (products, queryFrom, queries, rowFrom, rows) => {
    if (rowFrom === 0) {
      stopIfCancelled(signal);
      progress?.(queryFrom / queried.rows);
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
  for (let i = 0; i < queried.rows; i++) {
    const own = squaredNorm(queried, i, rule.centre);
    for (let at = i * capacity; at < i * capacity + count[i]; at++) distances[at] = distanceOf(rule, own, distances[at]);
  }
  return { capacity, count, ids, distances };

  function insert(query: number, row: number, rank: number): number {
    const self = of === undefined ? query : of[query];
    if (row === self || (source[row] >= 0 && source[row] === source[self])) return farthest[query];
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
