import { makePairNumbers } from "../../numeric/orders/pair-numbers.ts";
import { gap, type TokenRows } from "./token-rows.ts";

/**
 * Runs of one to three tokens that several rows hold, each set of rows once. Phrase g is `rows.token[at[g] .. at[g] + length[g])`, its rows are
 * `row[start[g] .. start[g + 1])`, ascending. Shapes: at, length [phrases]; start [phrases + 1].
 */
export interface Phrases {
  readonly at: Int32Array;
  readonly length: Uint8Array;
  readonly start: Int32Array;
  readonly row: Int32Array;
}

/** How often tokens and pairs of neighbours stand in the rows. */
export interface TokenCounts {
  /** Rows that hold a token. Shape: [tokens]. */
  readonly rowsWith: Int32Array;
  /** Times that a token stands anywhere. Shape: [tokens]. */
  readonly times: Int32Array;
  readonly total: number;
  /** Times that b follows a. */
  timesOfPair(a: number, b: number): number;
}

/** Phrases in `least` to `most` rows. Of phrases with the same rows the longest is kept. `tokens` bounds the numbers of tokens. */
export function phrasesOf(
  rows: TokenRows,
  tokens: number,
  { least, most }: { readonly least: number; readonly most: number },
): { readonly phrases: Phrases; readonly counts: TokenCounts } {
  const { start, token } = rows;
  const count = start.length - 1;
  const rowsWith = new Int32Array(tokens);
  const times = new Int32Array(tokens);
  const last = new Int32Array(tokens).fill(-1);
  let total = 0;
  for (let i = 0; i < count; i++)
    for (let p = start[i]; p < start[i + 1]; p++) {
      const t = token[p];
      if (t === gap) continue;
      total++;
      times[t]++;
      if (last[t] === i) continue;
      last[t] = i;
      rowsWith[t]++;
    }
  const pairs = makePairNumbers(Math.max(1024, token.length >> 1));
  const pairAt = new Int32Array(token.length).fill(-1);
  for (let i = 0; i < count; i++)
    for (let p = start[i]; p + 1 < start[i + 1]; p++) {
      const a = token[p];
      const b = token[p + 1];
      if (a !== gap && b !== gap && rowsWith[a] > 1 && rowsWith[b] > 1) pairAt[p] = pairs.numberOf(a, b);
    }
  const known = pairs.count;
  const timesOfPairs = new Int32Array(known);
  const rowsOfPairs = rowsOf(rows, pairAt, known, timesOfPairs);
  const triples = makePairNumbers(Math.max(1024, token.length >> 3));
  const tripleAt = new Int32Array(token.length).fill(-1);
  for (let p = 0; p + 2 < token.length; p++) {
    const a = pairAt[p];
    const b = pairAt[p + 1];
    if (a >= 0 && b >= 0 && rowsOfPairs[a] >= least && rowsOfPairs[b] >= least) tripleAt[p] = triples.numberOf(a, token[p + 2]);
  }
  const rowsOfTriples = rowsOf(rows, tripleAt, triples.count, null);

  const isOf = (held: number): boolean => held >= least && held <= most;
  const kinds = [
    { at: tripleAt, rowsOf: rowsOfTriples, length: 3 },
    { at: pairAt, rowsOf: rowsOfPairs, length: 2 },
    { at: token, rowsOf: rowsWith, length: 1 },
  ];
  const same = makeSameRows(count);
  const [at, length, held]: [number[], number[], number[]] = [[], [], []];
  const numbered = kinds.map((kind) => {
    const number = new Int32Array(kind.rowsOf.length).fill(-1);
    const marks = same.marksOf(rows, kind.at, kind.rowsOf, isOf);
    for (let g = 0; g < number.length; g++) {
      if (!isOf(kind.rowsOf[g]) || !same.isNew(marks.first[g], marks.second[g], kind.rowsOf[g])) continue;
      number[g] = at.length;
      at.push(marks.at[g]);
      length.push(kind.length);
      held.push(kind.rowsOf[g]);
    }
    return number;
  });
  const postings = new Int32Array(at.length + 1);
  held.forEach((size, g) => (postings[g + 1] = postings[g] + size));
  const row = new Int32Array(postings[at.length]);
  const filled = postings.slice(0, at.length);
  kinds.forEach((kind, k) => {
    const number = numbered[k];
    for (let i = 0; i < count; i++)
      for (let p = start[i]; p < start[i + 1]; p++) {
        const g = kind.at[p] < 0 ? -1 : number[kind.at[p]];
        if (g < 0 || (filled[g] > postings[g] && row[filled[g] - 1] === i)) continue;
        row[filled[g]++] = i;
      }
  });
  return {
    phrases: { at: Int32Array.from(at), length: Uint8Array.from(length), start: postings, row },
    counts: {
      rowsWith,
      times,
      total,
      timesOfPair(a, b) {
        if (rowsWith[a] < 2 || rowsWith[b] < 2) return 0;
        const pair = pairs.numberOf(a, b);
        return pair < known ? timesOfPairs[pair] : 0;
      },
    },
  };
}

/** Rows that hold each of what is numbered at the positions; and how often it stands there, into `times`. */
function rowsOf({ start }: TokenRows, at: Int32Array, count: number, times: Int32Array | null): Int32Array {
  const held = new Int32Array(count);
  const last = new Int32Array(count).fill(-1);
  for (let i = 0; i + 1 < start.length; i++)
    for (let p = start[i]; p < start[i + 1]; p++) {
      const g = at[p];
      if (g < 0) continue;
      if (times !== null) times[g]++;
      if (last[g] === i) continue;
      last[g] = i;
      held[g]++;
    }
  return held;
}

/** Tells sets of rows by two sums of numbers that stand for the rows. */
function makeSameRows(rows: number) {
  const code = new Int32Array(rows);
  for (let i = 0; i < rows; i++) code[i] = scrambled(i + 1);
  const seen = makePairNumbers(1 << 12);
  const sizes: number[] = [];
  return {
    marksOf({ start }: TokenRows, kindAt: Int32Array, rowsOfKind: Int32Array, isOf: (held: number) => boolean) {
      const first = new Int32Array(rowsOfKind.length);
      const second = new Int32Array(rowsOfKind.length);
      const at = new Int32Array(rowsOfKind.length);
      const last = new Int32Array(rowsOfKind.length).fill(-1);
      for (let i = 0; i + 1 < start.length; i++)
        for (let p = start[i]; p < start[i + 1]; p++) {
          const g = kindAt[p];
          if (g < 0 || last[g] === i || !isOf(rowsOfKind[g])) continue;
          if (last[g] < 0) at[g] = p;
          last[g] = i;
          first[g] = (first[g] + code[i]) | 0;
          second[g] = (second[g] + Math.imul(code[i], code[i] | 1)) | 0;
        }
      return { first, second, at };
    },
    isNew(first: number, second: number, size: number): boolean {
      const number = seen.numberOf(first, second);
      if (number < sizes.length && sizes[number] === size) return false;
      sizes[number] = size;
      return true;
    },
  };
}

/** The finaliser of MurmurHash3. */
function scrambled(value: number): number {
  let h = Math.imul(value, 0x9e3779b1);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
