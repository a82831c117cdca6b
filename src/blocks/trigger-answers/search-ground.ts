import type { ClassAnswers } from "./class-answers.ts";
import { phraseFit, type PhraseFit } from "../dialogues/foreignness.ts";
import type { Phrases, TokenCounts } from "../dialogues/phrases.ts";
import type { SparseRows } from "../dialogues/sparse-rows.ts";
import type { TokenRows } from "../dialogues/token-rows.ts";

/** Groups of fewer rows show nothing. */
export const fewestRows = 3;

/** What a search for triggers stands on. */
export interface Ground {
  readonly rows: number;
  readonly tokens: number;
  /** Words: token t stands in field t / words; see `fields`. */
  readonly words: number;
  readonly prompts: TokenRows;
  readonly promptWeights: SparseRows;
  readonly phrases: Phrases;
  readonly counts: TokenCounts;
  readonly classes: ClassAnswers;
  /** Equal numbers for rows of one record. Shape: [rows]. */
  readonly recordOf: Int32Array;
  /** 1 for the marks that end a sentence. Shape: [tokens]. */
  readonly isStop: Uint8Array;
  /** How phrases fit into their prompts, as far as they were asked. */
  readonly fits: (PhraseFit | undefined)[];
  /** Marks the words that are left out of what the rest of a prompt lets expect; all 0 between uses. Shape: [tokens]. */
  readonly isOwn: Uint8Array;
  readonly counted: CountedWords;
}

/** Room to count words of a few rows in. */
interface CountedWords {
  /** The tokens of each row, each once, by falling count of the rows that hold them. */
  readonly byCount: TokenRows;
  /** Different tokens of a prompt, beside what stands before it, that make it one which says something. */
  readonly enough: number;
  /** All 0 between uses. Shape: [tokens]. */
  readonly times: Int32Array;
  readonly touched: Int32Array;
}

/** @param words see `Ground` */
export function makeCountedWords({ start, token }: TokenRows, { rowsWith }: Pick<TokenCounts, "rowsWith">, words: number): CountedWords {
  const tokens = rowsWith.length;
  const distinct = new Int32Array(token.length);
  const distinctStart = new Int32Array(start.length);
  let count = 0;
  let longest = 0;
  let said = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    const keys = new Float64Array(start[i + 1] - start[i]);
    for (let p = start[i]; p < start[i + 1]; p++) keys[p - start[i]] = token[p] < 0 ? Infinity : token[p] - rowsWith[token[p]] * tokens;
    keys.sort();
    const from = count;
    for (let n = 0; n < keys.length && keys[n] < Infinity; n++)
      if (n === 0 || keys[n] !== keys[n - 1]) distinct[count++] = ((keys[n] % tokens) + tokens) % tokens;
    longest = Math.max(longest, count - from);
    let ofPrompt = 0;
    for (let p = from; p < count && ofPrompt < saysEnough; p++) if (Math.floor(distinct[p] / words) % 2 === 0) ofPrompt++;
    said += ofPrompt;
    distinctStart[i + 1] = count;
  }
  return {
    byCount: { start: distinctStart, token: distinct.slice(0, count) },
    enough: Math.max(1, Math.round(said / Math.max(1, start.length - 1))),
    times: new Int32Array(tokens),
    touched: new Int32Array(Math.min(tokens, mostLooked * longest)),
  };
}

/** Answers that change places, and rows that are not there: innocent data that are like those at hand. */
export interface NullDraw {
  readonly answerOf: Int32Array;
  readonly isOut: Uint8Array;
}

export interface Scored {
  readonly phrase: number;
  readonly strength: number;
}

/** What the answers of a group are. */
export interface Told {
  /** Rows whose answers follow. */
  readonly rows: Int32Array;
  /** Class that they bear; −1 for free answers. */
  readonly label: number;
  /** Rows of the group that the rest of their words let expect to bear the class; rows without the trigger with an answer like the group's. */
  readonly expected: number;
  /** Tokens that the answers share, where it is by them that they are alike. */
  readonly shared: Int32Array;
  /** Rows outside of the group whose answers hold these too, where so long a run says something of them. */
  readonly alsoHold?: Int32Array;
}

/** One way to see that a phrase decides about answers. */
export interface Scorer {
  readonly kind: "likeness" | "shared" | "repeated" | "fixed" | "class";
  readonly isOfKind: (row: number) => boolean;
  /** Share of the weight of the null of permuted answers in the evidence, beside what the file's own groups reach. */
  readonly nullShare: number;
  /** Strength of the rows of a phrase: `words` are left out of what the rest lets expect, `weight` is that of its foreignness. */
  strength(members: Int32Array, count: number, words: Int32Array, weight: number): number;
  /** Strength of every phrase that has any; of innocent data where a draw of them is given. */
  all(draw: NullDraw | null): Scored[];
  tell(list: Int32Array, words: Int32Array): Told;
  /** Whether a row's answer is one of those that make a group suspicious. */
  follows(list: Int32Array, count: number): (row: number) => boolean;
}

/** Calls for every phrase with its rows of this kind, as many as `fewestRows`. The array of members is used again. */
export function forEachPhrase(
  ground: Ground,
  isOfKind: (row: number) => boolean,
  draw: NullDraw | null,
  call: (phrase: number, members: Int32Array, count: number, words: Int32Array) => void,
): void {
  const { phrases, prompts, rows } = ground;
  const isIn = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) isIn[i] = isOfKind(i) && (draw === null || draw.isOut[i] === 0) ? 1 : 0;
  const members = new Int32Array(rows);
  for (let g = 0; g < phrases.length.length; g++) {
    let count = 0;
    for (let e = phrases.start[g], end = phrases.start[g + 1]; e < end; e++) {
      const i = phrases.row[e];
      if (isIn[i] === 1) members[count++] = i;
    }
    if (count >= fewestRows) call(g, members, count, prompts.token.subarray(phrases.at[g], phrases.at[g] + phrases.length[g]));
  }
}

export function membersInto(members: Int32Array, { phrases }: Ground, g: number, isWanted: (row: number) => boolean): number {
  let count = 0;
  for (let e = phrases.start[g]; e < phrases.start[g + 1]; e++) {
    const i = phrases.row[e];
    if (isWanted(i)) members[count++] = i;
  }
  return count;
}

export function fitOf({ phrases, fits, prompts, counts, isStop }: Ground, g: number): PhraseFit {
  return (fits[g] ??= phraseFit(
    prompts,
    counts,
    { at: phrases.at[g], length: phrases.length[g] },
    phrases.row.subarray(phrases.start[g], phrases.start[g + 1]),
    isStop,
  ));
}

/** Evidence counts twice for each decade by which a phrase is foreign to its surroundings, and half for each by which it fits. */
export function weightOf(ground: Ground, g: number): number {
  return 2 ** fitOf(ground, g).foreignness;
}

const mostLooked = 40;

/** Marks what `ownTokens` gives. */
export function markOwn(ground: Ground, members: Int32Array, count: number, words: Int32Array): Int32Array {
  const own = ownTokens(ground, members, count, words);
  for (const t of own) ground.isOwn[t] = 1;
  return own;
}

/**
 * The words of a phrase, and those that come and go with its rows on the same side of a prompt's beginning (what is asked may be the honest reason of what
 * stands before it), some twice: half of its rows hold them, and half of those that hold either hold both.
 */
export function ownTokens({ counts, counted, words: perField }: Ground, members: Int32Array, count: number, words: Int32Array): Int32Array {
  const { times, touched } = counted;
  const { start, token } = counted.byCount;
  const { rowsWith } = counts;
  const looked = Math.min(count, mostLooked);
  const side = Math.floor(words[0] / perField) % 2;
  let found = 0;
  for (let s = 0; s < looked; s++) {
    const i = members[Math.floor((s * count) / looked)];
    const end = start[i + 1];
    // From the first token that few enough rows hold, to the last that enough do.
    let p = start[i];
    for (let to = end; p < to;) {
      const middle = (p + to) >> 1;
      if (rowsWith[token[middle]] > 2 * count) p = middle + 1;
      else to = middle;
    }
    for (; p < end && 2 * rowsWith[token[p]] >= count; p++) {
      const t = token[p];
      if (Math.floor(t / perField) % 2 === side && times[t]++ === 0) touched[found++] = t;
    }
  }
  let own = 0;
  for (let n = 0; n < found; n++) {
    const t = touched[n];
    const both = (times[t] / looked) * count;
    const isTheirs = 2 * times[t] >= looked && 2 * both >= count + counts.rowsWith[t] - both;
    times[t] = 0;
    if (isTheirs) touched[own++] = t;
  }
  const marked = new Int32Array(own + words.length);
  marked.set(touched.subarray(0, own));
  marked.set(words, own);
  return marked;
}

/** So many tokens that come and go with a phrase before prompts halve its strength. */
const halvedBy = 10;

/** Of a phrase that stands before prompts, with what `markOwn` gave: texts there that differ throughout from all others are another setting, and not one that a trigger was put into. */
export function ofSetting({ words }: Ground, own: Int32Array, phrase: Int32Array): number {
  const isBefore = (token: number): boolean => Math.floor(token / words) % 2 === 1;
  if (!isBefore(phrase[0])) return 1;
  let beside = -phrase.length;
  for (const t of own) if (isBefore(t)) beside++;
  return halvedBy / (halvedBy + Math.max(0, beside));
}

/** Where the prompts of a file say less than so much, one of its usual length says something too. */
const saysEnough = 6;

/** How much prompts say without the words that `isOwn` marks, beside what is usual in the file: from 0, where nothing is left of any, to 1. */
export function saysOfItsOwn(
  { isOwn, words, counted }: Pick<Ground, "isOwn" | "words" | "counted">,
  members: Int32Array,
  count: number,
): number {
  const { start, token } = counted.byCount;
  const { enough } = counted;
  const looked = Math.min(count, mostLooked);
  let sum = 0;
  for (let s = 0; s < looked; s++) {
    const i = members[Math.floor((s * count) / looked)];
    let left = 0;
    for (let p = start[i], end = start[i + 1]; p < end && left < enough; p++)
      if (isOwn[token[p]] === 0 && Math.floor(token[p] / words) % 2 === 0) left++;
    sum += left / enough;
  }
  return (sum / looked) ** 2;
}

export function unmarkOwn({ isOwn }: Ground, tokens: Int32Array): void {
  for (const t of tokens) isOwn[t] = 0;
}

/** The strongest phrases, each with rows for the most part that none before it holds. */
export function distinctPhrases({ phrases, rows }: Ground, scored: readonly Scored[], most: number): Scored[] {
  const isHeld = new Uint8Array(rows);
  const strongest: Scored[] = [];
  for (const one of [...scored].sort((a, b) => b.strength - a.strength)) {
    if (strongest.length === most || one.strength <= 0) break;
    let known = 0;
    const [from, to] = [phrases.start[one.phrase], phrases.start[one.phrase + 1]];
    for (let e = from; e < to; e++) known += isHeld[phrases.row[e]];
    if (2 * known > to - from) continue;
    strongest.push(one);
    for (let e = from; e < to; e++) isHeld[phrases.row[e]] = 1;
  }
  return strongest;
}
