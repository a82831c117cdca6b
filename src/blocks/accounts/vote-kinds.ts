import type { Ratings } from "../../core/ratings.ts";
import { type TraitScale, standardTraits, traitOrders, traitScaleOf, traitsOn } from "../ratings/account-traits.ts";
import { type Fit, type Frame, bestKind, frameOf, leastGain, mostShare } from "./fit-kind.ts";

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
/** A vote of more than this share of the accounts is held against those that did not cast it, not against all. */
const largeShare = 0.05;
/** Accounts that stand for all others, and those of them by which deviations are measured. */
const [mostOthers, mostReference] = [2000, 300];
/** Nats an account below which a large vote is not looked at again, unless it is of this share: so many bend what is usual until they are usual. */
const [leastEach, vastShare] = [1, 0.15];
/** Nats an account below which a kind is no kind. */
const leastKind = 1.8;

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
    const starts = new Int32Array(items.length + 1);
    const cast = new Float64Array(users.length);
    for (let p = 0; p < value.length; p++) {
      if (value[p] < from - 1e-9 || value[p] > to + 1e-9) continue;
      starts[item[p] + 1]++;
      cast[user[p]]++;
    }
    for (let i = 0; i < items.length; i++) starts[i + 1] += starts[i];
    const next = starts.slice();
    const raters = new Int32Array(starts[items.length]);
    for (let p = 0; p < value.length; p++) if (value[p] >= from - 1e-9 && value[p] <= to + 1e-9) raters[next[item[p]]++] = user[p];
    const named = from === scale.low ? from : to;
    return Array.from(items, (_, i) => ({ item: i, value: named, accounts: raters.subarray(starts[i], starts[i + 1]), cast }));
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
  const references = traitOrders(Object.values(raw), mostReference);
  const isVoter = new Uint8Array(users);
  const isTold = Uint8Array.from(raw.length, (length) => Number(length >= Math.log(fewestRatings) - 1e-9));
  const described = Int32Array.from({ length: users }, (_, u) => u).filter((u) => isTold[u] === 1);
  const some = every(described, mostOthers);
  const inOrder = Int32Array.from(some.keys());
  const out: VoteKind[] = [];
  for (const ballot of ballots) {
    const accounts = where(ballot.accounts, isTold, 1);
    if (accounts.length < fewest || accounts.length > 0.9 * users) continue;
    const isVast = accounts.length > vastShare * users;
    let others = accounts.length > largeShare * users ? othersOf(some, accounts, isVoter) : null;
    const isLarge = others !== null && others.length > 20;
    let scale: TraitScale | null = isLarge && isVast ? traitScaleOf(references, every(others!, mostReference)) : null;
    let fit = scale === null ? bestKind(accounts, whole) : bestKind(null, frameOn(scale, raw, accounts));
    if (scale === null && isLarge && fit.gain > leastEach * fit.size) {
      scale = traitScaleOf(references, every(others!, mostReference));
      fit = bestKind(null, frameOn(scale, raw, accounts));
    }
    if (fit.gain < Math.max(leastGain, leastKind * fit.size)) continue;
    const { membership, size, gain, share } = fit;
    others ??= othersOf(some, accounts, isVoter);
    const at = scale === null ? others : inOrder;
    const frame = scale === null ? whole : frameOn(scale, raw, others);
    const told = compare(fit, { ...ballot, accounts }, others, described.length, { frame, at });
    out.push({ ...ballot, accounts, membership, size, gain, share, ...told });
  }
  return out;
}

/** Those of some accounts that did not vote. Shape: isVoter [users], 0 before and after. */
function othersOf(some: Int32Array, accounts: Int32Array, isVoter: Uint8Array): Int32Array {
  for (let j = 0; j < accounts.length; j++) isVoter[accounts[j]] = 1;
  const others = where(some, isVoter, 0);
  for (let j = 0; j < accounts.length; j++) isVoter[accounts[j]] = 0;
  return others;
}

/** Those whose flag is this. Shapes: flags [users]. */
function where(accounts: Int32Array, flags: Uint8Array, flag: 0 | 1): Int32Array {
  const out = new Int32Array(accounts.length);
  let count = 0;
  for (let k = 0; k < accounts.length; k++) if (flags[accounts[k]] === flag) out[count++] = accounts[k];
  return count === out.length ? out : out.slice(0, count);
}

/** Accounts as such a scale has them, in their order. */
function frameOn(scale: TraitScale, raw: Readonly<Record<string, Float64Array>>, accounts: Int32Array): Frame {
  return frameOf(traitsOn(scale, Object.keys(raw), columnsAt(raw, accounts)));
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

/** `described` accounts in all have enough ratings; `at` is where the others stand in the frame. Shapes: others [any], at [no fewer]. */
function compare(
  { mean, variance, scale, share, membership, size }: Fit,
  { accounts, cast }: Ballot,
  others: Int32Array,
  described: number,
  { frame: { traits, usual }, at }: { readonly frame: Frame; readonly at: Int32Array },
): Pick<VoteKind, "elsewhere" | "expected" | "alike" | "between"> {
  const width = traits.names.length;
  const { values } = traits;
  const away = new Float64Array(others.length);
  for (let k = 0; k < away.length; k++) {
    let log = scale - usual[at[k]];
    for (let t = 0, p = at[k] * width; t < width; t++, p++) log -= (values[p] - mean[t]) ** 2 / (2 * variance[t]);
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
  let ofKind = 0;
  let ofOthers = 0;
  for (let j = 0; j < accounts.length; j++) {
    const count = Math.max(0, cast[accounts[j]] - 1) + usualCast;
    ofKind += membership[j] * count;
    ofOthers += (1 - membership[j]) * count;
  }
  const weight = (described - accounts.length) / Math.max(1, others.length);
  const alike = new Int32Array(others.length);
  let [likely, between] = [0, 0];
  for (let k = 0; k < others.length; k++) {
    const own = elsewhere * away[k];
    const chance = own / (1 - elsewhere + own);
    const count = cast[others[k]] + usualCast;
    ofKind += weight * chance * count;
    ofOthers += weight * (1 - chance) * count;
    const odds = own / (1 - elsewhere);
    if (odds > 1) alike[likely++] = others[k];
    if (odds > 1e-3 && odds < 1e3) between++;
  }
  return { elsewhere, alike: alike.slice(0, likely), between, expected: ((accounts.length - size + 1) * ofKind) / (ofOthers + 1) };
}
