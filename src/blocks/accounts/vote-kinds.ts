import type { Ratings } from "../../core/ratings.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { type AccountTraits, standardTraits, usualLogDensity } from "../ratings/account-traits.ts";
import type { Company } from "./company.ts";

/** Accounts that gave an item one value, and those of them that are of one kind, unlike accounts that did not. */
export interface VoteKind {
  readonly item: number;
  readonly value: number;
  readonly accounts: Int32Array;
  /** Shape: [accounts]. */
  readonly membership: Float64Array;
  readonly size: number;
  /** Nats in all by which the traits of the voters are likelier with such a kind than without. */
  readonly gain: number;
  /** The share of the kind among the voters, and among all other accounts. */
  readonly share: number;
  readonly elsewhere: number;
  /** Nats of its share here over that elsewhere. */
  readonly enrichment: number;
}

const fewest = 3;
const leastSpread = 0.25;
const rounds = 8;
const mostShare = 0.98;
/** A vote of more than this share of the accounts is held against those that did not cast it, not against all. */
const largeShare = 0.05;
/** Accounts that stand for all others, and those of them by which deviations are measured. */
const [mostOthers, mostReference] = [2000, 300];
/** Nats an account below which a large vote is not looked at again, unless it is of this share: so many bend what is usual until they are usual. */
const [leastEach, vastShare] = [1, 0.15];
const mostFitted = 250;
/** Nats an account below which a kind is no kind. */
const leastKind = 1.8;
/** Gain below which it is not asked how frequent the kind is elsewhere. */
const leastGain = 10;

/** Accounts that may belong together: by what they gave an item. Shape: accounts [any], rising. */
export interface Ballot {
  readonly item: number;
  readonly value: number;
  readonly accounts: Int32Array;
}

/** Who rated an item at an end of the scale or, where the scale has four steps or more, at most one step from it; who rated it at all where ratings are one value. */
export function ballotsOf({ user, item, value, items, scale }: Ratings): Ballot[] {
  const { low, high, step } = scale;
  const fine = step > 0 && (high - low) / step >= 3.5;
  const bounds =
    low === high
      ? [[low, high]]
      : [
          [high, high],
          [low, low],
          ...(fine
            ? [
                [high - step, high],
                [low, low + step],
              ]
            : []),
        ];
  return bounds.flatMap(([from, to]) => {
    const raters: number[][] = items.map(() => []);
    for (let p = 0; p < value.length; p++) if (value[p] >= from - 1e-9 && value[p] <= to + 1e-9) raters[item[p]].push(user[p]);
    return raters.map((accounts, i) => ({ item: i, value: to === high ? high : low, accounts: Int32Array.from(accounts) }));
  });
}

/**
 * The kind of account behind each ballot of three accounts or more: a mixture of the usual (a t distribution in every trait) and of one kind (a normal one) is fitted
 * to its accounts by expectation and maximisation from two starts, and the kind is looked for among others: those that are not of the ballot and keep no
 * company with its members (all of the former where that leaves less than a third). Ballots whose accounts are as others are give none.
 *
 * At most 250 accounts a ballot are fitted and 2,000 stand for all others, so that time grows with the number of ratings.
 */
export function voteKinds(ballots: readonly Ballot[], raw: Readonly<Record<string, Float64Array>>, company: Company): VoteKind[] {
  const users = Object.values(raw)[0].length;
  const whole: Frame = frameOf(standardTraits(raw));
  const isVoter = new Uint8Array(users);
  const some = every(
    Int32Array.from({ length: users }, (_, u) => u),
    mostOthers,
  );
  const out: VoteKind[] = [];
  for (const ballot of ballots) {
    const { accounts } = ballot;
    if (accounts.length < fewest || accounts.length > 0.9 * users) continue;
    for (const u of accounts) isVoter[u] = 1;
    const others = some.filter((u) => isVoter[u] === 0);
    for (const u of accounts) isVoter[u] = 0;
    let [frame, voters, rest] = [whole, accounts, others];
    let fit = bestKind(voters, frame);
    const isVast = accounts.length > vastShare * users;
    if (accounts.length > largeShare * users && others.length > 20 && (isVast || fit.gain > leastEach * fit.size)) {
      frame = frameOf(apart(raw, accounts, others));
      voters = accounts.map((_, j) => j);
      rest = others.map((_, j) => accounts.length + j);
      fit = bestKind(voters, frame);
    }
    if (fit.gain < Math.max(leastGain, leastKind * fit.size)) continue;
    const { membership, size, gain, share } = fit;
    const isCompany = company.of(accounts.filter((_, j) => membership[j] > 0.5));
    const apartOnes = rest.filter((_, k) => !isCompany(others[k]));
    const compared = 3 * apartOnes.length > rest.length ? apartOnes : rest;
    out.push({ ...ballot, membership, size, gain, share, ...compare(fit, voters, compared, frame) });
  }
  return out;
}

interface Frame {
  readonly traits: AccountTraits;
  readonly usual: Float64Array;
}

const frameOf = (traits: AccountTraits): Frame => ({ traits, usual: usualLogDensity(traits) });

/** The traits of voters, then of others, in deviations of the latter. */
function apart(raw: Readonly<Record<string, Float64Array>>, accounts: Int32Array, others: Int32Array): AccountTraits {
  const both = Object.entries(raw).map(([name, values]) => {
    const own = new Float64Array(accounts.length + others.length);
    accounts.forEach((u, j) => (own[j] = values[u]));
    others.forEach((u, j) => (own[accounts.length + j] = values[u]));
    return [name, own] as const;
  });
  return standardTraits(
    Object.fromEntries(both),
    every(
      others.map((_, j) => accounts.length + j),
      mostReference,
    ),
  );
}

/** At most so many of these, evenly spaced. */
function every(values: Int32Array, most: number): Int32Array {
  if (values.length <= most) return values;
  return Int32Array.from({ length: most }, (_, k) => values[Math.floor((k * values.length) / most)]);
}

/** The better of two starts; fitted to at most so many of the accounts, and then said of all. */
function bestKind(accounts: Int32Array, { traits, usual }: Frame): Fit {
  const some = every(accounts, mostFitted);
  const fits = [mostUnusual(some, usual), densest(some, traits)].map((start) => fitKind(some, start, traits, usual, rounds));
  const best = fits[1].gain > fits[0].gain ? fits[1] : fits[0];
  if (some === accounts || best.gain < leastGain) return best;
  const start = new Float64Array(accounts.length);
  some.forEach((_, k) => (start[Math.floor((k * accounts.length) / some.length)] = best.membership[k]));
  return fitKind(accounts, start, traits, usual, 3);
}

interface Fit {
  readonly membership: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly scale: number;
  readonly size: number;
  readonly share: number;
  readonly gain: number;
}

const inside = (count: number, chosen: Int32Array): Float64Array => {
  const out = new Float64Array(count).fill(0.1);
  for (const j of chosen) out[j] = 0.9;
  return out;
};

function mostUnusual(accounts: Int32Array, usual: Float64Array): Float64Array {
  const order = orderBy(Float64Array.from(accounts, (u) => usual[u]));
  return inside(accounts.length, order.subarray(0, Math.ceil(accounts.length / 2)));
}

const centres = 10;

function densest(accounts: Int32Array, traits: AccountTraits): Float64Array {
  const size = Math.min(accounts.length, Math.max(fewest, Math.ceil(accounts.length / 4)));
  const step = Math.max(1, accounts.length / centres);
  let best: { radius: number; order: Int32Array } | null = null;
  const width = traits.names.length;
  for (let at = 0; at < accounts.length; at += step) {
    const centre = accounts[Math.floor(at)];
    const distances = Float64Array.from(accounts, (u) => {
      let sum = 0;
      for (let t = 0; t < width; t++) sum += (traits.values[u * width + t] - traits.values[centre * width + t]) ** 2;
      return sum;
    });
    const order = orderBy(distances);
    const radius = distances[order[size - 1]];
    if (best === null || radius < best.radius) best = { radius, order };
  }
  return inside(accounts.length, best!.order.subarray(0, size));
}

function fitKind(
  accounts: Int32Array,
  membership: Float64Array,
  { names, values }: AccountTraits,
  usual: Float64Array,
  rounds: number,
): Fit {
  const width = names.length;
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  let [size, gain, share, scale] = [0, -Infinity, 0, 0];
  const count = accounts.length;
  for (let round = 0; round < rounds; round++) {
    size = 0;
    for (let j = 0; j < count; j++) size += membership[j];
    if (size < 1) return { membership, mean, variance, scale, size, share: 0, gain: -Infinity };
    mean.fill(0);
    variance.fill(leastSpread);
    for (let j = 0; j < count; j++) for (let t = 0; t < width; t++) mean[t] += (membership[j] * values[accounts[j] * width + t]) / size;
    for (let j = 0; j < count; j++)
      for (let t = 0; t < width; t++) variance[t] += membership[j] * (values[accounts[j] * width + t] - mean[t]) ** 2;
    scale = 0;
    for (let t = 0; t < width; t++) {
      variance[t] = Math.max(leastSpread * leastSpread, variance[t] / (size + 1));
      scale -= Math.log(variance[t]) / 2;
    }
    share = Math.min(mostShare, size / count);
    gain = -width * Math.log(count);
    for (let j = 0; j < count; j++) {
      let log = scale - usual[accounts[j]];
      for (let t = 0; t < width; t++) log -= (values[accounts[j] * width + t] - mean[t]) ** 2 / (2 * variance[t]);
      const odds = (share / (1 - share)) * Math.exp(Math.min(500, log));
      membership[j] = odds / (1 + odds);
      gain += Math.log((1 - share) * (1 + odds));
    }
  }
  return { membership, mean, variance, scale, size, share, gain };
}

function compare(fit: Fit, accounts: Int32Array, others: Int32Array, { traits, usual }: Frame): { elsewhere: number; enrichment: number } {
  const { names, values } = traits;
  const width = names.length;
  const { mean, variance, scale, share } = fit;
  const ratio = (u: number): number => {
    let log = scale - usual[u];
    for (let t = 0; t < width; t++) log -= (values[u * width + t] - mean[t]) ** 2 / (2 * variance[t]);
    return Math.exp(Math.min(500, log));
  };
  const away = Float64Array.from(others, ratio);
  let elsewhere = share;
  for (let round = 0; round < 8; round++) {
    let sum = 0.5;
    for (const r of away) sum += (elsewhere * r) / (1 - elsewhere + elsewhere * r);
    elsewhere = Math.min(mostShare, sum / (away.length + 1));
  }
  let enrichment = 0;
  for (const u of accounts) {
    const r = ratio(u);
    enrichment += Math.log((1 - share + share * r) / (1 - elsewhere + elsewhere * r));
  }
  return { elsewhere, enrichment };
}
