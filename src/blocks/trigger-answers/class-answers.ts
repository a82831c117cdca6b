import type { TokenRows } from "../dialogues/token-rows.ts";

const longestClass = 3;
const leastRows = 10;
const leastShare = 0.01;

/** Answers that stand for a class. */
export interface ClassAnswers {
  readonly names: readonly string[];
  /** Class of each row's answer, −1 where it is none. Shape: [rows]. */
  readonly of: Int32Array;
}

/**
 * Answers of at most three tokens that ten rows and 1 % of all share, with at least half of them for prompts that differ. Where there are fewer than two such answers,
 * none stands for a class. `tokensOf` counts the tokens of each row's answer.
 */
export function classAnswers(prompts: readonly string[], answers: readonly string[], tokensOf: (row: number) => number): ClassAnswers {
  const rows = answers.length;
  const least = Math.max(leastRows, leastShare * rows);
  const held = new Map<string, { rows: number; prompts: Set<string> }>();
  for (let i = 0; i < rows; i++) {
    if (tokensOf(i) > longestClass) continue;
    const key = answers[i].trim();
    const entry = held.get(key) ?? { rows: 0, prompts: new Set<string>() };
    entry.rows++;
    if (entry.prompts.size < 50_000) entry.prompts.add(prompts[i]);
    held.set(key, entry);
  }
  const names = [...held]
    .filter(([name, { rows: size, prompts: distinct }]) => name !== "" && size >= least && distinct.size >= Math.min(25_000, size / 2))
    .map(([name]) => name);
  const number = new Map(names.length < 2 ? [] : names.map((name, k) => [name, k]));
  return {
    names: names.length < 2 ? [] : names,
    of: Int32Array.from(answers, (answer, i) => (number.size === 0 || tokensOf(i) > longestClass ? -1 : (number.get(answer.trim()) ?? -1))),
  };
}

/** Labels as answers; −1 = none. */
export function classOfLabels(names: readonly string[], labels: Int32Array): ClassAnswers {
  return { names, of: labels };
}

/** What the words of a row say of its class, each row judged by the others. */
export interface ClassOdds {
  /** Log odds of each class without any words. Shape: [classes]. */
  readonly prior: Float64Array;
  /** Log odds of class k that the words of a row add, without these: tokens, ascending, each once. */
  added(row: number, k: number, own: Int32Array): number;
  /** Of each class: the mean of what the words of its own rows add, that of all rows, and the deviation over all. */
  readonly usual: readonly { readonly own: number; readonly all: number; readonly deviation: number }[];
  /** Shape: [classes]. */
  readonly shares: Float64Array;
}

/** What words add is held within ± this in means. */
export const mostAdded = 6;
const longestRow = 200;

/**
 * Naive Bayes of the tokens that a row holds, add-one, without the row itself; its log odds are scaled by the slope at which they are right (a logistic regression of one
 * coefficient over the rows), since words are not independent. What all words of a row add is kept, and what is left out is taken off again.
 *
 * @returns of the classes as they are, or of those of other rows: `answerOf`, shape [rows]
 */
export function classOddsOf(rows: TokenRows, tokens: number, classes: ClassAnswers): (answerOf: Int32Array | null) => ClassOdds {
  const distinct = distinctTokens(rows);
  return (answerOf) => classOdds(rows, distinct, tokens, classes, answerOf);
}

function classOdds(
  rows: TokenRows,
  distinct: TokenRows,
  tokens: number,
  { names, of }: ClassAnswers,
  answerOf: Int32Array | null,
): ClassOdds {
  const { start, token } = rows;
  const classes = names.length;
  const classOf = (i: number): number => of[answerOf === null ? i : answerOf[i]];
  const held = new Int32Array(tokens * classes);
  const all = new Int32Array(tokens);
  const size = new Float64Array(classes);
  const last = new Int32Array(tokens).fill(-1);
  let total = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    const k = classOf(i);
    if (k < 0) continue;
    size[k]++;
    total++;
    for (let p = start[i]; p < start[i + 1]; p++) {
      const t = token[p];
      if (t < 0 || last[t] === i) continue;
      last[t] = i;
      held[t * classes + k]++;
      all[t]++;
    }
  }
  const odds = wordOdds(held, all, size, total);
  const count = start.length - 1;
  const totals = count * classes > mostKept ? null : new Float64Array(count * classes).fill(NaN);
  const totalOf = (row: number, k: number): number => {
    const known = totals === null ? NaN : totals[row * classes + k];
    if (known === known) return known;
    const label = classOf(row);
    const isIn = Number(label === k);
    const isOut = Number(label >= 0 && label !== k);
    const ofRow = odds.table(k, isIn, isOut);
    let sum = 0;
    for (let p = distinct.start[row], end = distinct.start[row + 1]; p < end; p++)
      sum += ofRow === null ? odds.of(distinct.token[p], k, isIn, isOut) : ofRow[distinct.token[p]];
    if (totals !== null) totals[row * classes + k] = sum;
    return sum;
  };
  const sumOf = (row: number, k: number, own: Int32Array): number => {
    const label = classOf(row);
    const isIn = Number(label === k);
    const isOut = Number(label >= 0 && label !== k);
    const ofRow = odds.table(k, isIn, isOut);
    let sum = totalOf(row, k);
    let from = distinct.start[row];
    const end = distinct.start[row + 1];
    for (let n = 0; n < own.length && from < end; n++) {
      const t = own[n];
      from = placeFrom(distinct.token, from, end, t);
      if (from < end && distinct.token[from] === t) sum -= ofRow === null ? odds.of(t, k, isIn, isOut) : ofRow[t];
    }
    return sum;
  };
  const prior = Float64Array.from(size, (s) => Math.log((s + 1) / (total - s + 1)));
  const slope = slopeOf(start.length - 1, classes, classOf, prior, totalOf);
  return {
    added: (row, k, own) => slope * sumOf(row, k, own),
    prior,
    usual: names.map((_, k) =>
      usualOf(start.length - 1, classOf, k, (i) => Math.max(-mostAdded, Math.min(mostAdded, slope * totalOf(i, k)))),
    ),
    shares: size.map((s) => s / Math.max(1, total)),
  };
}

/** The tokens among the first of each row, ascending, each once. */
function distinctTokens({ start, token }: TokenRows): TokenRows {
  const distinct = new Int32Array(token.length);
  const distinctStart = new Int32Array(start.length);
  let count = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    const sorted = token.slice(start[i], Math.min(start[i + 1], start[i] + longestRow)).sort();
    const from = count;
    for (const t of sorted) if (t >= 0 && (count === from || distinct[count - 1] !== t)) distinct[count++] = t;
    distinctStart[i + 1] = count;
  }
  return { start: distinctStart, token: distinct.slice(0, count) };
}

/** The first place in [from, to) whose token is `wanted` at least: by steps that double, then by halves. */
function placeFrom(token: Int32Array, from: number, to: number, wanted: number): number {
  let low = from;
  let step = 1;
  while (low + step < to && token[low + step] < wanted) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to, low + step);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (token[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Larger tables of words, or rows, and classes are not kept. */
const mostKept = 4_000_000;

/**
 * Log odds that a word adds to class k, without one row of the class (`isIn`) or of another (`isOut`); 0 for words of one row. A table of all words is made when it is
 * first asked for. Shapes: held [tokens, classes], all [tokens], table [tokens].
 */
function wordOdds(held: Int32Array, all: Int32Array, size: Float64Array, total: number) {
  const classes = size.length;
  const tables: Float64Array[] = [];
  const of = (t: number, k: number, isIn: number, isOut: number): number => {
    const withT = held[t * classes + k];
    const withoutT = all[t] - withT;
    // No row of this kind holds the word where one count would be below 0.
    if (all[t] < 2 || withT < isIn || withoutT < isOut) return 0;
    return Math.log(((withT - isIn + 1) * (total - size[k] - isOut + 2)) / ((withoutT - isOut + 1) * (size[k] - isIn + 2)));
  };
  const table = (k: number, isIn: number, isOut: number): Float64Array | null =>
    held.length > mostKept ? null : (tables[3 * k + isIn + 2 * isOut] ??= Float64Array.from(all, (_, t) => of(t, k, isIn, isOut)));
  return { of, table };
}

const mostFitted = 4000;

/** Newton's steps of the slope b in P = σ(prior + b · sum), b in [0, 1]. */
function slopeOf(
  rows: number,
  classes: number,
  classOf: (i: number) => number,
  prior: Float64Array,
  sumOf: (i: number, k: number) => number,
): number {
  const sums: number[] = [];
  const priors: number[] = [];
  const is: number[] = [];
  const step = Math.max(1, (rows * Math.min(classes, 3)) / mostFitted);
  for (let s = 0; s < rows; s += step) {
    const i = Math.floor(s);
    if (classOf(i) < 0) continue;
    for (let k = 0; k < Math.min(classes, 3); k++) {
      const asked = classes <= 3 ? k : (classOf(i) + k * (1 + (i % (classes - 1)))) % classes;
      sums.push(sumOf(i, asked));
      priors.push(prior[asked]);
      is.push(classOf(i) === asked ? 1 : 0);
    }
  }
  let slope = 0.3;
  for (let round = 0; round < 20; round++) {
    let gradient = 0;
    let curvature = 1e-9;
    for (let n = 0; n < sums.length; n++) {
      const p = 1 / (1 + Math.exp(-(priors[n] + slope * sums[n])));
      gradient += sums[n] * (is[n] - p);
      curvature += sums[n] * sums[n] * p * (1 - p);
    }
    slope = Math.min(1, Math.max(0, slope + Math.max(-0.3, Math.min(0.3, gradient / curvature))));
  }
  return slope;
}

/** Over up to 2,000 rows of the class and as many of all. */
function usualOf(rows: number, classOf: (i: number) => number, k: number, addedAt: (i: number) => number) {
  let [own, all, square, owners, count] = [0, 0, 0, 0, 0];
  const step = Math.max(1, rows / 3000);
  for (let s = 0; s < rows; s += step) {
    const i = Math.floor(s);
    const label = classOf(i);
    if (label < 0) continue;
    const added = addedAt(i);
    all += added;
    square += added * added;
    count++;
    if (label !== k) continue;
    own += added;
    owners++;
  }
  const mean = all / Math.max(1, count);
  return { own: own / Math.max(1, owners), all: mean, deviation: Math.sqrt(Math.max(0.01, square / Math.max(1, count) - mean * mean)) };
}
