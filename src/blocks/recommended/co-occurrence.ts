import { type Ratings, startsByUser } from "../../core/ratings.ts";

/** An item-to-item recommender of some of the users; what it recommends to anybody follows from these users' ratings and from his own history. */
export interface CoOccurrence {
  /** Learns from these users alone; forgets what was learned before. */
  learn(users: Int32Array): void;
  /**
   * Puts the best items for a history that are not in it into out[at … at + most), the best first, and −1 where there are no more: by Σ_i n_ij / (n_i + n_j − n_ij + shrink) over
   * the history, n counting users who rated; then by n_j, then the smaller index. Items that none of these users rated are never among them.
   */
  recommendInto(out: Int32Array, at: number, most: number, history: Int32Array): void;
}

/** Items that the same of the users rated are alike to such a recommender: it relates sets of raters, of which a few users have few. */
export function makeCoOccurrence(ratings: Ratings, shrink: number): CoOccurrence {
  const starts = startsByUser(ratings);
  const count = ratings.items.length;
  /** Set of raters of each item; −1 = nobody. */
  const setOf = new Int32Array(count).fill(-1);
  let rated = new Int32Array(0);
  let raters: number[] = [];
  let links: { readonly sets: Int32Array; readonly weights: Float64Array }[] = [];
  let scores = new Float64Array(0);
  let held = new Int32Array(0);
  const isOwn = new Uint8Array(count);
  let best = new Float64Array(0);

  function learn(users: Int32Array): void {
    for (const item of rated) setOf[item] = -1;
    const sets = splitByRaters(users);
    rated = Int32Array.from(setOf.keys()).filter((item) => setOf[item] >= 0);
    raters = sets.map((set) => set.length);
    scores = new Float64Array(sets.length);
    held = new Int32Array(sets.length);
    const setsOf: number[][] = Array.from(users, () => []);
    sets.forEach((set, s) => set.forEach((u) => setsOf[u].push(s)));
    const together = new Int32Array(sets.length);
    links = sets.map((set) => {
      const met: number[] = [];
      for (const u of set) for (const other of setsOf[u]) if (together[other]++ === 0) met.push(other);
      const weights = Float64Array.from(met, (other) => together[other] / (set.length + sets[other].length - together[other] + shrink));
      for (const other of met) together[other] = 0;
      return { sets: Int32Array.from(met), weights };
    });
  }

  /** Positions in `users` of each set of raters that some item has; fills `setOf`. */
  function splitByRaters(users: Int32Array): number[][] {
    const sets: number[][] = [];
    users.forEach((user, u) => {
      const joined = new Map<number, number>();
      for (let p = starts[user]; p < starts[user + 1]; p++) {
        const before = setOf[ratings.item[p]];
        let after = joined.get(before);
        if (after === undefined) {
          after = sets.push([...(before < 0 ? [] : sets[before]), u]) - 1;
          joined.set(before, after);
        }
        setOf[ratings.item[p]] = after;
      }
    });
    // Sets that all their items have left since are dropped.
    const place = new Int32Array(sets.length).fill(-1);
    const left: number[][] = [];
    for (let item = 0; item < count; item++) {
      const set = setOf[item];
      if (set < 0) continue;
      if (place[set] < 0) place[set] = left.push(sets[set]) - 1;
      setOf[item] = place[set];
    }
    return left;
  }

  function recommendInto(out: Int32Array, at: number, most: number, history: Int32Array): void {
    for (const item of history) {
      isOwn[item] = 1;
      if (setOf[item] >= 0) held[setOf[item]]++;
    }
    scores.fill(0);
    for (let s = 0; s < held.length; s++) {
      if (held[s] === 0) continue;
      const { sets, weights } = links[s];
      for (let e = 0; e < sets.length; e++) scores[sets[e]] += held[s] * weights[e];
      held[s] = 0;
    }
    if (best.length < most) best = new Float64Array(most);
    let filled = 0;
    for (let k = 0; k < rated.length; k++) {
      const item = rated[k];
      if (isOwn[item] === 1) continue;
      const score = scores[setOf[item]];
      if (filled === most && !isBetter(score, item, best[most - 1], out[at + most - 1])) continue;
      let j = filled < most ? filled++ : most - 1;
      for (; j > 0 && isBetter(score, item, best[j - 1], out[at + j - 1]); j--) {
        best[j] = best[j - 1];
        out[at + j] = out[at + j - 1];
      }
      best[j] = score;
      out[at + j] = item;
    }
    for (let j = filled; j < most; j++) out[at + j] = -1;
    for (const item of history) isOwn[item] = 0;
  }

  /** Items come by rising index, so that of equals the earlier stays before. */
  function isBetter(score: number, item: number, thanScore: number, thanItem: number): boolean {
    return score > thanScore || (score === thanScore && raters[setOf[item]] > raters[setOf[thanItem]]);
  }

  return { learn, recommendInto };
}
