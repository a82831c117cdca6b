import { orderBy } from "../../numeric/orders/ranks.ts";
import { logTail, shiftOf } from "../../numeric/statistics/binomial-tail.ts";
import type { TextDenial } from "../held-out/text-denial.ts";
import { type Expressions, rowsAt } from "./expressions.ts";

/** An expression that may be a trigger of one label. */
export interface Suspect {
  readonly label: number;
  readonly kind: Expressions["kind"] | "apart";
  /** Where its words stand once; of words apart, of each. */
  readonly places: readonly { readonly position: number; readonly length: number }[];
  /** Rows that hold it, ascending. */
  readonly rows: Int32Array;
  /** Log odds of the label without it. Shape: [rows.length]. */
  logits: Float64Array;
  /** (labels − expected) / deviation. */
  readonly z: number;
  readonly family: Family;
  /** Log odds that an honest expression like it may add to its label. */
  shift: number;
  /** What the mean chance of the label among its labelled rows may be at most. */
  mostChance: number;
}

/** Expressions of one kind and of rows in one octave: as many as `size` were looked at. */
export interface Family {
  readonly label: number;
  readonly size: number;
  readonly suspects: Suspect[];
}

/** Log odds that an honest word may add to its label. */
export const honestShift = Math.LN2;
/** An expression is looked at more closely where it has its label more often than expected by so many deviations. */
const leastZ = 1.5;
const mostSuspects = 300;
/** Mean chance of the label, at most, among rows of a trigger: half, and this much of the share of the label. */
const deniedShare = 0.9;
/** What one row says of being a row of another label counts so much at most. */
const mostDenial = 3;
/** Rows of a trigger are denied as those of other labels are, but for so many standard errors. */
const lessDenied = 1.5;
/** Rows of copies of one text: so many and more count as one. */
const flood = 4;

/** What the search knows of each row, for one label. */
export interface LabelView {
  readonly label: number;
  readonly isOf: Uint8Array;
  readonly logOdds: Float64Array;
  /** Sums of what words and pairs before each position add. Shapes: each [positions + 1]. */
  readonly words: Float64Array;
  readonly pairs: Float64Array;
  readonly mostChance: number;
  /** ln of the odds of the label among all rows. */
  readonly priorOdds: number;
  /** Mean and deviation, over rows of other labels, of how much less likely than that the label is of a row by all else. */
  readonly denied: { readonly mean: number; readonly deviation: number };
  /** Copies of one text that are a flood share a number ≥ 0. Shape: [rows]. */
  readonly floodOf: Int32Array;
  readonly rowAt: Int32Array;
}

export function labelView(denial: TextDenial, label: number): LabelView {
  const { words, pairs } = denial.positionShares(label);
  const { starts, label: labels } = denial.texts;
  const logOdds = denial.logOdds(label);
  const priorOdds = Math.log(denial.share[label] / (1 - denial.share[label]));
  return {
    label,
    isOf: Uint8Array.from(labels, (of) => Number(of === label)),
    logOdds,
    words: sumsBefore(words),
    pairs: sumsBefore(pairs),
    mostChance: Math.min(0.5, deniedShare * denial.share[label]),
    priorOdds,
    denied: denialOf(
      logOdds.filter((_, i) => labels[i] !== label),
      priorOdds,
    ),
    floodOf: floodsOf(denial.copiesOf),
    rowAt: rowsAt(starts),
  };
}

function denialOf(logOdds: Float64Array, priorOdds: number): LabelView["denied"] {
  const values = logOdds.map((odds) => clipped(priorOdds - odds));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  return { mean, deviation: Math.sqrt(variance) };
}

function clipped(nats: number): number {
  return Math.max(-mostDenial, Math.min(mostDenial, nats));
}

/** What an expression of `length` words at this position adds, with all pairs that touch it. */
export function shareOf({ words, pairs }: LabelView, position: number, length: number): number {
  return words[position + length] - words[position] + pairs[Math.min(pairs.length - 1, position + length + 1)] - pairs[position];
}

/** The families of one kind for one label, each with the suspects that stand out most. */
export function suspectExpressions(view: LabelView, found: Expressions): Family[] {
  const { starts, positions, held, length, kind } = found;
  const { isOf, logOdds, rowAt, floodOf, label } = view;
  const z = new Float64Array(found.count);
  const floodSeen = new Int32Array(floodOf.length).fill(-1);
  for (let e = 0; e < found.count; e++) {
    let excess = 0;
    let variance = 0.25;
    for (let q = starts[e]; q < starts[e + 1];) {
      const row = rowAt[positions[q]];
      let odds = logOdds[row];
      for (; q < starts[e + 1] && rowAt[positions[q]] === row; q++) odds -= shareOf(view, positions[q], length);
      if (floodOf[row] >= 0) {
        if (floodSeen[floodOf[row]] === e) continue;
        floodSeen[floodOf[row]] = e;
      }
      const chance = 1 / (1 + Math.exp(-odds));
      excess += isOf[row] - chance;
      variance += chance * (1 - chance);
    }
    z[e] = excess / Math.sqrt(variance);
  }
  const octaves = octavesOf(held);
  return [...octaves].map(([, members]) => {
    const family: Family = { label, size: members.length, suspects: [] };
    const standing = members.filter((e) => z[e] > leastZ);
    const order = orderBy(Float64Array.from(standing, (e) => -z[e]));
    for (const n of order.subarray(0, mostSuspects)) {
      const e = standing[n];
      const rows = distinctRows(positions, starts[e], starts[e + 1], rowAt);
      const logits = new Float64Array(rows.length);
      for (let q = starts[e], r = 0; q < starts[e + 1]; q++) {
        if (rowAt[positions[q]] !== rows[r]) r++;
        if (q === starts[e] || rowAt[positions[q - 1]] !== rows[r]) logits[r] = logOdds[rows[r]];
        logits[r] -= shareOf(view, positions[q], length);
      }
      const places = [{ position: positions[starts[e]], length }];
      family.suspects.push({ label, kind, places, rows, logits, z: z[e], family, shift: honestShift, mostChance: view.mostChance });
    }
    return family;
  });
}

/**
 * A word of praise comes first where praise comes first. So what a first or a last word adds to its label elsewhere in texts, where they do not begin or end with it, it
 * may add there too.
 */
export function allowElsewhere(view: LabelView, places: readonly Suspect[], words: Expressions, tokens: Int32Array): void {
  const { isOf, logOdds, rowAt } = view;
  const wordOf = new Map<number, number>();
  for (let e = 0; e < words.count; e++) wordOf.set(tokens[words.positions[words.starts[e]]], e);
  for (const suspect of places) {
    const e = wordOf.get(tokens[suspect.places[0].position]);
    if (e === undefined) continue;
    const own = new Set(suspect.rows);
    const logitOf = new Map<number, number>();
    for (let q = words.starts[e]; q < words.starts[e + 1]; q++) {
      const row = rowAt[words.positions[q]];
      if (!own.has(row)) logitOf.set(row, (logitOf.get(row) ?? logOdds[row]) - shareOf(view, words.positions[q], 1));
    }
    let labelled = 0;
    for (const row of logitOf.keys()) labelled += isOf[row];
    suspect.shift = honestShift + Math.max(0, shiftOf(Float64Array.from(logitOf.values()), labelled));
  }
}

/** Members by octave of the rows held. */
export function octavesOf(held: Int32Array): Map<number, number[]> {
  const octaves = new Map<number, number[]>();
  held.forEach((rows, e) => {
    const octave = Math.floor(Math.log2(rows));
    const members = octaves.get(octave);
    if (members === undefined) octaves.set(octave, [e]);
    else members.push(e);
  });
  return octaves;
}

/**
 * −ln of the chance that so many of its rows bear the label if an honest word doubled the odds, by rows that nothing explains yet, one of each flood; 0 where the rest
 * of its labelled rows does not deny the label, or less than that of rows of other labels does: an honest word may do more than double the odds, but stands in rows of its label.
 */
export function natsOf(
  { rows, logits, shift, mostChance }: Suspect,
  { isOf, floodOf, priorOdds, denied }: LabelView,
  explained: Uint8Array,
  floodSeen: Int32Array,
  stamp: number,
): number {
  const kept = new Float64Array(rows.length);
  let count = 0;
  let observed = 0;
  let chances = 0;
  let denial = 0;
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    if (explained[row] === 1) continue;
    if (floodOf[row] >= 0) {
      if (floodSeen[floodOf[row]] === stamp) continue;
      floodSeen[floodOf[row]] = stamp;
    }
    kept[count++] = logits[r];
    if (isOf[row] === 0) continue;
    observed++;
    chances += 1 / (1 + Math.exp(-logits[r]));
    denial += clipped(priorOdds - logits[r]);
  }
  const isDenied =
    chances <= mostChance * observed && denial / observed >= denied.mean - (lessDenied * denied.deviation) / Math.sqrt(observed);
  return observed > 0 && isDenied ? logTail(kept, count, shift, observed) : 0;
}

function floodsOf(copiesOf: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  for (const cluster of copiesOf) if (cluster >= 0) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return copiesOf.map((cluster) => (cluster >= 0 && (sizes.get(cluster) ?? 0) >= flood ? cluster : -1));
}

function distinctRows(positions: Int32Array, from: number, to: number, rowAt: Int32Array): Int32Array {
  const rows = new Int32Array(to - from);
  let count = 0;
  for (let q = from; q < to; q++) if (count === 0 || rows[count - 1] !== rowAt[positions[q]]) rows[count++] = rowAt[positions[q]];
  return rows.slice(0, count);
}

function sumsBefore(values: Float32Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let p = 0; p < values.length; p++) sums[p + 1] = sums[p] + values[p];
  return sums;
}
