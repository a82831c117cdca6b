import type { Ratings } from "../../core/ratings.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { AccountTraits } from "./account-traits.ts";

/** Accounts that rate an item at the same end of the scale, and those of them that are of one kind, unlike other accounts. */
export interface AccountGroup {
  readonly item: number;
  readonly value: number;
  readonly accounts: Int32Array;
  /** Probability that an account is of the kind. Shape: [accounts]. */
  readonly membership: Float64Array;
  /** Expected number of accounts of the kind. */
  readonly size: number;
  /** How much likelier the traits are with such a kind than without, in nats, less what as many free numbers would give by chance. */
  readonly gain: number;
  /** How much likelier the traits are where the kind is as frequent as here than where it is as frequent as among all accounts, in nats. */
  readonly enrichment: number;
}

/** Fewer accounts than this make no group. */
const fewest = 4;
/** Accounts of a kind differ by at least so many robust deviations of the population. */
const leastSpread = 0.25;
/** Degrees of freedom of the population's traits, whose tails are heavier than a normal's. */
const freedom = 4;
const rounds = 12;
/** An account that is in many groups would be of some kind by chance if its group alone could settle it. */
const mostShare = 0.8;
/** Nats below which, in all or for each account of the kind, it is not asked whether a group is enriched. */
const [leastGain, leastGainEach] = [20, 2];

/**
 * For each item and each end of the scale, a mixture of the population (a t distribution in every trait, which is in robust deviations) and of one kind
 * (a normal one in every trait) is fitted to the accounts that rated it so, by expectation and maximisation from two starts; the better is kept.
 * The reason: whoever promotes or demotes an item through many accounts makes them by one recipe, and there alone they stand together.
 */
export function accountGroups(ratings: Ratings, traits: AccountTraits): AccountGroup[] {
  const usual = usualLogDensity(traits);
  return ratersAtEnds(ratings)
    .filter(({ accounts }) => accounts.length >= fewest)
    .map((raters) => {
      const fits = [mostUnusual(raters.accounts, usual), densest(raters.accounts, traits)].map((start) =>
        fitKind(raters.accounts, start, traits, usual),
      );
      return { ...raters, ...(fits[1].gain > fits[0].gain ? fits[1] : fits[0]) };
    });
}

interface Raters {
  readonly item: number;
  readonly value: number;
  readonly accounts: Int32Array;
}

function ratersAtEnds({ user, item, value, items, scale }: Ratings): Raters[] {
  const ends = scale.low === scale.high ? [scale.high] : [scale.high, scale.low];
  return ends.flatMap((end) => {
    const raters: number[][] = items.map(() => []);
    for (let p = 0; p < value.length; p++) if (Math.abs(value[p] - end) < 1e-9) raters[item[p]].push(user[p]);
    return raters.map((accounts, i) => ({ item: i, value: end, accounts: Int32Array.from(accounts) }));
  });
}

/** log of the population's density at each account over that of a standard normal at its centre. Shape: [users]. */
export function usualLogDensity({ names, values }: AccountTraits): Float64Array {
  const count = names.length;
  const out = new Float64Array(values.length / count);
  for (let p = 0; p < values.length; p++)
    out[Math.floor(p / count)] += logCentre - ((freedom + 1) / 2) * Math.log1p((values[p] * values[p]) / freedom);
  return out;
}

/** log of the t density at 0 over the normal density at 0, for 4 degrees of freedom: 3/8 against 1/√(2π). */
const logCentre = Math.log(0.375 * Math.sqrt(2 * Math.PI));

/** A start: the half of the accounts that the population explains least. Shape: [accounts]. */
function mostUnusual(accounts: Int32Array, usual: Float64Array): Float64Array {
  const order = orderBy(Float64Array.from(accounts, (u) => usual[u]));
  return inside(accounts.length, order.subarray(0, Math.ceil(accounts.length / 2)));
}

/** Accounts that are tried as centres. */
const centres = 24;

/** A start: an account and the quarter of the others nearest to it, at least three, where these lie densest. Shape: [accounts]. */
function densest(accounts: Int32Array, traits: AccountTraits): Float64Array {
  const size = Math.min(accounts.length, Math.max(fewest, Math.ceil(accounts.length / 4)));
  const step = Math.max(1, accounts.length / centres);
  let best: { radius: number; order: Int32Array } | null = null;
  for (let at = 0; at < accounts.length; at += step) {
    const centre = accounts[Math.floor(at)];
    const distances = Float64Array.from(accounts, (u) => squaredDistance(traits, u, centre));
    const order = orderBy(distances);
    const radius = distances[order[size - 1]];
    if (best === null || radius < best.radius) best = { radius, order };
  }
  return inside(accounts.length, best!.order.subarray(0, size));
}

function inside(count: number, chosen: Int32Array): Float64Array {
  const out = new Float64Array(count).fill(0.1);
  for (const j of chosen) out[j] = 0.9;
  return out;
}

function squaredDistance({ names, values }: AccountTraits, u: number, v: number): number {
  let sum = 0;
  for (let t = 0; t < names.length; t++) sum += (values[u * names.length + t] - values[v * names.length + t]) ** 2;
  return sum;
}

function fitKind(
  accounts: Int32Array,
  membership: Float64Array,
  { names, values }: AccountTraits,
  usual: Float64Array,
): Pick<AccountGroup, "membership" | "size" | "gain" | "enrichment"> {
  const count = names.length;
  const mean = new Float64Array(count);
  const variance = new Float64Array(count);
  let [size, gain, share, scale] = [0, -Infinity, 0, 0];
  for (let round = 0; round < rounds; round++) {
    size = membership.reduce((sum, r) => sum + r, 0);
    if (size < 1) return { membership, size, gain: -Infinity, enrichment: 0 };
    mean.fill(0);
    variance.fill(leastSpread);
    accounts.forEach((u, j) => {
      for (let t = 0; t < count; t++) mean[t] += (membership[j] * values[u * count + t]) / size;
    });
    accounts.forEach((u, j) => {
      for (let t = 0; t < count; t++) variance[t] += membership[j] * (values[u * count + t] - mean[t]) ** 2;
    });
    scale = 0;
    for (let t = 0; t < count; t++) {
      variance[t] = Math.max(leastSpread * leastSpread, variance[t] / (size + 1));
      scale -= Math.log(variance[t]) / 2;
    }
    share = Math.min(mostShare, size / accounts.length);
    gain = -count * Math.log(accounts.length);
    accounts.forEach((u, j) => {
      let log = scale - usual[u];
      for (let t = 0; t < count; t++) log -= (values[u * count + t] - mean[t]) ** 2 / (2 * variance[t]);
      const odds = (share / (1 - share)) * Math.exp(Math.min(500, log));
      membership[j] = odds / (1 + odds);
      gain += Math.log((1 - share) * (1 + odds));
    });
  }
  const worthComparing = gain > leastGain && gain > leastGainEach * size;
  const logRatio = (u: number): number => {
    let log = scale - usual[u];
    for (let t = 0; t < count; t++) log -= (values[u * count + t] - mean[t]) ** 2 / (2 * variance[t]);
    return Math.exp(Math.min(500, log));
  };
  return {
    membership,
    size,
    gain,
    enrichment: worthComparing
      ? enrichmentOf(
          Float64Array.from(usual, (_, u) => logRatio(u)),
          accounts,
          share,
        )
      : 0,
  };
}

/** Rounds in which the share of a kind among all accounts is found. */
const shareRounds = 5;

/** Shapes: ratio (density of the kind over that of the population) [users]. */
function enrichmentOf(ratio: Float64Array, accounts: Int32Array, share: number): number {
  let everywhere = share;
  for (let round = 0; round < shareRounds; round++) {
    let sum = 0;
    for (const r of ratio) sum += (everywhere * r) / (1 - everywhere + everywhere * r);
    everywhere = sum / ratio.length;
  }
  let gain = 0;
  for (const u of accounts) gain += Math.log((1 - share + share * ratio[u]) / (1 - everywhere + everywhere * ratio[u]));
  return gain;
}
