import { type Meeting, fewMet } from "./meetings.ts";
import type { SharedVotes } from "./shared-votes.ts";
import type { OddGroup } from "./tail-groups.ts";
import type { VoteKind } from "./vote-kinds.ts";

/** What every group scores, in nats beyond what taste explains, and how many innocent groups score as much. Shapes: strengths, innocent [groups]. */
export interface Judgement {
  readonly strengths: Float64Array;
  /** Expected number of innocent groups that score at least as much. */
  readonly innocent: Float64Array;
  /** Groups that score at least this are held for attacks. */
  readonly cut: number;
}

/** Accounts of a group that count, at most: what taste does is known roughly, and no number of accounts makes up for it. */
const mostCounted = 60;
/** Innocent groups to expect among all that are flagged. */
const expected = 0.1;
/** Of fewer groups in the middle of the scale it is not told what innocent groups are like. */
const fewestMiddle = 8;
/** Nats by which taste alone makes a kind more frequent behind an item than elsewhere; a kind is fully odd at so many nats an account. */
const [kindTaste, fullyOdd] = [2.6, 6];
/** How odd fewer accounts are is hardly known. */
const fewestOdd = 6;
/** Nats by which taste alone makes accounts behind an item meet more often. */
const meetingTaste = 2.1;
/** Nats by which taste alone makes accounts behind an item rate what somebody else rates. */
const copyTaste = 0.8;
/** A kind stands apart from this many nats on, in all and for each account, where at most this share of it is as many accounts that could be of it or not. Set by hand. */
const [apartGain, apartEach, apartBetween] = [100, 8, 0.2];
/** What is of more than this share of the accounts is no exception. */
const mostApart = 0.2;
const fewestApart = 6;

/**
 * A group scores, for each account, the nats by which its kind is more frequent behind the item than elsewhere, the geometric mean of two ways of counting (among accounts; among ratings of such a value),
 * less what taste does, and times how odd the kind is. `middle` are kinds behind ratings in the middle of the scale, which no attack needs: how strong those are is how strong innocent groups are. Kinds of more than `largest` accounts
 * score 0.
 */
export function judgeKinds(kinds: readonly VoteKind[], middle: readonly VoteKind[], largest = Infinity): Judgement {
  const strengths = Float64Array.from(kinds, (kind) => (kind.size > largest ? 0 : kindStrength(kind)));
  const tail = sorted((middle.length < fewestMiddle ? kinds : middle).map(kindStrength).filter((s) => s > 0));
  const start = within(2, quantile(tail, 0.9), 8);
  return cutAt(strengths, positive(strengths) / 10, start, within(1.5, (quantile(tail, 0.99) - start) / Math.log(10), 3), 22, 28);
}

function kindStrength({ share, elsewhere, size, expected, gain }: VoteKind): number {
  const [ratio, keenness] = [Math.log(share / Math.max(1e-12, elsewhere)), Math.log(size / Math.max(1e-12, expected))];
  const both = Math.sqrt(Math.max(0, ratio) * Math.max(0, keenness));
  return Math.max(0, Math.min(size, mostCounted) * (both - kindTaste) * within(0.3, gain / size / fullyOdd, size >= fewestOdd ? 2.5 : 1.5));
}

/**
 * How far a kind stands apart from all other accounts, whatever it is behind: accounts of a recipe without a common target do, while between an honest kind and the
 * others there are always some.
 */
export function judgeApart(kinds: readonly VoteKind[], users: number, largest = Infinity): Judgement {
  const strengths = Float64Array.from(kinds, ({ gain, size, alike, between }) => {
    const whole = size + alike.length;
    if (size < fewestApart || whole > Math.min(mostApart * users, largest)) return 0;
    return Math.max(0, Math.min(gain / apartGain, gain / size / apartEach, (apartBetween * whole) / (1 + between)));
  });
  return { strengths, innocent: strengths.map((s) => Math.min(1, expected / Math.max(0.1, s))), cut: 1 };
}

/** A group scores how much more often than chance its accounts meet elsewhere, beyond what taste does; three meetings each count. */
export function judgeMeetings(all: readonly Meeting[], middle: readonly Meeting[]): Judgement {
  const strength = ({ met, chance, size }: Meeting): number =>
    met > fewMet ? Math.max(0, Math.min(met, 3 * size) * (Math.log(met / Math.max(1e-9, chance)) - meetingTaste)) : 0;
  const strengths = Float64Array.from(all, strength);
  const tail = sorted((middle.length < fewestMiddle ? all : middle).filter(({ met }) => met > fewMet).map(strength));
  const start = Math.min(6, quantile(tail, 0.95));
  return cutAt(strengths, positive(strengths) / 10, start, within(1.5, (quantile(tail, 0.99) - start) / Math.log(5), 5), 16);
}

/**
 * A group scores the nats of the votes that its members foretell of each other, beyond what taste gives each: what nine tenths of all votes that are foretold in the
 * middle of the scale have, of groups of four and more, and 0.3 nats.
 */
export function judgeSharedVotes(all: readonly SharedVotes[], middle: readonly SharedVotes[]): Judgement {
  const large = (of: readonly SharedVotes[]): SharedVotes[] => of.filter(({ size, foretold }) => size >= 4 && foretold > 0);
  const known = large(middle).length < fewestMiddle ? large([...all, ...middle]) : large(middle);
  const order = known.sort((a, b) => a.gain / a.foretold - b.gain / b.foretold);
  const whole = order.reduce((sum, { foretold }) => sum + foretold, 0);
  let below = 0;
  const usual = order.find(({ foretold }) => (below += foretold) >= 0.9 * whole);
  const taste = within(0.8, (usual === undefined ? 1 : usual.gain / usual.foretold) + 0.3, 1.6);
  const strength = ({ gain, foretold, size }: SharedVotes): number =>
    Math.max(0, gain - taste * foretold) * Math.min(1, mostCounted / size);
  const strengths = Float64Array.from(all, strength);
  const tail = sorted(known.map(strength).filter((s) => s > 0));
  const start = Math.min(12, quantile(tail, 0.9));
  return cutAt(strengths, positive(strengths) / 10, start, within(1.5, (quantile(tail, 0.99) - start) / Math.log(10), 6), 38);
}

/**
 * A group scores the nats by which more of it are odd (copy, or keep a rhythm) than of others, less what taste gives each. Of `middle` as of kinds; groups of more than `largest` accounts score 0, and the cut is no less than `least`.
 */
export function judgeCopies(all: readonly OddGroup[], middle: readonly OddGroup[], largest = Infinity, least = 12): Judgement {
  const strength = ({ found, usual, size }: OddGroup): number =>
    size > largest
      ? 0
      : Math.max(0, Math.min(1, mostCounted / found) * (found * Math.log(found / usual) - found + usual - copyTaste * found));
  const strengths = Float64Array.from(all, strength);
  const tail = sorted((middle.length < fewestMiddle ? all : middle).map(strength).filter((s) => s > 0));
  const start = within(1, quantile(tail, 0.9), 8);
  return cutAt(strengths, positive(strengths) / 10, start, within(1, (quantile(tail, 0.99) - start) / Math.log(10), 3), least, 30);
}

/** Of groups whose nats are known: each counts less what chance and habit give an account, and is held against those in the middle of the scale. */
export function judgeNats(
  all: readonly { readonly gain: number; readonly count: number }[],
  middle: readonly { readonly gain: number; readonly count: number }[],
  { taste, least }: { readonly taste: number; readonly least: number },
): Judgement {
  const strength = ({ gain, count }: { readonly gain: number; readonly count: number }): number =>
    Math.max(0, Math.min(1, mostCounted / count) * (gain - taste * count));
  const strengths = Float64Array.from(all, strength);
  const tail = sorted((middle.length < fewestMiddle ? all : middle).map(strength).filter((s) => s > 0));
  const start = within(1, quantile(tail, 0.9), 12);
  return cutAt(strengths, positive(strengths) / 10, start, within(1, (quantile(tail, 0.99) - start) / Math.log(10), 5), least);
}

/** An exponential tail of `scale` from `start` on, where `count` innocent groups score more: bounds keep many fakes from stretching it. */
function cutAt(strengths: Float64Array, count: number, start: number, scale: number, least: number, most = 45): Judgement {
  return {
    strengths,
    innocent: strengths.map((s) => count * Math.exp(-Math.max(0, s - start) / scale)),
    cut: within(least, start + scale * Math.log(Math.max(1, count / expected)), most),
  };
}

const within = (low: number, value: number, high: number): number => Math.max(low, Math.min(high, value));
const positive = (strengths: Float64Array): number => strengths.reduce((count, s) => count + Number(s > 0), 0);
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], q: number): number => (values.length === 0 ? 0 : values[Math.floor(q * (values.length - 1))]);
