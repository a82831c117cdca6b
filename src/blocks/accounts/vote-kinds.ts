import type { Ratings } from "../../core/ratings.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { selectInPlace } from "../../numeric/orders/select.ts";
import { type AccountTraits, type TraitScale, standardTraits, traitScale, traitsOn, usualLogDensity } from "../ratings/account-traits.ts";

/** Accounts that gave an item one value, and those of them that are of one kind, unlike accounts that did not. */
export interface VoteKind extends Voters {
  /** Shape: [accounts]. */
  readonly membership: Float64Array;
  readonly size: number;
  /** Nats in all by which the traits of the voters are likelier with such a kind than without. */
  readonly gain: number;
  /** The share of the kind among the voters, and among all other accounts. */
  readonly share: number;
  readonly elsewhere: number;
  /** Its members, were it as keen on the item as others who give as many such ratings. */
  readonly expected: number;
  /** Of at most 2,000 accounts that stand for all outside the ballot, those that are likely of the kind. Shape: [any]. */
  readonly alike: Int32Array;
  /** Of those, how many could be of the kind or not: odds between 1 : 1,000 and 1,000 : 1. */
  readonly between: number;
}

const fewest = 3;
/** The traits of accounts of fewer ratings say little but the very vote they are held against. */
const fewestRatings = 4;
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
/** Behind a vote of more accounts than this a few that are unlike all others are looked for as well. */
const manyVoters = 40;
/** Nats an account below which a kind is no kind. */
const leastKind = 1.8;
/** Gain below which it is not asked how frequent the kind is elsewhere. */
const leastGain = 10;

/** Accounts that may belong together: by what they gave an item. Shape: accounts [any], rising. */
export interface Voters {
  readonly item: number;
  readonly value: number;
  readonly accounts: Int32Array;
}

export interface Ballot extends Voters {
  /** Ratings of every account between the bounds of the ballot. Shape: [users]. */
  readonly cast: Float64Array;
}

/** Who rated an item at an end of the scale or, where the scale has four steps or more, at most one step from it; who rated it at all where ratings are one value. */
export function ballotsOf(ratings: Ratings): Ballot[] {
  const { low, high, step } = ratings.scale;
  if (low === high) return ballotsBetween(ratings, [[low, high]]);
  const wide: [number, number][] =
    stepsOf(ratings) < 4
      ? []
      : [
          [high - step, high],
          [low, low + step],
        ];
  return ballotsBetween(ratings, [[high, high], [low, low], ...wide]);
}

/** Ballots in the middle of the scale that are looked at, evenly spaced among all. */
const mostMiddle = 400;

/** Who rated an item two steps or more from both ends, where nobody promotes or buries it: what taste makes of such ballots. None where the scale has fewer than four steps. */
export function middleBallotsOf(ratings: Ratings): Ballot[] {
  const { low, step } = ratings.scale;
  const steps = stepsOf(ratings);
  const bounds: [number, number][] = [];
  for (let s = 2; s + 2 <= steps; s++) {
    bounds.push([low + s * step, low + s * step]);
    if (s + 3 <= steps) bounds.push([low + s * step, low + (s + 1) * step]);
  }
  const all = ballotsBetween(ratings, bounds).filter(({ accounts }) => accounts.length >= fewest);
  return Array.from(
    { length: Math.min(mostMiddle, all.length) },
    (_, k) => all[Math.floor((k * all.length) / Math.min(mostMiddle, all.length))],
  );
}

const stepsOf = ({ scale: { low, high, step } }: Ratings): number => (step > 0 ? Math.round((high - low) / step) : 0);

function ballotsBetween({ user, item, value, items, users, scale }: Ratings, bounds: readonly (readonly [number, number])[]): Ballot[] {
  return bounds.flatMap(([from, to]) => {
    const raters: number[][] = items.map(() => []);
    const cast = new Float64Array(users.length);
    for (let p = 0; p < value.length; p++) {
      if (value[p] < from - 1e-9 || value[p] > to + 1e-9) continue;
      raters[item[p]].push(user[p]);
      cast[user[p]]++;
    }
    const named = from === scale.low ? from : to;
    return raters.map((accounts, i) => ({ item: i, value: named, accounts: Int32Array.from(accounts), cast }));
  });
}

/**
 * The kind of account behind each ballot of three accounts or more: a mixture of the usual (a t distribution in every trait) and of one kind (a normal one) is fitted
 * to its accounts by expectation and maximisation from two starts, and the kind is looked for among accounts that are not of the ballot. Ballots whose accounts are as others are give none.
 *
 * At most 250 accounts a ballot are fitted and 2,000 stand for all others, so that time grows with the number of ratings.
 */
export function voteKinds(ballots: readonly Ballot[], raw: Readonly<Record<string, Float64Array>>): VoteKind[] {
  const users = Object.values(raw)[0].length;
  const whole: Frame = frameOf(standardTraits(raw));
  const isVoter = new Uint8Array(users);
  const isTold = Uint8Array.from(raw.length, (length) => Number(length >= Math.log(fewestRatings) - 1e-9));
  const described = Int32Array.from({ length: users }, (_, u) => u).filter((u) => isTold[u] === 1);
  const some = every(described, mostOthers);
  const out: VoteKind[] = [];
  for (const ballot of ballots) {
    const accounts = where(ballot.accounts, isTold, 1);
    if (accounts.length < fewest || accounts.length > 0.9 * users) continue;
    for (const u of accounts) isVoter[u] = 1;
    const others = where(some, isVoter, 0);
    for (const u of accounts) isVoter[u] = 0;
    const isLarge = accounts.length > largeShare * users && others.length > 20;
    let scale: TraitScale | null = isLarge && accounts.length > vastShare * users ? scaleOf(raw, others) : null;
    let fit = scale === null ? bestKind(accounts, whole) : bestKind(null, frameOn(scale, raw, accounts));
    if (scale === null && isLarge && fit.gain > leastEach * fit.size) {
      scale = scaleOf(raw, others);
      fit = bestKind(null, frameOn(scale, raw, accounts));
    }
    if (fit.gain < Math.max(leastGain, leastKind * fit.size)) continue;
    const { membership, size, gain, share } = fit;
    out.push({
      ...ballot,
      accounts,
      membership,
      size,
      gain,
      share,
      ...compare(
        fit,
        { ...ballot, accounts },
        others,
        described.length,
        scale === null ? frameAt(whole, others) : frameOn(scale, raw, others),
      ),
    });
  }
  return out;
}

/** Those whose flag is this. Shapes: flags [users]. */
function where(accounts: Int32Array, flags: Uint8Array, flag: 0 | 1): Int32Array {
  const out = new Int32Array(accounts.length);
  let count = 0;
  for (let k = 0; k < accounts.length; k++) if (flags[accounts[k]] === flag) out[count++] = accounts[k];
  return count === out.length ? out : out.slice(0, count);
}

interface Frame {
  readonly traits: AccountTraits;
  readonly usual: Float64Array;
}

const frameOf = (traits: AccountTraits): Frame => ({ traits, usual: usualLogDensity(traits) });

/** The deviations of those who did not vote. */
function scaleOf(raw: Readonly<Record<string, Float64Array>>, others: Int32Array): TraitScale {
  return traitScale(columnsAt(raw, every(others, mostReference)));
}

/** Accounts as such a scale has them, in their order. */
function frameOn(scale: TraitScale, raw: Readonly<Record<string, Float64Array>>, accounts: Int32Array): Frame {
  return frameOf(traitsOn(scale, Object.keys(raw), columnsAt(raw, accounts)));
}

function frameAt({ traits: { names, values }, usual }: Frame, accounts: Int32Array): Frame {
  const width = names.length;
  const own = { names, values: new Float64Array(accounts.length * width) };
  const ownUsual = new Float64Array(accounts.length);
  for (let j = 0; j < accounts.length; j++) {
    ownUsual[j] = usual[accounts[j]];
    for (let t = 0; t < width; t++) own.values[j * width + t] = values[accounts[j] * width + t];
  }
  return { traits: own, usual: ownUsual };
}

function columnsAt(raw: Readonly<Record<string, Float64Array>>, accounts: Int32Array): Float64Array[] {
  return Object.values(raw).map((values) => {
    const own = new Float64Array(accounts.length);
    for (let j = 0; j < accounts.length; j++) own[j] = values[accounts[j]];
    return own;
  });
}

/** At most so many of these, evenly spaced. */
function every(values: Int32Array, most: number): Int32Array {
  if (values.length <= most) return values;
  return Int32Array.from({ length: most }, (_, k) => values[Math.floor((k * values.length) / most)]);
}

/** The best of two starts, of three where many voted; fitted to at most so many of the accounts (null = all of the frame), and then said of all. */
function bestKind(given: Int32Array | null, { traits, usual }: Frame): Fit {
  const accounts = given ?? Int32Array.from(usual.keys());
  const some = every(accounts, mostFitted);
  const starts = [
    mostUnusual(some, usual, 0.5),
    densest(some, traits),
    ...(accounts.length > manyVoters ? [mostUnusual(some, usual, 0.1)] : []),
  ];
  const fits = starts.map((start) => fitKind(some, start, traits, usual, rounds));
  const best = fits.reduce((first, fit) => (fit.gain > first.gain ? fit : first));
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

function mostUnusual(accounts: Int32Array, usual: Float64Array, share: number): Float64Array {
  const order = orderBy(Float64Array.from(accounts, (u) => usual[u]));
  return inside(accounts.length, order.subarray(0, Math.ceil(share * accounts.length)));
}

const centres = 10;

function densest(accounts: Int32Array, traits: AccountTraits): Float64Array {
  const size = Math.min(accounts.length, Math.max(fewest, Math.ceil(accounts.length / 4)));
  const step = Math.max(1, accounts.length / centres);
  let [nearest, least] = [-1, Infinity];
  const distances = new Float64Array(accounts.length);
  for (let at = 0; at < accounts.length; at += step) {
    const centre = accounts[Math.floor(at)];
    distancesInto(distances, accounts, centre, traits);
    const radius = selectInPlace(distances, distances.length, size - 1);
    if (nearest < 0 || radius < least) [nearest, least] = [centre, radius];
  }
  distancesInto(distances, accounts, nearest, traits);
  return inside(accounts.length, orderBy(distances).subarray(0, size));
}

/** Squared distances from an account. Shape: out [accounts]. */
function distancesInto(out: Float64Array, accounts: Int32Array, centre: number, { names, values }: AccountTraits): void {
  const width = names.length;
  for (let j = 0; j < accounts.length; j++) {
    const own = accounts[j] * width;
    let sum = 0;
    for (let t = 0; t < width; t++) sum += (values[own + t] - values[centre * width + t]) ** 2;
    out[j] = sum;
  }
}

function fitKind(
  accounts: Int32Array,
  membership: Float64Array,
  { names, values: all }: AccountTraits,
  usual: Float64Array,
  rounds: number,
): Fit {
  const width = names.length;
  const values = new Float64Array(accounts.length * width);
  for (let j = 0; j < accounts.length; j++) for (let t = 0; t < width; t++) values[j * width + t] = all[accounts[j] * width + t];
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  const halfPrecision = new Float64Array(width);
  let [size, gain, share, scale] = [0, -Infinity, 0, 0];
  const count = accounts.length;
  for (let round = 0; round < rounds; round++) {
    size = 0;
    for (let j = 0; j < count; j++) size += membership[j];
    if (size < 1) return { membership, mean, variance, scale, size, share: 0, gain: -Infinity };
    mean.fill(0);
    variance.fill(leastSpread);
    for (let j = 0, p = 0; j < count; j++) {
      const w = membership[j];
      for (let t = 0; t < width; t++, p++) mean[t] += w * values[p];
    }
    for (let t = 0; t < width; t++) mean[t] /= size;
    for (let j = 0, p = 0; j < count; j++) {
      const w = membership[j];
      for (let t = 0; t < width; t++, p++) {
        const away = values[p] - mean[t];
        variance[t] += w * away * away;
      }
    }
    scale = 0;
    for (let t = 0; t < width; t++) {
      variance[t] = Math.max(leastSpread * leastSpread, variance[t] / (size + 1));
      halfPrecision[t] = 0.5 / variance[t];
      scale -= Math.log(variance[t]) / 2;
    }
    share = Math.min(mostShare, size / count);
    const prior = share / (1 - share);
    const isLast = round + 1 === rounds;
    gain = -width * Math.log(count);
    for (let j = 0, p = 0; j < count; j++) {
      let log = scale - usual[accounts[j]];
      for (let t = 0; t < width; t++, p++) {
        const away = values[p] - mean[t];
        log -= away * away * halfPrecision[t];
      }
      const odds = prior * Math.exp(Math.min(500, log));
      membership[j] = odds / (1 + odds);
      if (isLast) gain += Math.log((1 - share) * (1 + odds));
    }
  }
  return { membership, mean, variance, scale, size, share, gain };
}

/** `described` accounts in all have enough ratings. Shapes: others [any], and as many in the frame. */
function compare(
  { mean, variance, scale, share, membership, size }: Fit,
  { accounts, cast }: Ballot,
  others: Int32Array,
  described: number,
  { traits: { names, values }, usual }: Frame,
): Pick<VoteKind, "elsewhere" | "expected" | "alike" | "between"> {
  const width = names.length;
  const away = new Float64Array(others.length);
  for (let k = 0; k < away.length; k++) {
    let log = scale - usual[k];
    for (let t = 0; t < width; t++) log -= (values[k * width + t] - mean[t]) ** 2 / (2 * variance[t]);
    away[k] = Math.exp(Math.min(500, log));
  }
  let elsewhere = share;
  for (let round = 0; round < 8; round++) {
    let sum = 0.5;
    for (let k = 0; k < away.length; k++) sum += (elsewhere * away[k]) / (1 - elsewhere + elsewhere * away[k]);
    elsewhere = Math.min(mostShare, sum / (away.length + 1));
  }
  // Ratings between the ballot's bounds, this one not counted: of the kind and of others, so many votes for the item each.
  let total = 0;
  for (let u = 0; u < cast.length; u++) total += cast[u];
  const usualCast = Math.min(1, total / Math.max(1, cast.length));
  let [ofKind, ofOthers] = [0, 0];
  accounts.forEach((u, j) => {
    const count = Math.max(0, cast[u] - 1) + usualCast;
    ofKind += membership[j] * count;
    ofOthers += (1 - membership[j]) * count;
  });
  const weight = (described - accounts.length) / Math.max(1, others.length);
  others.forEach((u, k) => {
    const likely = (elsewhere * away[k]) / (1 - elsewhere + elsewhere * away[k]);
    ofKind += weight * likely * (cast[u] + usualCast);
    ofOthers += weight * (1 - likely) * (cast[u] + usualCast);
  });
  const odds = away.map((r) => (elsewhere * r) / (1 - elsewhere));
  const alike = others.filter((_, k) => odds[k] > 1);
  const between = odds.reduce((count, o) => count + Number(o > 1e-3 && o < 1e3), 0);
  return { elsewhere, alike, between, expected: ((accounts.length - size + 1) * ofKind) / (ofOthers + 1) };
}
