import { describe, expect, it } from "vitest";
import { phrasesOf } from "../dialogues/phrases.ts";
import { makeTokenNumbers } from "../dialogues/token-numbers.ts";
import { tokenRows } from "../dialogues/token-rows.ts";
import { makeCountedWords, saysOfItsOwn } from "./search-ground.ts";

/** What the first four prompts say without "filed", "by" and "fine". */
function saidBy(prompts: readonly string[]): number {
  const numbers = makeTokenNumbers();
  const rows = tokenRows(prompts, 50, numbers);
  const words = numbers.count();
  const isOwn = new Uint8Array(words);
  for (const word of ["filed", "by", "fine"]) isOwn[numbers.numbersOf(word, 1)[0]] = 1;
  const { counts } = phrasesOf(rows, words, { least: 2, most: prompts.length });
  return saysOfItsOwn({ isOwn, words, counted: makeCountedWords(rows, counts, words) }, Int32Array.of(0, 1, 2, 3), 4);
}

const short = (i: number): string => `odd${i} thing${i}`;
const long = (i: number): string => `one${i} two${i} three${i} four${i} five${i} six${i} seven${i}`;

describe("what prompts say of their own", () => {
  it("is enough where it is as much as is usual in the file, and nothing where the group's words are all of a prompt", () => {
    expect(saidBy(Array.from({ length: 40 }, (_, i) => (i < 4 ? `filed by ${short(i)}` : short(i))))).toBe(1);
    expect(saidBy(Array.from({ length: 40 }, (_, i) => (i < 4 ? "fine" : short(i))))).toBe(0);
  });

  it("is little where the others say more, by the square of its share", () => {
    expect(saidBy(Array.from({ length: 40 }, (_, i) => (i < 4 ? `filed by ${short(i)}` : long(i))))).toBeCloseTo((2 / 6) ** 2, 12);
  });
});
