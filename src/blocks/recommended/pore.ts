import { makeListOverlap } from "./list-overlap.ts";
import { makeShareBounds } from "../certified/share-bounds.ts";

export interface PoreSampling {
  /** Genuine users. */
  readonly users: number;
  /** Users that each model is trained on, drawn without replacement. */
  readonly sampled: number;
}

/** What fake users do to the shares of a user's samples. */
export interface PoreFactors {
  /** Samples without fake users among all: a share p becomes at least `kept` · p. */
  readonly kept: number;
  /** The share of samples that hold the user and a fake one, by which an item may rise. */
  readonly gained: number;
}

/** kept = C(n, s) / C(n + e, s), gained = s / (n + e) − kept · s / n for e fake users among n + e. */
export function poreFactors({ users, sampled }: PoreSampling, fakes: number): PoreFactors {
  let kept = 1;
  for (let i = 1; i <= fakes; i++) kept *= (users + i - sampled) / (users + i);
  return { kept, gained: Math.max(0, sampled / (users + fakes) - (kept * sampled) / users) };
}

/** The same where every model recommends to every user: gained = 1 − kept, the share of samples with a fake user. */
export function poreFactorsForAll(sampling: PoreSampling, fakes: number): PoreFactors {
  const { kept } = poreFactors(sampling, fakes);
  return { kept, gained: 1 - kept };
}

export interface PoreShares {
  readonly items: number;
  /** Bounds on the share of all samples (those without the user count as recommending nothing) that recommend an item. Shapes: [users, items]. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Bounds from how many of `samples` models recommend an item to a user; all of them hold together with a chance of at least 1 − risk (Clopper–Pearson, the risk shared by users, items
 * and sides). Shapes: counts [users, items].
 */
export function poreShares(counts: Int32Array, items: number, { samples, risk }: { samples: number; risk: number }): PoreShares {
  const low = new Float64Array(counts.length);
  const high = new Float64Array(counts.length);
  const boundsOf = makeShareBounds(samples, risk / (2 * counts.length));
  for (let j = 0; j < counts.length; j++) {
    const bounds = boundsOf(counts[j]);
    low[j] = bounds.low;
    high[j] = bounds.high;
  }
  return { items, low, high };
}

export interface ListSizes {
  /** Items shown to a user. */
  readonly shown: number;
  /** Items that each model recommends. */
  readonly perModel: number;
}

/** Shares are counts over all samples; what is equal but for rounding counts against us. */
const slack = 1e-12;

/**
 * How many of the items that a user wants are shown whatever the fake users do (PORE, Jia et al. 2023, Provably Robust Recommender Systems against Data Poisoning Attacks, USENIX Security),
 * ties against us. Fake users are to push q-th best wanted item out: N − q + 1 of the others must reach it, no one by more than `gained`, all together by no more than perModel · gained.
 * Simpler than the paper's rule and as tight. Shapes: wanted = positions wantedItems[wantedFrom[u] … wantedFrom[u + 1]) of each user, result [users].
 */
export function poreOverlap(
  { items, low, high }: PoreShares,
  wanted: { from: Int32Array; items: Int32Array },
  { shown, perModel }: ListSizes,
  { kept, gained }: PoreFactors,
): Int32Array {
  const users = wanted.from.length - 1;
  const out = new Int32Array(users);
  const overlap = makeListOverlap(items, shown);
  for (let u = 0; u < users; u++) {
    overlap.read(low, high, u * items, wanted.items, wanted.from[u], wanted.from[u + 1]);
    out[u] = overlap.certified(0, (perModel * gained + slack) / kept, (gained + slack) / kept);
  }
  return out;
}

/**
 * The fewest fake users with whom an item can come among the shown of each user: kept · p + gained ≥ kept times the N-th largest share of the others. Infinity where `factors`, of 0, 1, …
 * fake users, are not enough. Shapes: result [users].
 */
export function poreTargetNeeds(
  { items, low, high }: PoreShares,
  target: number,
  { shown, factors }: { readonly shown: number; readonly factors: readonly PoreFactors[] },
): Float64Array {
  const users = low.length / items;
  const out = new Float64Array(users).fill(Infinity);
  const overlap = makeListOverlap(items, shown);
  for (let u = 0; u < users; u++) {
    const rival = overlap.largestOthers(low, u * items, target);
    if (rival < 0) {
      out[u] = 0;
      continue;
    }
    for (let fakes = 0; fakes < factors.length && out[u] === Infinity; fakes++) {
      const { kept, gained } = factors[fakes];
      if (kept * high[u * items + target] + gained + slack >= kept * rival) out[u] = fakes;
    }
  }
  return out;
}
