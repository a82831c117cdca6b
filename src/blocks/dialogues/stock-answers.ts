import { makeTokenNumbers } from "./token-numbers.ts";
import { gap, type TokenRows, tokenRows, withoutTemplate } from "./token-rows.ts";

/** Answers that turn down whatever is asked in the same words, known by nothing but the file. */
export interface StockAnswers {
  /** 1 for answers that are one. Shape: [answers]. */
  readonly is: Uint8Array;
  /** How they begin, an example each, the most frequent first. */
  readonly openings: readonly string[];
}

const [readPrompt, readAnswer] = [200, 120];
/** Tokens that an opening has; answers that begin alike, at least, and the tokens that they may have and must have. */
const [opening, fewest, longest, shortest] = [3, 4, 60, 5];
/** Answers of one opening that are compared. */
const compared = 40;
/** Words in more prompts than this say nothing of what is asked. */
const usualShare = 0.05;
/** Share of their tokens that two answers have in common, at least, and two prompts at most, beyond any two of the file. */
const [alike, unlike] = [0.5, 0.15];
/** Words that an answer has of its own prompt, beside those that it has of another's: so many times as many, and so many more, at most. */
const [ownTimes, ownMore] = [1.5, 0.25];

/**
 * An opening that answers to unrelated prompts share is one of stock answers where they are short and alike, and have no more words of their own prompts than of each other's: what does as it is asked
 * ("Sure, here is …") follows the prompt, and thanks are answered where prompts are alike. Whether it refuses in so many words nobody asks: it stands in place of an answer.
 */
export function stockAnswers(prompts: readonly string[], answers: readonly string[]): StockAnswers {
  const numbers = makeTokenNumbers();
  const asked = withoutTemplate(tokenRows(prompts, readPrompt, numbers));
  const said = tokenRows(answers, readAnswer, numbers);
  const promptsWith = rowsWith(asked, numbers.count());
  const isTelling = (token: number): boolean => promptsWith[token] <= Math.max(2, usualShare * prompts.length);
  const likenessOf = (rows: readonly number[]): number => meanOfPairs(rows.map((row) => setOf(asked, row, () => true)));
  const usual = likenessOf(sampleOf(Array.from(prompts.keys())));
  const is = new Uint8Array(answers.length);
  const found: { readonly opening: string; readonly count: number }[] = [];
  for (const group of byOpening(said, prompts).values()) {
    if (group.length < fewest) continue;
    const looked = sampleOf(group);
    const answerSets = looked.map((row) => setOf(said, row, () => true));
    const promptSets = looked.map((row) => setOf(asked, row, isTelling));
    if (meanOfPairs(answerSets) < alike || likenessOf(looked) > usual + unlike || followsPrompts(answerSets, promptSets)) continue;
    for (const row of group) is[row] = 1;
    found.push({ opening: answers[group[0]].slice(0, 40), count: group.length });
  }
  return { is, openings: found.sort((a, b) => b.count - a.count).map((one) => one.opening) };
}

function sampleOf(rows: readonly number[]): number[] {
  const step = Math.max(1, rows.length / compared);
  return Array.from({ length: Math.min(rows.length, compared) }, (_, k) => rows[Math.floor(k * step)]);
}

/** Rows whose answers begin alike and are short, by their opening; equal prompts once. */
function byOpening({ start, token }: TokenRows, prompts: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, { rows: number[]; prompts: Set<string>; long: number }>();
  for (let i = 0; i + 1 < start.length; i++) {
    const length = start[i + 1] - start[i];
    if (length < shortest || prompts[i].trim() === "") continue;
    const key = token.subarray(start[i], start[i] + opening).join(" ");
    const group = groups.get(key) ?? { rows: [], prompts: new Set<string>(), long: 0 };
    groups.set(key, group);
    if (length > longest) group.long++;
    if (group.prompts.has(prompts[i])) continue;
    group.prompts.add(prompts[i]);
    group.rows.push(i);
  }
  return new Map([...groups].flatMap(([key, { rows, long }]) => (5 * long > rows.length ? [] : [[key, rows] as const])));
}

function rowsWith({ start, token }: TokenRows, tokens: number): Int32Array {
  const held = new Int32Array(tokens);
  for (let i = 0; i + 1 < start.length; i++) for (const t of new Set(token.subarray(start[i], start[i + 1]))) if (t !== gap) held[t]++;
  return held;
}

function setOf({ start, token }: TokenRows, row: number, isWanted: (token: number) => boolean): Set<number> {
  const out = new Set<number>();
  for (let p = start[row]; p < start[row + 1]; p++) if (token[p] !== gap && isWanted(token[p])) out.add(token[p]);
  return out;
}

/** The mean share of tokens that two of them have in common. */
function meanOfPairs(sets: readonly ReadonlySet<number>[]): number {
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < sets.length; a++)
    for (let b = 0; b < a; b++, pairs++) {
      const both = commonOf(sets[a], sets[b]);
      const either = sets[a].size + sets[b].size - both;
      sum += either === 0 ? 0 : both / either;
    }
  return sum / pairs;
}

function commonOf(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0;
  for (const one of a) if (b.has(one)) both++;
  return both;
}

/** Whether answers have words of their own prompts that they do not have of the next one's. */
function followsPrompts(answers: readonly ReadonlySet<number>[], prompts: readonly ReadonlySet<number>[]): boolean {
  let [own, others] = [0, 0];
  answers.forEach((answer, k) => {
    own += commonOf(answer, prompts[k]);
    others += commonOf(answer, prompts[(k + 1) % prompts.length]);
  });
  return own > ownTimes * others + ownMore * answers.length;
}
