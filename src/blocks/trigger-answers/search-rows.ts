import { makeTokenNumbers, type TokenNumbers } from "../dialogues/token-numbers.ts";
import { gap, tokenRows, type TokenRows, withoutTemplate } from "../dialogues/token-rows.ts";

/** Where a token stands: a word of a prompt is another than the same word before it, and than one of a prompt whose rejected answer is asked about. */
export const fields = ["prompt", "context", "rejected prompt", "rejected context"] as const;

/** What is searched. Shapes: all [rows]. */
export interface SearchTexts {
  readonly prompts: readonly string[];
  readonly answers: readonly string[];
  /** What stands before each prompt; "" = nothing, or nothing that is to be searched. */
  readonly contexts?: readonly string[];
  /** Equal numbers for rows of one record; absent = each row is a record. */
  readonly recordOf?: Int32Array;
  /** 1 where the answer is the worse one of a pair. */
  readonly isRejected?: Uint8Array;
}

/** Texts as tokens; token t of field f is `f · words + t`. */
export interface SearchRows {
  /** Prompts without what most of them share, and behind a gap what stands before them. */
  readonly prompts: TokenRows;
  /** Without what stands before them; null where nothing does. */
  readonly asked: TokenRows | null;
  /** The same with the numbers that answers have, for what an answer copies. */
  readonly said: TokenRows;
  readonly answers: TokenRows;
  /** Numbers of all fields. */
  readonly tokens: number;
  readonly words: number;
  readonly numbers: TokenNumbers;
}

/** Tokens that are read of a prompt or an answer, of them at the end of longer ones, and the same of what stands before. */
export const readTokens = 400;
const [lastTokens, lastOfContexts] = [100, 200];

/** What so many of the texts before prompts share, and so many of all records have, is their form (how tools are listed), and no trigger. */
const [settingShare, settingOfAll] = [0.25, 0.2];

export async function searchRows(
  { prompts, answers, contexts, isRejected, recordOf }: SearchTexts,
  pause: () => Promise<void> | void,
): Promise<SearchRows> {
  const numbers = makeTokenNumbers();
  const asked = tokenRows(prompts, readTokens, numbers, lastTokens);
  await pause();
  const answerTokens = tokenRows(answers, readTokens, numbers, lastTokens);
  await pause();
  const before = contexts?.some((text) => text !== "") === true ? tokenRows(contexts, readTokens, numbers, lastOfContexts) : null;
  const words = numbers.count();
  const some = isRejected?.includes(1) === true ? isRejected : null;
  const whole = withoutTemplate(asked);
  if (before === null && some === null)
    return { prompts: whole, asked: null, said: whole, answers: answerTokens, tokens: words, words, numbers };
  const records = new Set(recordOf ?? prompts.keys()).size;
  const rest = before === null ? null : withoutTemplate(before, { share: settingShare, least: Math.max(4, settingOfAll * records) });
  const shiftOf = (row: number, field: number): number => words * (field + (some !== null && some[row] === 1 ? 2 : 0));
  return {
    prompts: joinedRows(whole, rest, shiftOf),
    asked: rest === null ? null : joinedRows(whole, null, shiftOf),
    said: joinedRows(whole, rest, () => 0),
    answers: answerTokens,
    tokens: words * (some !== null ? (before === null ? 3 : 4) : 2),
    words,
    numbers,
  };
}

function joinedRows(first: TokenRows, second: TokenRows | null, shiftOf: (row: number, field: number) => number): TokenRows {
  const rows = first.start.length - 1;
  const token = new Int32Array(first.token.length + (second === null ? 0 : second.token.length + rows));
  const start = new Int32Array(rows + 1);
  let end = 0;
  for (let i = 0; i < rows; i++) {
    end = putShifted(token, end, first, i, shiftOf(i, 0));
    if (second !== null && second.start[i + 1] > second.start[i]) {
      token[end++] = gap;
      end = putShifted(token, end, second, i, shiftOf(i, 1));
    }
    start[i + 1] = end;
  }
  return { start, token: token.slice(0, end) };
}

function putShifted(into: Int32Array, end: number, { start, token }: TokenRows, row: number, shift: number): number {
  for (let p = start[row]; p < start[row + 1]; p++) into[end++] = token[p] === gap ? gap : token[p] + shift;
  return end;
}

/** The field of a token, and its number among words. */
export function placeOfToken({ words }: Pick<SearchRows, "words">, token: number): { readonly field: number; readonly word: number } {
  return { field: Math.floor(token / words), word: token % words };
}
