import type { SparseMatrix } from "../../numeric/matrices/matrix.ts";
import { makePairNumbers } from "../../numeric/orders/pair-numbers.ts";
import type { TextRows } from "../copies/text-rows.ts";

/** Words and pairs of neighbouring words as features, and which of them each position brings in. */
export interface TextFeatures {
  /** tf · idf, each row of length 1. Shape: [rows, features]. */
  readonly x: SparseMatrix;
  /** Feature of the word at each position, −1 = none. Shape: [positions]. */
  readonly wordAt: Int32Array;
  /** Feature of the pair of the word before and the one here, −1 = none. Shape: [positions]. */
  readonly pairAt: Int32Array;
  /** Shape: [features]. */
  readonly idf: Float64Array;
  /** Length of each row's tf · idf before it was scaled to 1; 1 where there is none. Shape: [rows]. */
  readonly norm: Float64Array;
}

/** Those held by `minRows` rows or more, of each column apart. Time and memory grow with the words. */
export function textFeatures(texts: TextRows, minRows: number): TextFeatures {
  const { starts, tokens, column, columns } = texts;
  const rows = starts.length - 1;
  const found = { wordAt: new Int32Array(tokens.length).fill(-1), pairAt: new Int32Array(tokens.length).fill(-1) };
  const words = makePairNumbers(texts.words.length * columns);
  const pairs = makePairNumbers(tokens.length);
  for (let p = 0; p < tokens.length; p++) if (tokens[p] >= 0) found.wordAt[p] = words.numberOf(tokens[p], column[p]);
  const wordRows = rowsHolding(found.wordAt, words.count, starts);
  // A rare word makes rare pairs, so these need not be numbered.
  for (let i = 0; i < rows; i++)
    for (let p = starts[i] + 1; p < starts[i + 1]; p++) {
      const a = found.wordAt[p - 1];
      const b = found.wordAt[p];
      if (a >= 0 && b >= 0 && column[p] === column[p - 1] && wordRows[a] >= minRows && wordRows[b] >= minRows)
        found.pairAt[p] = pairs.numberOf(a, b);
    }
  const pairRows = rowsHolding(found.pairAt, pairs.count, starts);
  const frequency: number[] = [];
  const keep = (at: Int32Array, held: Int32Array): void => {
    const featureOf = held.map((count) => (count >= minRows ? frequency.push(count) - 1 : -1));
    for (let p = 0; p < at.length; p++) if (at[p] >= 0) at[p] = featureOf[at[p]];
  };
  keep(found.wordAt, wordRows);
  keep(found.pairAt, pairRows);
  const idf = Float64Array.from(frequency, (held) => Math.log((1 + rows) / (1 + held)) + 1);
  return { ...found, idf, ...matrixOf(texts, found, idf) };
}

/** In how many rows each of `count` numbers stands. Shapes: at [positions], result [count]. */
export function rowsHolding(at: Int32Array, count: number, starts: Int32Array): Int32Array {
  const held = new Int32Array(count);
  const last = new Int32Array(count).fill(-1);
  for (let i = 0; i + 1 < starts.length; i++)
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      const number = at[p];
      if (number < 0 || last[number] === i) continue;
      last[number] = i;
      held[number]++;
    }
  return held;
}

function matrixOf(
  { starts }: TextRows,
  { wordAt, pairAt }: Pick<TextFeatures, "wordAt" | "pairAt">,
  idf: Float64Array,
): Pick<TextFeatures, "x" | "norm"> {
  const rows = starts.length - 1;
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(2 * wordAt.length);
  const values = new Float64Array(2 * wordAt.length);
  const norm = new Float64Array(rows).fill(1);
  const held = new Int32Array(2 * wordAt.length);
  let length = 0;
  for (let i = 0; i < rows; i++) {
    let count = 0;
    for (let p = starts[i]; p < starts[i + 1]; p++) {
      if (wordAt[p] >= 0) held[count++] = wordAt[p];
      if (pairAt[p] >= 0) held[count++] = pairAt[p];
    }
    const sorted = held.subarray(0, count).sort();
    let squares = 0;
    const start = length;
    for (let c = 0; c < count;) {
      let end = c + 1;
      while (end < count && sorted[end] === sorted[c]) end++;
      const value = (end - c) * idf[sorted[c]];
      indices[length] = sorted[c];
      values[length++] = value;
      squares += value * value;
      c = end;
    }
    if (squares > 0) norm[i] = Math.sqrt(squares);
    for (let q = start; q < length; q++) values[q] /= norm[i];
    indptr[i + 1] = length;
  }
  return {
    x: { kind: "sparse", rows, cols: idf.length, indptr, indices: indices.slice(0, length), values: values.slice(0, length) },
    norm,
  };
}
