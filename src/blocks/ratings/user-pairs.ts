import type { Ratings } from "../../core/ratings.ts";
import { incidenceByItem, incidenceByUser } from "./incidence.ts";

/** What two accounts have in common, summed over the items that both rated. */
export interface PairSums {
  readonly common: number;
  /** Σ a_ui a_vi, Σ a_ui² and Σ a_vi². */
  readonly product: number;
  readonly ownSquares: number;
  readonly otherSquares: number;
}

/**
 * For every account the mean similarity to its `neighbours` nearest others (all others where there are fewer; 0 where there are none). Similarities below
 * 0, and those of accounts that share no item, count as 0. Takes about half the squares of the items' rating counts. Shapes: entry (a) [ratings], result [users].
 */
export function meanNearestSimilarity(
  ratings: Ratings,
  entry: Float64Array,
  neighbours: number,
  similarity: (sums: PairSums, u: number, v: number) => number,
): Float64Array {
  const users = ratings.users.length;
  const kept = Math.min(neighbours, users - 1);
  const nearest = new Float64Array(users * kept);
  const [byUser, byItem] = [incidenceByUser(ratings), incidenceByItem(ratings)];
  const entryByItem = Float64Array.from(byItem.rating, (p) => entry[p]);
  const next = byItem.starts.slice();
  const common = new Float64Array(users);
  const product = new Float64Array(users);
  const ownSquares = new Float64Array(users);
  const otherSquares = new Float64Array(users);
  const sums = { common: 0, product: 0, ownSquares: 0, otherSquares: 0 };
  for (let u = 0; u < users; u++) {
    for (const sum of [common, product, ownSquares, otherSquares]) sum.fill(0, u);
    for (let p = byUser.starts[u]; p < byUser.starts[u + 1]; p++) {
      const i = byUser.other[p];
      const own = entry[p];
      const square = own * own;
      next[i]++;
      for (let q = next[i]; q < byItem.starts[i + 1]; q++) {
        const v = byItem.other[q];
        const other = entryByItem[q];
        common[v]++;
        product[v] += own * other;
        ownSquares[v] += square;
        otherSquares[v] += other * other;
      }
    }
    for (let v = u + 1; v < users; v++) {
      if (common[v] === 0) continue;
      sums.common = common[v];
      sums.product = product[v];
      sums.ownSquares = ownSquares[v];
      sums.otherSquares = otherSquares[v];
      const value = similarity(sums, u, v);
      keepLargest(nearest, u * kept, kept, value);
      keepLargest(nearest, v * kept, kept, value);
    }
  }
  return Float64Array.from({ length: users }, (_, u) => {
    let sum = 0;
    for (let k = 0; k < kept; k++) sum += nearest[u * kept + k];
    return kept === 0 ? 0 : sum / kept;
  });
}

/** Puts a value among `count` falling ones from `at`, and drops the smallest. */
function keepLargest(values: Float64Array, at: number, count: number, value: number): void {
  let k = at + count - 1;
  if (count === 0 || value <= values[k]) return;
  for (; k > at && values[k - 1] < value; k--) values[k] = values[k - 1];
  values[k] = value;
}
