import { orderBy } from "../../numeric/orders/ranks.ts";
import { shiftOf } from "../../numeric/statistics/binomial-tail.ts";
import type { Expressions } from "./expressions.ts";
import { type LabelView, shareOf, strongestDenial } from "./label-view.ts";

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
  /** What the one word beside it that denies the label most takes off these log odds, ≥ 0. Shape: [rows.length]. */
  readonly oneWord: Float64Array;
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
      for (let before = -Infinity; q < starts[e + 1] && rowAt[positions[q]] === row; before = positions[q++])
        odds -= shareOf(view, positions[q], length, before);
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
      const oneWord = new Float64Array(rows.length);
      for (let q = starts[e], r = 0; q < starts[e + 1]; q++) {
        if (rowAt[positions[q]] !== rows[r]) r++;
        const isFirst = q === starts[e] || rowAt[positions[q - 1]] !== rows[r];
        if (isFirst) {
          logits[r] = logOdds[rows[r]];
          oneWord[r] = strongestDenial(view, rows[r], positions[q], length);
        }
        logits[r] -= shareOf(view, positions[q], length, isFirst ? -Infinity : positions[q - 1]);
      }
      const places = [{ position: positions[starts[e]], length }];
      const found = { label, kind, places, rows, logits, oneWord };
      family.suspects.push({ ...found, z: z[e], family, shift: honestShift, mostChance: view.mostChance });
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

function distinctRows(positions: Int32Array, from: number, to: number, rowAt: Int32Array): Int32Array {
  const rows = new Int32Array(to - from);
  let count = 0;
  for (let q = from; q < to; q++) if (count === 0 || rows[count - 1] !== rowAt[positions[q]]) rows[count++] = rowAt[positions[q]];
  return rows.slice(0, count);
}
