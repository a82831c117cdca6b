import type { RatingCertificateInput } from "../../core/recommender.ts";

/** Wanted items of all users, one after the other: those of user u are items[from[u] … from[u + 1]). */
export interface WantedItems {
  readonly from: Int32Array;
  readonly items: Int32Array;
}

export function joinWanted({ wanted }: Pick<RatingCertificateInput, "wanted">): WantedItems {
  const from = new Int32Array(wanted.length + 1);
  wanted.forEach((own, u) => (from[u + 1] = from[u] + own.length));
  const items = new Int32Array(from[wanted.length]);
  wanted.forEach((own, u) => items.set(own, from[u]));
  return { from, items };
}

/**
 * How many wanted items are among the first `shown` by votes, ties to the smaller index; what nobody votes for is not shown. Shapes: votes [users, items], result [users].
 */
export function shownByVotes(votes: Int32Array, items: number, { from, items: wanted }: WantedItems, shown: number): Int32Array {
  return Int32Array.from({ length: from.length - 1 }, (_, u) => {
    const own = votes.subarray(u * items, (u + 1) * items);
    let found = 0;
    for (let w = from[u]; w < from[u + 1]; w++) {
      const count = own[wanted[w]];
      if (count === 0) continue;
      let before = 0;
      for (let item = 0; item < items; item++) if (own[item] > count || (own[item] === count && item < wanted[w])) before++;
      if (before < shown) found++;
    }
    return found;
  });
}

/**
 * What is kept, without wanted items that may have no vote left: they are not shown even where a list has room. `standing` of an item must be more than `lost`. Shapes: kept [users],
 * standing [users, items].
 */
export function withVotesLeft(
  kept: Int32Array,
  standing: Int32Array | Float64Array,
  items: number,
  { from, items: wanted }: WantedItems,
  lost: number,
): Int32Array {
  return kept.map((count, u) => {
    let left = 0;
    for (let w = from[u]; w < from[u + 1]; w++) if (standing[u * items + wanted[w]] > lost) left++;
    return Math.min(count, left);
  });
}

/** What is kept at the radii 0, 1, … `largest`, up to the first at which it is nothing for all. */
export function radiiUntilNone(largest: number, keptAt: (radius: number) => Int32Array): Int32Array[] {
  const kept: Int32Array[] = [];
  for (let radius = 0; radius <= largest; radius++) {
    kept.push(keptAt(radius));
    if (kept[radius].every((count) => count === 0)) break;
  }
  return kept;
}
