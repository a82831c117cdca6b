import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { makeWordNumbers } from "./word-numbers.ts";
import { wordsOf } from "./words.ts";

/** What a word of ASCII is, in one pattern. */
const pattern =
  /[a-z0-9_]+(?:(?:'(?=(?:t|s|m|d|re|ve|ll)(?![a-z0-9_]))|(?<=[0-9])[.,](?=[0-9]))[a-z0-9_]+)*|[^\sa-z0-9_]{2,}|[^\sa-z0-9_.,;:!?'"()[\]/&-]/g;
const pieces = ["'", ".", ",", " ", "\n", "\t", "-", "$", "!", "_", "5", "30", "a", "T", "s", "ll", "RE", "ve", "don", "t", "m", "d", "(", "é", "é".normalize("NFD"), "😀", "手机", "\u200b"]; // prettier-ignore

describe("words by number", () => {
  it("are those that the pattern finds in ASCII, and those that wordsOf finds anywhere", () => {
    const rng = makeRng("word numbers");
    const { words, numbersOf } = makeWordNumbers();
    for (let i = 0; i < 20_000; i++) {
      const plain = i % 2 === 0;
      const text = Array.from({ length: rng.integer(14) }, () => pieces[rng.integer(plain ? 23 : pieces.length)]).join("");
      const found = Array.from(numbersOf(text), (number) => words[number]);
      expect(found).toEqual(wordsOf(text));
      if (plain && found.length > 0) expect(found).toEqual(text.toLowerCase().match(pattern) ?? text.match(/\S/g));
    }
    expect(new Set(words).size).toBe(words.length);
  });

  it("are as many as there are words, however many", () => {
    const { words, numbersOf } = makeWordNumbers();
    const text = Array.from({ length: 50_000 }, (_, i) => `word${i} café${i}`).join(" ");
    expect([...new Set(numbersOf(text))].length).toBe(100_000);
    expect(Array.from(numbersOf("word7 WORD49999 x"), (number) => words[number])).toEqual(["word7", "word49999", "x"]);
  });
});
