import type { TokenRows } from "./token-rows.ts";

/**
 * Weighted tokens row by row, each token once: those of row i are `token[start[i] .. start[i + 1])` with their weights. Shapes: start [rows + 1]; token, weight
 * [entries].
 */
export interface SparseRows {
  readonly start: Int32Array;
  readonly token: Int32Array;
  readonly weight: Float32Array;
}

/**
 * TF-IDF of the tokens of each row, (1 + ln tf) · ln((1 + n) / df), of length 1. Tokens that one row alone holds count for the length and are left out. So are those
 * that the same row of `apart` holds, which are copied from there and say nothing of what else ties the two.
 */
export function weightedRows(rows: TokenRows, tokens: number, apart: TokenRows | null): SparseRows {
  const { start, token } = rows;
  const count = start.length - 1;
  const rowsWith = new Int32Array(tokens);
  const last = new Int32Array(tokens).fill(-1);
  for (let i = 0; i < count; i++)
    for (let p = start[i]; p < start[i + 1]; p++) {
      const t = token[p];
      if (t < 0 || last[t] === i) continue;
      last[t] = i;
      rowsWith[t]++;
    }
  const times = new Int32Array(tokens);
  const copied = new Int32Array(tokens).fill(-1);
  const outStart = new Int32Array(count + 1);
  const outToken = new Int32Array(token.length);
  const outWeight = new Float32Array(token.length);
  let touched = new Int32Array(1024);
  let end = 0;
  for (let i = 0; i < count; i++) {
    let distinct = 0;
    if (touched.length < start[i + 1] - start[i]) touched = new Int32Array(start[i + 1] - start[i]);
    for (let p = start[i]; p < start[i + 1]; p++) {
      const t = token[p];
      if (t < 0) continue;
      if (times[t]++ === 0) touched[distinct++] = t;
    }
    if (apart !== null) for (let p = apart.start[i]; p < apart.start[i + 1]; p++) if (apart.token[p] >= 0) copied[apart.token[p]] = i;
    let square = 0;
    const from = end;
    for (let k = 0; k < distinct; k++) {
      const t = touched[k];
      const weight = (1 + Math.log(times[t])) * Math.log((1 + count) / rowsWith[t]);
      times[t] = 0;
      square += weight * weight;
      if (rowsWith[t] < 2 || copied[t] === i || weight <= 0) continue;
      outToken[end] = t;
      outWeight[end++] = weight;
    }
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let e = from; e < end; e++) outWeight[e] *= scale;
    outStart[i + 1] = end;
  }
  return { start: outStart, token: outToken.slice(0, end), weight: outWeight.slice(0, end) };
}

/** Products of one row with others: the row is laid out once. */
export interface RowProducts {
  /** Lays out a row of `a`, in place of the one before. */
  lay(a: SparseRows, i: number): void;
  /** The product of what is laid out with row j of `b`. */
  times(b: SparseRows, j: number): number;
}

export function makeRowProducts(tokens: number): RowProducts {
  const dense = new Float32Array(tokens);
  let laid: { readonly rows: SparseRows; readonly i: number } | null = null;
  return {
    lay(a, i) {
      if (laid !== null) {
        const { start, token } = laid.rows;
        for (let e = start[laid.i]; e < start[laid.i + 1]; e++) dense[token[e]] = 0;
      }
      laid = { rows: a, i };
      const { start, token, weight } = a;
      for (let e = start[i]; e < start[i + 1]; e++) dense[token[e]] = weight[e];
    },
    times({ start, token, weight }, j) {
      let sum = 0;
      for (let e = start[j], end = start[j + 1]; e < end; e++) sum += weight[e] * dense[token[e]];
      return sum;
    },
  };
}
