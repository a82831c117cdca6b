import type { TextDenial } from "../held-out/text-denial.ts";
import { rowsAt } from "./expressions.ts";

/** What the search knows of each row, for one label. */
export interface LabelView {
  readonly label: number;
  readonly isOf: Uint8Array;
  /** Words of each row. Shape: [rows]. */
  readonly length: Int32Array;
  /** Log odds of the label in a row without any word, less those among all rows. Shape: [rows]. */
  readonly nothing: Float64Array;
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
  readonly starts: Int32Array;
  readonly tokens: Int32Array;
  readonly rowAt: Int32Array;
  /** Positions of the words that deny the label most, −1 = none. Shape: [rows, deniers]. */
  readonly deniers: Int32Array;
}

/** Denying words that are known of each row: more than an expression has. */
const deniersOfRow = 5;

/** What one row says of being a row of another label counts so much at most. */
const mostDenial = 3;
/** Rows of copies of one text: so many and more count as one. */
const flood = 4;
/** Mean chance of the label, at most, among rows of a trigger: half, and this much of the share of the label. */
const deniedShare = 0.9;
export function labelView(denial: TextDenial, label: number): LabelView {
  const { words, pairs } = denial.positionShares(label);
  const { starts, tokens, label: labels } = denial.texts;
  const logOdds = denial.logOdds(label);
  const priorOdds = Math.log(denial.share[label] / (1 - denial.share[label]));
  const shares = { words: sumsBefore(words), pairs: sumsBefore(pairs) };
  const length = Int32Array.from(labels, (_, i) => wordsBetween(tokens, starts[i], starts[i + 1]));
  return {
    label,
    isOf: Uint8Array.from(labels, (of) => Number(of === label)),
    length,
    nothing: denial.logOddsOfNothing(label).map((odds) => odds - priorOdds),
    logOdds,
    ...shares,
    deniers: deniersOf(shares, starts),
    mostChance: Math.min(0.5, deniedShare * denial.share[label]),
    priorOdds,
    denied: denialOf(
      logOdds.filter((_, i) => labels[i] !== label),
      priorOdds,
    ),
    floodOf: floodsOf(denial),
    starts,
    tokens,
    rowAt: rowsAt(starts),
  };
}

function denialOf(logOdds: Float64Array, priorOdds: number): LabelView["denied"] {
  const values = logOdds.map((odds) => clippedDenial(priorOdds - odds));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  return { mean, deviation: Math.sqrt(variance) };
}

export function clippedDenial(nats: number): number {
  return Math.max(-mostDenial, Math.min(mostDenial, nats));
}

function deniersOf(shares: Pick<LabelView, "words" | "pairs">, starts: Int32Array): Int32Array {
  const rows = starts.length - 1;
  const deniers = new Int32Array(rows * deniersOfRow).fill(-1);
  const most = new Float64Array(deniersOfRow);
  for (let i = 0; i < rows; i++) {
    most.fill(0);
    const from = i * deniersOfRow;
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const denied = -shareOf(shares, p, 1);
      let at = deniersOfRow;
      while (at > 0 && denied > most[at - 1]) at--;
      if (at === deniersOfRow) continue;
      for (let k = deniersOfRow - 1; k > at; k--) {
        most[k] = most[k - 1];
        deniers[from + k] = deniers[from + k - 1];
      }
      most[at] = denied;
      deniers[from + at] = p;
    }
  }
  return deniers;
}

/** What the word that denies the label of this row most, and is none of those from `position` on, takes off the log odds; at least 0. */
export function strongestDenial(view: LabelView, row: number, position: number, length: number): number {
  for (let k = row * deniersOfRow; k < (row + 1) * deniersOfRow; k++) {
    const p = view.deniers[k];
    if (p < 0) return 0;
    if (p < position || p >= position + length) return -shareOf(view, p, 1);
  }
  return 0;
}

/** What an expression of `length` words at this position adds, with all pairs that touch it, beyond what the same one that begins at `before` does. */
export function shareOf(
  { words, pairs }: Pick<LabelView, "words" | "pairs">,
  position: number,
  length: number,
  before = -Infinity,
): number {
  const last = pairs.length - 1;
  const firstPair = Math.min(last, Math.max(position, before + length + 1));
  return (
    words[position + length] - words[Math.max(position, before + length)] + pairs[Math.min(last, position + length + 1)] - pairs[firstPair]
  );
}

/** Numbers of floods: of copies, and of texts that are equal, which are too short to be copies of each other. Shape: [rows]. */
function floodsOf({ copiesOf, texts: { tokens, starts } }: TextDenial): Int32Array {
  const equal = new Map<string, number>();
  const number = copiesOf.map((cluster, i) => {
    if (cluster >= 0) return cluster;
    const text = tokens.subarray(starts[i], starts[i + 1]).join(" ");
    const known = equal.get(text) ?? copiesOf.length + equal.size;
    equal.set(text, known);
    return known;
  });
  const sizes = new Map<number, number>();
  for (const one of number) sizes.set(one, (sizes.get(one) ?? 0) + 1);
  const flooded = new Map<number, number>();
  return number.map((one) => {
    if ((sizes.get(one) as number) < flood) return -1;
    if (!flooded.has(one)) flooded.set(one, flooded.size);
    return flooded.get(one) as number;
  });
}

function wordsBetween(tokens: Int32Array, from: number, to: number): number {
  let count = 0;
  for (let p = from; p < to; p++) count += Number(tokens[p] >= 0);
  return count;
}

function sumsBefore(values: Float32Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let p = 0; p < values.length; p++) sums[p + 1] = sums[p] + values[p];
  return sums;
}
