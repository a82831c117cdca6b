import type { PlantedGroups } from "../../blocks/accounts/planted-groups.ts";
import { areaUnderCurve, highest, orderBy } from "../../numeric/orders/ranks.ts";

/** What a detector scored on the data and on a copy with planted accounts, which come last. Shapes: values [users], onCopy [users + planted]. */
export interface PlantedVoice {
  readonly values: Float64Array;
  readonly onCopy: Float64Array;
}

export interface Weighed {
  /** How often a planted account scores above an unsuspicious one, by detector. */
  readonly areas: readonly number[];
  /** By detector, not below 0; 0 where the area is below a half. */
  readonly weights: readonly number[];
  /** Σ weight · −ln(share of unsuspicious accounts that score at least as high). Shape: [users]. */
  readonly scores: Float64Array;
}

const steps = 300;
const decay = 0.01;

/**
 * Weights detectors by what they make of planted accounts: a logistic regression of planted against unsuspicious accounts on the tails of the scores, its
 * weights held at 0 or above, learned on every other planted group. It is kept where it puts as many of the other groups first as the best single detector of the
 * former does; else that one stands alone. Shape: isSuspect [users].
 */
export function weighAccountDetectors(
  voices: readonly PlantedVoice[],
  isSuspect: (user: number) => boolean,
  { group }: Pick<PlantedGroups, "group">,
): Weighed {
  const users = voices[0].values.length;
  const own = Int32Array.from({ length: users }, (_, u) => u).filter((u) => !isSuspect(u));
  const planted = Int32Array.from(group, (_, k) => users + k);
  const [learn, test] = [planted.filter((_, k) => group[k] % 2 === 0), planted.filter((_, k) => group[k] % 2 === 1)];
  const tails = voices.map(({ onCopy }) => tailsOf(onCopy, own));
  const areas = voices.map(({ onCopy }) => areaAmong(onCopy, own, planted));
  const usable = voices.map((_, d) => areas[d] > 0.5);
  const merged = fitNonNegative(tails, usable, own, learn);
  const alone = voices.flatMap((_, d) => (usable[d] ? [voices.map((_, e) => Number(d === e))] : []));
  const hits = (weights: readonly number[], among: Int32Array): number => hitsOf(sumOf(tails, weights), own, among);
  if (alone.length === 0) return { areas, weights: merged, scores: new Float64Array(users) };
  const best = alone.reduce((top, weights) => (hits(weights, learn) > hits(top, learn) ? weights : top));
  const chosen = test.length === 0 || hits(merged, test) < hits(best, test) ? best : merged;
  const scores = sumOf(
    voices.map(({ values }) => tailsOf(values, own)),
    chosen,
  );
  return { areas, weights: chosen, scores };
}

function sumOf(tails: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const out = new Float64Array(tails[0].length);
  tails.forEach((tail, d) => weights[d] > 0 && tail.forEach((t, u) => (out[u] += weights[d] * t)));
  return out;
}

/** −ln of the share of these accounts that score at least as high, equal ones counted half. Shape: [values]. */
function tailsOf(values: Float64Array, own: Int32Array): Float64Array {
  const sorted = Float64Array.from(own, (u) => values[u]).sort();
  const below = (value: number, orEqual: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value || (orEqual && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return values.map((value) => -Math.log((sorted.length - (below(value, false) + below(value, true)) / 2 + 0.5) / (sorted.length + 1)));
}

function areaAmong(values: Float64Array, own: Int32Array, planted: Int32Array): number {
  const both = Float64Array.from([...own, ...planted], (u) => values[u]);
  return areaUnderCurve(both, (k) => k >= own.length) ?? 0.5;
}

/** How many of some planted accounts are among as many highest, held against the unsuspicious ones. */
function hitsOf(scores: Float64Array, own: Int32Array, planted: Int32Array): number {
  const both = Float64Array.from([...own, ...planted], (u) => scores[u]);
  return highest(both, planted.length).filter((k) => k >= own.length).length;
}

/** Projected gradient descent on the logistic loss, both classes weighing the same. */
function fitNonNegative(tails: readonly Float64Array[], usable: readonly boolean[], own: Int32Array, planted: Int32Array): number[] {
  const weights = tails.map((_, d): number => (usable[d] ? 0.1 : 0));
  let bias = -1;
  const order = orderBy(Float64Array.from([...own, ...planted]));
  const rows = Int32Array.from(order, (k) => (k < own.length ? own[k] : planted[k - own.length]));
  const [ownShare, plantedShare] = [0.5 / Math.max(1, own.length), 0.5 / Math.max(1, planted.length)];
  for (let step = 0; step < steps; step++) {
    const slope = new Float64Array(tails.length);
    let biasSlope = 0;
    for (let i = 0; i < rows.length; i++) {
      const isPlanted = order[i] >= own.length;
      let log = bias;
      for (let d = 0; d < tails.length; d++) if (weights[d] > 0) log += weights[d] * tails[d][rows[i]];
      const off = (1 / (1 + Math.exp(-log)) - Number(isPlanted)) * (isPlanted ? plantedShare : ownShare);
      biasSlope += off;
      for (let d = 0; d < tails.length; d++) if (usable[d]) slope[d] += off * tails[d][rows[i]];
    }
    bias -= biasSlope;
    for (let d = 0; d < tails.length; d++) if (usable[d]) weights[d] = Math.max(0, weights[d] - 0.3 * (slope[d] + decay * weights[d]));
  }
  return weights;
}
