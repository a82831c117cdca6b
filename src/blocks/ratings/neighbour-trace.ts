import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { AccountTrace } from "../../core/recommender.ts";
import { type NeighbourSettings, neighboursOf } from "./neighbours.ts";

export interface NeighbourTraceInput {
  /** Those that similarities were computed from. */
  readonly ratings: Ratings;
  readonly settings: NeighbourSettings;
  readonly target: number;
  readonly accounts: Int32Array;
  /** What a rating of the user (a position of `ratings`) says through a similar item. */
  voice(position: number): number;
  /** Whether a score is the mean of the voices, weighted by similarity; else their weighted sum. */
  readonly isMean: boolean;
  /** By how much each account lifts everybody's score apart from similarities. Shape: [accounts]. */
  readonly apart: Float64Array;
}

/**
 * A score is f = Σ_j s_tj v_uj, over S = Σ_j s_tj where it is a mean, j over the neighbours of t that u rated. With s′, f′ for those without the
 * accounts, f − f′ = Σ_j (s_tj − s′_tj)(v_uj − f′) / S for the mean and Σ_j (s_tj − s′_tj) v_uj for the sum, exactly. Of a difference of
 * similarities account a has w_a e_at e_aj times the scale of that product; what is left, because lengths, counts and the list of neighbours moved
 * too, belongs to all accounts together and is shared out evenly.
 */
export function traceNeighbours(input: NeighbourTraceInput): AccountTrace {
  const { ratings, settings, target, accounts, isMean } = input;
  const items = ratings.items.length;
  const starts = startsByUser(ratings);
  const weight = (u: number): number => settings.userWeight?.[u] ?? 1;
  const others = Float64Array.from(ratings.users, (_, u) => weight(u));
  for (const u of accounts) others[u] = 0;
  const now = neighboursOf(ratings, settings, target);
  const without = neighboursOf(ratings, { ...settings, userWeight: others }, target);
  const similarity = spread(now, items);
  const before = spread(without, items);

  /** Σ of e_at e_aj w_a scale_j, sparse: what account k has of s_tj. Shape: [items] of each account. */
  const shares = Array.from(accounts, (u) => sharesOf(u));
  const left = similarity.map((s, j) => s - before[j]);
  for (const own of shares) for (const [j, share] of own) left[j] -= share;

  function sharesOf(u: number): Map<number, number> {
    const own = new Map<number, number>();
    const at = positionOf(ratings.item, target, starts[u], starts[u + 1]);
    if (at < 0) return own;
    for (let q = starts[u]; q < starts[u + 1]; q++) {
      const j = ratings.item[q];
      const share = similarity[j] > 0 ? weight(u) * settings.entry[at] * settings.entry[q] * now.scale[j] : 0;
      if (share !== 0 && j !== target) own.set(j, share);
    }
    return own;
  }

  /** What a unit of s_tj is worth to the user, for the items that the user rated. */
  const worth = new Float64Array(items);
  const touched: number[] = [];
  function weigh(user: number): void {
    for (const j of touched) worth[j] = 0;
    touched.length = 0;
    let [total, sumBefore, totalBefore] = [0, 0, 0];
    for (let p = starts[user]; p < starts[user + 1]; p++) {
      const j = ratings.item[p];
      total += similarity[j];
      totalBefore += before[j];
      sumBefore += before[j] * input.voice(p);
    }
    const middle = isMean && totalBefore > 0 ? sumBefore / totalBefore : 0;
    // Where no neighbour is left, the score falls from f′ to 0: nothing is divided by, and each old neighbour takes its part along.
    const divisor = isMean ? (total > 0 ? total : totalBefore) : 1;
    if (divisor === 0) return;
    for (let p = starts[user]; p < starts[user + 1]; p++) {
      const j = ratings.item[p];
      worth[j] = (input.voice(p) - (total > 0 ? middle : 0)) / divisor;
      touched.push(j);
    }
  }

  return {
    liftsInto(out, users) {
      for (const [n, user] of users.entries()) {
        weigh(user);
        let together = 0;
        for (const j of touched) together += left[j] * worth[j];
        for (let k = 0; k < accounts.length; k++) {
          let own = 0;
          for (const [j, share] of shares[k]) own += share * worth[j];
          out[k * users.length + n] = input.apart[k] + own + together / accounts.length;
        }
      }
    },
    through(k, user) {
      weigh(user);
      return [...shares[k]].map(([item, share]) => ({ item, lift: share * worth[item] })).filter(({ lift }) => lift !== 0);
    },
  };
}

function spread({ ids, similarity }: { readonly ids: Int32Array; readonly similarity: Float64Array }, items: number): Float64Array {
  const out = new Float64Array(items);
  ids.forEach((j, k) => (out[j] = similarity[k]));
  return out;
}

/** Where `wanted` is in the part [from, to) of `values`; −1 where it is not. */
function positionOf(values: Int32Array, wanted: number, from: number, to: number): number {
  const at = values.subarray(from, to).indexOf(wanted);
  return at < 0 ? -1 : from + at;
}
