import { makePairNumbers } from "../../numeric/orders/pair-numbers.ts";
import { type TextRows, textBreak } from "../copies/text-rows.ts";

/** All expressions of one kind that enough rows hold. */
export interface Expressions {
  /** `run`: words that follow one another; `first` and `last` word of a text. */
  readonly kind: "run" | "first" | "last";
  /** Words of each. */
  readonly length: number;
  readonly count: number;
  /** Where expression e begins: `positions[starts[e] .. starts[e + 1])`, ascending. Shape: [count + 1]. */
  readonly starts: Int32Array;
  readonly positions: Int32Array;
  /** Rows that hold each. Shape: [count]. */
  readonly held: Int32Array;
}

export interface ExpressionOptions {
  readonly longest: number;
  readonly minRows: number;
  readonly maxRows: number;
}

/**
 * Runs of 1 to `longest` words, and the first and the last word of each text column, that `minRows` to `maxRows` rows hold. A run is looked at only where both runs
 * that it is made of are held by `minRows` rows (Agrawal & Srikant 1994, Fast algorithms for mining association rules). Time and memory grow with the words.
 */
export function expressionsOf(texts: TextRows, { longest, minRows, maxRows }: ExpressionOptions): Expressions[] {
  const { starts, tokens, column, columns } = texts;
  const rowAt = rowsAt(starts);
  const out: Expressions[] = [];
  const keep = (kind: Expressions["kind"], length: number, at: Int32Array, count: number): void => {
    const kept = occurrences(at, count, rowAt, minRows, maxRows);
    if (kept.count > 0) out.push({ kind, length, ...kept });
  };
  let at: Int32Array = tokens.slice();
  let count = texts.words.length;
  for (let length = 1; ; length++) {
    keep("run", length, at, count);
    if (length === longest) break;
    const isCommon = commonOnes(at, count, rowAt, minRows);
    const numbers = makePairNumbers(tokens.length >> 2);
    const longer = new Int32Array(tokens.length).fill(-1);
    for (let p = 0; p + length < tokens.length; p++)
      if (at[p] >= 0 && at[p + 1] >= 0 && isCommon[at[p]] === 1 && isCommon[at[p + 1]] === 1 && rowAt[p] === rowAt[p + length])
        longer[p] = numbers.numberOf(at[p], at[p + 1]);
    at = longer;
    count = numbers.count;
  }
  for (let c = 0; c < columns; c++) {
    const first = new Int32Array(tokens.length).fill(-1);
    const last = new Int32Array(tokens.length).fill(-1);
    for (let i = 0; i + 1 < starts.length; i++)
      for (let p = starts[i]; p < starts[i + 1]; p++) {
        if (tokens[p] === textBreak || column[p] !== c) continue;
        if (p === starts[i] || tokens[p - 1] === textBreak) first[p] = tokens[p];
        if (p + 1 === starts[i + 1] || tokens[p + 1] === textBreak) last[p] = tokens[p];
      }
    keep("first", 1, first, texts.words.length);
    keep("last", 1, last, texts.words.length);
  }
  return out;
}

/** Row of each position. */
export function rowsAt(starts: Int32Array): Int32Array {
  const rowAt = new Int32Array(starts[starts.length - 1]);
  for (let i = 0; i + 1 < starts.length; i++) rowAt.fill(i, starts[i], starts[i + 1]);
  return rowAt;
}

function rowCounts(at: Int32Array, count: number, rowAt: Int32Array): Int32Array {
  const held = new Int32Array(count);
  const last = new Int32Array(count).fill(-1);
  for (let p = 0; p < at.length; p++) {
    if (at[p] < 0 || last[at[p]] === rowAt[p]) continue;
    last[at[p]] = rowAt[p];
    held[at[p]]++;
  }
  return held;
}

function commonOnes(at: Int32Array, count: number, rowAt: Int32Array, minRows: number): Uint8Array {
  return Uint8Array.from(rowCounts(at, count, rowAt), (rows) => Number(rows >= minRows));
}

function occurrences(
  at: Int32Array,
  count: number,
  rowAt: Int32Array,
  minRows: number,
  maxRows: number,
): Pick<Expressions, "count" | "starts" | "positions" | "held"> {
  const rows = rowCounts(at, count, rowAt);
  const numberOf = new Int32Array(count).fill(-1);
  let kept = 0;
  for (let e = 0; e < count; e++) if (rows[e] >= minRows && rows[e] <= maxRows) numberOf[e] = kept++;
  const held = new Int32Array(kept);
  for (let e = 0; e < count; e++) if (numberOf[e] >= 0) held[numberOf[e]] = rows[e];
  const starts = new Int32Array(kept + 1);
  for (let p = 0; p < at.length; p++) if (at[p] >= 0 && numberOf[at[p]] >= 0) starts[numberOf[at[p]] + 1]++;
  for (let e = 0; e < kept; e++) starts[e + 1] += starts[e];
  const next = starts.slice(0, kept);
  const positions = new Int32Array(starts[kept]);
  for (let p = 0; p < at.length; p++) {
    const e = at[p] < 0 ? -1 : numberOf[at[p]];
    if (e >= 0) positions[next[e]++] = p;
  }
  return { count: kept, starts, positions, held };
}
