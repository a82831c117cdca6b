import type { Meeting } from "./meetings.ts";
import type { SharedVotes } from "./shared-votes.ts";
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

/**
 * Taste alone makes a kind of account more frequent behind some items than elsewhere: by how much, and how odd such kinds are, the groups themselves tell (nine
 * tenths of the larger ones are below that). A group scores what each account exceeds the former by, and half of what it exceeds the latter by.
 */
export function judgeKinds(kinds: readonly VoteKind[]): Judgement {
  const ratio = kinds.map(({ share, elsewhere }) => Math.log(share / Math.max(1e-12, elsewhere)));
  const each = kinds.map(({ gain, size }) => gain / size);
  const large = [...kinds.keys()].filter((k) => kinds[k].size >= 8 && kinds[k].gain > 20);
  const usual = (values: readonly number[], otherwise: number): number =>
    large.length < 8 ? otherwise : quantile(sorted(large.map((k) => values[k])), 0.9);
  const [taste, oddness] = [within(1, usual(ratio, 3), 3.5), within(2, usual(each, 2), 6)];
  // Having rated what everybody knows makes a kind by itself, of many accounts that are hardly odd.
  const isHardlyOdd = (k: number): boolean => kinds[k].size > mostCounted && each[k] < 2;
  const strengths = Float64Array.from(kinds, ({ size }, k) =>
    ratio[k] > taste && !isHardlyOdd(k) ? Math.max(0, Math.min(size, mostCounted) * (ratio[k] - taste + (each[k] - oddness) / 2)) : 0,
  );
  const tail = sorted([...strengths].filter((s) => s > 0));
  const start = Math.min(10, quantile(tail, 0.5));
  return cutAt(strengths, tail.length / 2, start, within(2, (quantile(tail, 0.9) - start) / Math.log(5), 6), 15);
}

/** A group scores how much more often than chance its accounts meet elsewhere, beyond what those behind nine tenths of the items do; three meetings each count. */
export function judgeMeetings(all: readonly Meeting[]): Judgement {
  const ratio = all.map(({ met, chance }) => Math.log(Math.max(1e-9, met) / Math.max(1e-9, chance)));
  const told = [...all.keys()].filter((k) => all[k].met > 3);
  const taste = within(0.7, quantile(sorted(told.map((k) => ratio[k])), 0.9), 2);
  const strengths = Float64Array.from(all, ({ met, size }, k) => (met > 3 ? Math.max(0, Math.min(met, 3 * size) * (ratio[k] - taste)) : 0));
  const tail = sorted(told.map((k) => strengths[k]));
  const start = Math.min(6, quantile(tail, 0.95));
  return cutAt(strengths, tail.length / 20, start, within(1.5, (quantile(tail, 0.99) - start) / Math.log(5), 5), 12);
}

/**
 * A group scores the nats of the votes that its members foretell of each other, beyond what taste gives each: what nine tenths of all foretold votes have, of
 * groups of four and more.
 */
export function judgeSharedVotes(all: readonly SharedVotes[]): Judgement {
  const order = all.filter(({ size, foretold }) => size >= 4 && foretold > 0).sort((a, b) => a.gain / a.foretold - b.gain / b.foretold);
  const whole = order.reduce((sum, { foretold }) => sum + foretold, 0);
  let below = 0;
  const usual = order.find(({ foretold }) => (below += foretold) >= 0.9 * whole);
  const taste = within(0.4, usual === undefined ? 1 : usual.gain / usual.foretold, 1);
  const strengths = Float64Array.from(
    all,
    ({ gain, foretold, size }) => Math.max(0, gain - taste * foretold) * Math.min(1, mostCounted / size),
  );
  const tail = sorted([...strengths].filter((s) => s > 0));
  const start = Math.min(12, quantile(tail, 0.9));
  return cutAt(strengths, tail.length / 10, start, within(1.5, (quantile(tail, 0.99) - start) / Math.log(10), 4), 24);
}

/** An exponential tail of `scale` from `start` on, where `count` innocent groups score more: bounds keep many fakes from stretching it. */
function cutAt(strengths: Float64Array, count: number, start: number, scale: number, least: number): Judgement {
  return {
    strengths,
    innocent: strengths.map((s) => count * Math.exp(-Math.max(0, s - start) / scale)),
    cut: within(least, start + scale * Math.log(Math.max(1, count / expected)), 45),
  };
}

const within = (low: number, value: number, high: number): number => Math.max(low, Math.min(high, value));
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], q: number): number => (values.length === 0 ? 0 : values[Math.floor(q * (values.length - 1))]);
