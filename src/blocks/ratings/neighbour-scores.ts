import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { NeighbourReaders } from "./neighbours.ts";
import { layOut, ratingKernels } from "./rating-kernels.ts";

/** What users are held to think of every item that they have not rated nor any neighbour of it. */
export interface NeighbourBase {
  readonly mean: number;
  readonly user: Float64Array;
  readonly item: Float64Array;
}

/**
 * Scores from neighbours: of item i, Σ s_ij over the neighbours j that the user rated; with a base μ + b_u + b_i + Σ s_ij (r_uj − μ − b_u − b_j) / Σ s_ij, the base
 * alone where there are none. Shapes: out [users, items].
 */
export function neighbourScorer(
  ratings: Ratings,
  readers: NeighbourReaders,
  base: NeighbourBase | null,
): (out: Float64Array, users: Int32Array) => void {
  const { item, value, items } = ratings;
  const starts = startsByUser(ratings);
  const count = items.length;
  let most = 0;
  for (let u = 0; u + 1 < starts.length; u++) most = Math.max(most, starts[u + 1] - starts[u]);
  const sizes = {
    pairs: 2 * count,
    out: count,
    base: count,
    voices: most,
    rated: most / 2,
    starts: (count + 1) / 2,
    ids: readers.ids.length / 2,
    similarity: readers.ids.length,
  };
  return (out, users) => {
    const { floats, integers, at, isKept } = layOut(sizes, readers);
    if (!isKept) {
      integers.set(readers.starts, at.starts / 4);
      integers.set(readers.ids, at.ids / 4);
      floats.set(readers.similarity, at.similarity / 8);
      if (base !== null) floats.set(base.item, at.base / 8);
    }
    const scores = floats.subarray(at.out / 8, at.out / 8 + count);
    const voiceAt = at.voices / 8;
    const ratedAt = at.rated / 4;
    for (let n = 0; n < users.length; n++) {
      const u = users[n];
      const from = starts[u];
      const rated = starts[u + 1] - from;
      const own = base === null ? 0 : base.mean + base.user[u];
      for (let k = 0; k < rated; k++) {
        integers[ratedAt + k] = item[from + k];
        floats[voiceAt + k] = base === null ? 1 : value[from + k] - own - base.item[item[from + k]];
      }
      const baseAt = base === null ? 0 : at.base;
      ratingKernels.neighbourScores(at.out, at.pairs, count, at.starts, at.ids, at.similarity, at.rated, at.voices, rated, baseAt, own);
      out.set(scores, n * count);
    }
  };
}
