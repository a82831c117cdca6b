import type { TokenNumbers } from "./token-numbers.ts";

/** Tokens of texts, row by row: those of row i are `token[start[i] .. start[i + 1])`. Shapes: start [rows + 1], token [tokens]. */
export interface TokenRows {
  readonly start: Int32Array;
  readonly token: Int32Array;
}

/** Stands for what was taken out; no token has this number. */
export const gap = -1;

/** The first `longest` tokens of each of the texts; where `last` is given, of a longer text so many at its end in place of the last of these, behind a gap. */
export function tokenRows(texts: readonly string[], longest: number, numbers: TokenNumbers, last = 0): TokenRows {
  const start = new Int32Array(texts.length + 1);
  let token = new Int32Array(Math.max(1024, 32 * texts.length));
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    let found = numbers.numbersOf(texts[i], last > 0 ? longest + 1 : longest);
    if (found.length > longest) found = bothEnds(found, texts[i], longest, numbers, last);
    if (end + found.length > token.length) {
      const more = new Int32Array(2 * token.length + found.length);
      more.set(token.subarray(0, end));
      token = more;
    }
    token.set(found, end);
    end += found.length;
    start[i + 1] = end;
  }
  return { start, token: token.slice(0, end) };
}

/** Characters at the end of a text in which its last tokens are looked for, for each of them. */
const ofToken = 12;

function bothEnds(first: Int32Array, text: string, longest: number, numbers: TokenNumbers, last: number): Int32Array {
  const out = new Int32Array(longest + 1);
  out.set(first.subarray(0, longest - last));
  const end = text.slice(-ofToken * last);
  // The first token of the end may be cut.
  const ends = numbers.numbersOf(end, end.length + 1).slice(1);
  const kept = Math.min(last, ends.length);
  out[longest - last] = gap;
  out.set(ends.subarray(ends.length - kept), longest - last + 1);
  return out.subarray(0, longest - last + 1 + kept);
}

const gram = 5;
/** Rows that are asked first which runs of tokens could stand in so many. */
const asked = 3000;

/**
 * The same rows with every run of five tokens that more than `share` of the rows that hold anything have, and `least` of them, put down as one gap: a template says nothing of a row. Where texts are short and alike
 * throughout, what is left of a row is what sets it apart.
 */
export function withoutTemplate(rows: TokenRows, { share = 0.5, least = 4 } = {}): TokenRows {
  const { start, token } = rows;
  const count = start.length - 1;
  const step = Math.max(1, Math.floor(count / asked));
  const { isCommon, looked } = commonTokens(rows, step, { share, least });
  const seen = new Map<string, { rows: number; last: number }>();
  for (let i = 0; i < count; i += step) {
    let run = 0;
    for (let end = start[i]; end < start[i + 1]; end++) {
      run = isCommon[token[end] + 1] === 1 ? run + 1 : 0;
      if (run < gram) continue;
      const key = keyAt(token, end + 1 - gram);
      const entry = seen.get(key);
      if (entry === undefined) seen.set(key, { rows: 1, last: i });
      else if (entry.last !== i) {
        entry.rows++;
        entry.last = i;
      }
    }
  }
  const template = new Set<string>();
  const first = new Set<number>();
  for (const [key, { rows: held }] of seen)
    if (held > share * looked && held * step >= least) {
      template.add(key);
      first.add(Number(key.slice(0, key.indexOf(" "))));
    }
  if (template.size === 0) return rows;
  const kept = new Int32Array(token.length);
  const keptStart = new Int32Array(count + 1);
  let end = 0;
  for (let i = 0; i < count; i++) {
    let covered = start[i];
    const from = end;
    for (let p = start[i]; p < start[i + 1]; p++) {
      if (p + gram <= start[i + 1] && first.has(token[p]) && template.has(keyAt(token, p))) covered = p + gram;
      if (p >= covered) kept[end++] = token[p];
      else if (end === from || kept[end - 1] !== gap) kept[end++] = gap;
    }
    keptStart[i + 1] = end;
  }
  return { start: keptStart, token: kept.slice(0, end) };
}

/** A run is no commoner than each of its tokens: 1 for those that so many of every `step`-th row hold, and how many of these hold any. Shape: isCommon [tokens + 1], the gap first. */
function commonTokens(
  { start, token }: TokenRows,
  step: number,
  { share, least }: { readonly share: number; readonly least: number },
): { readonly isCommon: Uint8Array; readonly looked: number } {
  let tokens = 0;
  for (const t of token) if (t >= tokens) tokens = t + 1;
  const held = new Int32Array(tokens + 1);
  const last = new Int32Array(tokens + 1).fill(-1);
  let looked = 0;
  for (let i = 0; i + 1 < start.length; i += step) {
    if (start[i + 1] > start[i]) looked++;
    for (let p = start[i]; p < start[i + 1]; p++) {
      const t = token[p] + 1;
      if (last[t] === i) continue;
      last[t] = i;
      held[t]++;
    }
  }
  return { isCommon: Uint8Array.from(held, (rows) => Number(rows > share * looked && rows * step >= least)), looked };
}

function keyAt(token: Int32Array, at: number): string {
  return `${token[at]} ${token[at + 1]} ${token[at + 2]} ${token[at + 3]} ${token[at + 4]}`;
}
