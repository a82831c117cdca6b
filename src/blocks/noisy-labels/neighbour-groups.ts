import type { Signal } from "../../core/context.ts";
import { type NearestRows, nearestRows } from "../outliers/nearest-rows.ts";
import { stackRows } from "../../numeric/matrices/matrix.ts";
import type { UnionFind } from "../../numeric/orders/union-find.ts";
import type { Rng } from "../../numeric/random.ts";
import { medianOf } from "../../numeric/statistics/robust-spread.ts";
import type { CompactRows } from "./compact-rows.ts";

/** Neighbours that are remembered of each row: most of its near-copies, and enough others. */
const remembered = 45;
const rememberedOfSample = 20;
/** Multiplications that the search may take, about; never fewer candidates than the least. */
const budget = 4e9;
const leastCandidates = 2000;
const chunk = 20_000;

/** Nearest rows, by position; `isExact` where all rows were candidates. */
export interface NeighbourSearch extends NearestRows {
  readonly isExact: boolean;
}

/**
 * Nearest rows by Euclidean distance, of all rows while that takes a few seconds (8,000 rows of 60 columns), else among rows drawn at random, 2,000 at least: time
 * then grows with the rows, and near-copies are mostly missed.
 *
 * @param source rows of one source are not each other's neighbours; −1 = unknown. Shape: [rows]
 */
export function searchNeighbours(compact: CompactRows, source: Int32Array, rng: Rng, signal?: Signal): NeighbourSearch {
  const rows = source.length;
  const candidates = Math.floor(Math.max(leastCandidates, budget / rows / Math.max(1, compact.cols)));
  const all = Int32Array.from(source.keys());
  if (candidates >= rows)
    return {
      ...nearestRows(compact.of(all), { neighbours: remembered, metric: "euclidean", source, among: null }, { signal }),
      isExact: true,
    };
  const drawn = rng.sample(rows, candidates).sort();
  const own = source.map((account, i) => (account < 0 ? -2 - i : account));
  const panel = compact.of(drawn);
  const found = {
    capacity: rememberedOfSample,
    count: new Int32Array(rows),
    ids: new Int32Array(rows * rememberedOfSample),
    distances: new Float64Array(rows * rememberedOfSample),
    isExact: false,
  };
  const among = Int32Array.from(drawn.keys());
  for (let from = 0; from < rows; from += chunk) {
    const part = all.subarray(from, Math.min(rows, from + chunk));
    // A drawn row stands in the panel and in the chunk: as one source it is not its own neighbour.
    const sources = new Map<number, number>();
    const number = (i: number): number => {
      const known = sources.get(own[i]) ?? sources.size;
      sources.set(own[i], known);
      return known;
    };
    const ids = Int32Array.from([...drawn, ...part], number);
    const near = nearestRows(
      stackRows(panel, compact.of(part)),
      { neighbours: rememberedOfSample, metric: "euclidean", source: ids, among },
      { signal },
    );
    for (let i = 0; i < part.length; i++) {
      const at = drawn.length + i;
      found.count[part[i]] = near.count[at];
      for (let k = 0; k < near.count[at]; k++) {
        found.ids[part[i] * rememberedOfSample + k] = drawn[near.ids[at * near.capacity + k]];
        found.distances[part[i] * rememberedOfSample + k] = near.distances[at * near.capacity + k];
      }
    }
  }
  return found;
}

/**
 * Joins rows that lie far closer than rows usually do: within a quarter of the median distance to the nearest row or, where most rows have an equal one, a
 * twentieth of that to the 45th. Joins nothing where the neighbours are of a sample.
 *
 * @param sets of all examples; `rows` are those that the neighbours are numbered by
 */
export function joinNearCopies(sets: UnionFind, { isExact, capacity, count, ids, distances }: NeighbourSearch, rows: Int32Array): void {
  if (!isExact || capacity === 0) return;
  const nearest = Float64Array.from(rows, (_, i) => (count[i] > 0 ? distances[i * capacity] : Infinity)).filter(Number.isFinite);
  const farthest = Float64Array.from(rows, (_, i) => (count[i] > 0 ? distances[i * capacity + count[i] - 1] : 0));
  const middle = medianOf(nearest);
  const reach = middle > 0 ? 0.25 * middle : 0.05 * medianOf(farthest);
  if (!(reach > 0)) return;
  for (let i = 0; i < rows.length; i++)
    for (let at = i * capacity; at < i * capacity + count[i] && distances[at] <= reach; at++) sets.union(rows[i], rows[ids[at]]);
}
