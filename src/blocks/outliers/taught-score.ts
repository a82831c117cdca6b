import { highest } from "../../numeric/orders/ranks.ts";
import { tailsOf } from "./learned-merge.ts";
import { type NearRows, nearRowsKept } from "./near-rows.ts";
import { taughtWeights } from "./taught-weights.ts";

/** Weights of `taughtScore`, and what they weigh; see bench/defences/teach-ranking.mjs. */
export interface TaughtWeights {
  /** Of a row, by name: the tail of what a detector says of it; "g:" and a detector, that of its mean tail among the nearest rows of the label; or what `named` gives. */
  readonly features: readonly string[];
  /** Signs of the data: mean share of rows that each of `seen` ranks below the rows which each of `rankers` ranks first. */
  readonly rankers: readonly string[];
  readonly seen: readonly string[];
  /** Rules whose share of flagged rows, false alarms taken off, is a sign. */
  readonly rules: readonly string[];
  /** Shapes: [rankers × seen + rules]. */
  readonly middle: readonly number[];
  readonly spread: readonly number[];
  /** Shape: [features]. */
  readonly straight: readonly number[];
  /** A row for each hidden unit: weights of the features, of the signs, an offset, and what the unit counts. Shape: [units, features + signs + 2]. */
  readonly units: readonly (readonly number[])[];
}

/** What a detector of rows says. */
interface Witness {
  readonly id: string;
  /** Shape: [rows]. */
  readonly values: Float64Array;
  readonly flagged: Uint8Array | null;
  readonly sureness: number;
}

/** Share of the rows that a ranking has first, five at least. */
const firstShare = 0.04;
const fewest = 5;
/** Share of the rows near to those ranked first that stand among the first twice as many: from the second on they are a group that vouches for its own, up to the first they are not. */
const vouching = [0.4, 0.7] as const;
/** What the merge counts beside the taught ranking where there is no such group. */
const besideWeight = 2;
/** Inputs are of about the size of 1. */
const [tailScale, ruleScale] = [0.5, 5];

/**
 * How suspicious each row is by a small network of one hidden layer: it was taught on poison of many shapes in tables of random laws and of thirteen sets, where it is known. It looks at the tails
 * of a row, at those of the nearest rows of its label, because rows of poison that lie together vouch for one another, and at signs of the kind of poison: what detectors say of the rows
 * that others rank first. Null where one of those that it was taught with is missing. Time grows with rows × (features + signs) × units.
 *
 * @param named what is neither a detector nor its neighbourhood. Shapes: each [rows]
 */
export function taughtScore(
  witnesses: readonly Witness[],
  near: NearRows,
  named: ReadonlyMap<string, Float64Array>,
  weights: TaughtWeights = taughtWeights,
): Float64Array | null {
  const inputs = taughtInputs(witnesses, near, named, weights);
  if (inputs === null) return null;
  const { tails, signs } = inputs;
  const width = tails.length;
  const rows = near.count.length;
  const offsets = weights.units.map((unit) => signs.reduce((sum, sign, k) => sum + sign * unit[width + k], unit[width + signs.length]));
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let score = 0;
    for (let j = 0; j < width; j++) score += weights.straight[j] * tailScale * tails[j][i];
    for (let u = 0; u < offsets.length; u++) {
      const unit = weights.units[u];
      let sum = offsets[u];
      for (let j = 0; j < width; j++) sum += unit[j] * tailScale * tails[j][i];
      score += unit[unit.length - 1] * Math.tanh(sum);
    }
    out[i] = score;
  }
  return out;
}

/** What the network is given. Shapes: tails [features] of [rows], signs [rankers × seen + rules]. */
export function taughtInputs(
  witnesses: readonly Witness[],
  near: NearRows,
  named: ReadonlyMap<string, Float64Array>,
  weights: Pick<TaughtWeights, "features" | "rankers" | "seen" | "rules" | "middle" | "spread">,
): { readonly tails: readonly Float64Array[]; readonly signs: Float64Array } | null {
  const known = new Map<string, Float64Array>();
  for (const { id, values } of witnesses) known.set(id, tailsOf(values));
  known.set("same", tailsOf(near.sameShare)).set("close", tailsOf(near.closeness));
  for (const [name, values] of named) known.set(name, tailsOf(values));
  for (const name of [...weights.features, ...weights.rankers, ...weights.seen]) {
    if (known.has(name)) continue;
    const of = name.startsWith("g:") ? known.get(name.slice(2)) : undefined;
    if (of === undefined) return null;
    known.set(name, tailsOf(meanAmong(near, of)));
  }
  const tails = weights.features.map((name) => known.get(name) as Float64Array);
  return { tails, signs: signsOf(known, witnesses, near.count.length, weights) };
}

/**
 * The taught ranking where what it ranks first lies together, as copies and optimised poison do; else with the merge, which planted labels taught on these very data. Sum of tails.
 * Shapes: taught, merged, result [rows].
 */
export function besideMerge(taught: Float64Array, merged: Float64Array, near: NearRows): Float64Array {
  const [none, sure] = vouching;
  const weight = besideWeight * Math.min(1, Math.max(0, (sure - togetherShare(taught, near)) / (sure - none)));
  const others = tailsOf(merged);
  return tailsOf(taught).map((tail, i) => tail + weight * others[i]);
}

/** Of the rows near to those that are ranked first, the share that stands among the first twice as many. */
function togetherShare(values: Float64Array, { count, ids }: NearRows): number {
  const first = firstOf(values.length);
  const among = new Uint8Array(values.length);
  for (const i of highest(values, Math.min(values.length, 2 * first))) among[i] = 1;
  let asked = 0;
  let together = 0;
  for (const i of highest(values, first))
    for (let at = i * nearRowsKept; at < i * nearRowsKept + count[i]; at++) {
      asked++;
      together += among[ids[at]];
    }
  return together / Math.max(1, asked);
}

function firstOf(rows: number): number {
  return Math.min(rows, Math.max(fewest, Math.round(firstShare * rows)));
}

/** Standardised. Shape: [rankers × seen + rules]. */
function signsOf(
  known: ReadonlyMap<string, Float64Array>,
  witnesses: readonly Witness[],
  rows: number,
  { rankers, seen, rules, middle, spread }: Pick<TaughtWeights, "rankers" | "seen" | "rules" | "middle" | "spread">,
): Float64Array {
  const count = firstOf(rows);
  const signs: number[] = [];
  for (const ranker of rankers) {
    const first = highest(known.get(ranker) as Float64Array, count);
    for (const name of seen) {
      const tails = known.get(name) as Float64Array;
      let sum = 0;
      for (const i of first) sum += 1 - Math.exp(-tails[i]);
      signs.push(sum / count);
    }
  }
  for (const rule of rules) {
    const witness = witnesses.find(({ id }) => id === rule);
    const flags = witness?.flagged?.reduce((sum, is) => sum + is, 0) ?? 0;
    signs.push((ruleScale * (witness?.sureness ?? 0) * flags) / rows);
  }
  return Float64Array.from(signs, (sign, k) => (sign - middle[k]) / spread[k]);
}

/** Shapes: values [rows], result [rows]. */
function meanAmong({ count, ids }: NearRows, values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    for (let at = i * nearRowsKept; at < i * nearRowsKept + count[i]; at++) out[i] += values[ids[at]] / count[i];
  }
  return out;
}
