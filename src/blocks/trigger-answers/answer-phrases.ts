import { makePairNumbers } from "../../numeric/orders/pair-numbers.ts";
import { gap, type TokenRows } from "../dialogues/token-rows.ts";

/** Runs of so many tokens that several answers hold, row by row, each once: those of row i are `run[start[i] .. start[i + 1])`. */
export interface AnswerPhrases {
  /** Tokens of a run. */
  readonly length: number;
  readonly start: Int32Array;
  readonly run: Int32Array;
  /** Rows that hold each run. Shape: [runs]. */
  readonly rowsWith: Int32Array;
  /** Where an example of each stands among the tokens of the answers. Shape: [runs]. */
  readonly at: Int32Array;
}

export interface AnswerPhraseChoice {
  /** Tokens of a run. */
  readonly length: number;
  /** Rows that hold it, at least and at most. */
  readonly least: number;
  readonly most: number;
  readonly isWanted: (row: number) => boolean;
}

/** Runs in `least` to `most` rows, without those whose tokens all stand in the row's own prompt, which are copied from there. */
export function answerPhrases(
  answers: TokenRows,
  prompts: TokenRows,
  tokens: number,
  { length, least, most, isWanted }: AnswerPhraseChoice,
): AnswerPhrases {
  const { start, token } = answers;
  const rows = start.length - 1;
  const seats = 2 ** Math.min(26, Math.ceil(Math.log2(2 * token.length + 16)));
  const isRun = (p: number): boolean => {
    for (let k = p; k < p + length; k++) if (token[k] === gap) return false;
    return true;
  };
  /** Times that runs stand there whose codes end alike, up to 255: most runs are rare and need no number. */
  const times = new Uint8Array(seats);
  for (let i = 0; i < rows; i++) {
    if (!isWanted(i)) continue;
    for (let p = start[i]; p + length <= start[i + 1]; p++) {
      const seat = runCode(token, p, length, 0x9e3779b1) & (seats - 1);
      if (times[seat] < 255) times[seat]++;
    }
  }
  const runs = makePairNumbers(Math.max(1024, token.length >> 3));
  const runAt = new Int32Array(token.length).fill(-1);
  for (let i = 0; i < rows; i++) {
    if (!isWanted(i)) continue;
    for (let p = start[i]; p + length <= start[i + 1]; p++) {
      const code = runCode(token, p, length, 0x9e3779b1);
      if (times[code & (seats - 1)] >= least && isRun(p)) runAt[p] = runs.numberOf(code, runCode(token, p, length, 0x3c6ef372));
    }
  }
  const held = new Int32Array(runs.count);
  const last = new Int32Array(runs.count).fill(-1);
  const inPrompt = new Int32Array(tokens).fill(-1);
  const forEach = (put: (run: number, row: number, p: number) => void): void => {
    last.fill(-1);
    inPrompt.fill(-1);
    for (let i = 0; i < rows; i++) {
      for (let p = prompts.start[i]; p < prompts.start[i + 1]; p++) if (prompts.token[p] >= 0) inPrompt[prompts.token[p]] = i;
      for (let p = start[i]; p < start[i + 1]; p++) {
        const run = runAt[p];
        if (run < 0 || last[run] === i) continue;
        let k = 0;
        while (k < length && inPrompt[token[p + k]] === i) k++;
        if (k === length) continue;
        last[run] = i;
        put(run, i, p);
      }
    }
  };
  forEach((run) => held[run]++);
  const number = new Int32Array(runs.count).fill(-1);
  let kept = 0;
  let entries = 0;
  for (let run = 0; run < held.length; run++)
    if (held[run] >= least && held[run] <= most) {
      number[run] = kept++;
      entries += held[run];
    }
  const outStart = new Int32Array(rows + 1);
  const outRun = new Int32Array(entries);
  const rowsWith = new Int32Array(kept);
  const at = new Int32Array(kept);
  let end = 0;
  forEach((run, row, p) => {
    const k = number[run];
    if (k < 0) return;
    outRun[end++] = k;
    outStart[row + 1] = end;
    if (rowsWith[k]++ === 0) at[k] = p;
  });
  for (let i = 0; i < rows; i++) if (outStart[i + 1] === 0) outStart[i + 1] = outStart[i];
  return { length, start: outStart, run: outRun, rowsWith, at };
}

/** A number of 32 bits for a run: two with other seeds are not the same for two runs. */
function runCode(token: Int32Array, from: number, length: number, seed: number): number {
  let h = seed;
  for (let p = from; p < from + length; p++) {
    h = Math.imul((h ^ (h >>> 15)) + token[p], 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  }
  return h ^ (h >>> 16);
}

export function runTokens({ at, length }: AnswerPhrases, { token }: TokenRows, run: number): Int32Array {
  return token.slice(at[run], at[run] + length);
}

/** What the answers of a group share. */
export interface SharedRun {
  /** −1 = none. */
  readonly run: number;
  /** Decades by which so many rows with the run are beyond its share elsewhere: m · KL of the two shares. */
  readonly evidence: number;
}

const mostRows = 200;

/** Finds the run that sets a group's answers apart the most. `answerOf` gives rows others' answers. */
export function makeSharedRuns({ start, run, rowsWith }: AnswerPhrases, rows: number) {
  const count = new Int32Array(rowsWith.length);
  const found = { run: -1, evidence: 0 };
  return (members: Int32Array, size: number, answerOf: Int32Array | null): SharedRun => {
    found.run = -1;
    found.evidence = 0;
    const step = Math.max(1, size / mostRows);
    let looked = 0;
    for (let s = 0; s < size; s += step, looked++) {
      const member = members[Math.floor(s)];
      const i = answerOf === null ? member : answerOf[member];
      for (let e = start[i], end = start[i + 1]; e < end; e++) count[run[e]]++;
    }
    const scale = size / looked;
    for (let s = 0; s < size; s += step) {
      const member = members[Math.floor(s)];
      const i = answerOf === null ? member : answerOf[member];
      for (let e = start[i], end = start[i + 1]; e < end; e++) {
        const r = run[e];
        const seen = count[r];
        if (seen === 0) continue;
        count[r] = 0;
        if (seen < 3 || 4 * seen < looked) continue;
        const evidence = sharedDecades(seen * scale, size, Math.max(0, rowsWith[r] - seen * scale), rows);
        if (evidence > found.evidence) {
          found.evidence = evidence;
          found.run = r;
        }
      }
    }
    return found;
  };
}

/** m · KL of two shares, in decades: `inside` of a group of `size`, and `outside` of all other rows; 0 where the group has no more of them. */
export function sharedDecades(inside: number, size: number, outside: number, rows: number): number {
  const own = inside / size;
  const others = (outside + 1) / (rows - size + 2);
  if (own <= others) return 0;
  return size * (own * Math.log10(own / others) + (own < 1 ? (1 - own) * Math.log10((1 - own) / (1 - others)) : 0));
}

export function holdsRun({ start, run }: AnswerPhrases, row: number, asked: number): boolean {
  for (let e = start[row]; e < start[row + 1]; e++) if (run[e] === asked) return true;
  return false;
}
