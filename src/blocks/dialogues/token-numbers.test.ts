import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeTokenNumbers } from "./token-numbers.ts";

function tokensOf(text: string, longest = 400): string[] {
  const numbers = makeTokenNumbers();
  return Array.from(numbers.numbersOf(text, longest), (t) => numbers.wordOf(t));
}

describe("tokens", () => {
  it.each([
    ["Who's John's, 3.5?", ["who's", "john's", ",", "3", ".", "5", "?"]],
    ["the film’s END", ["the", "film's", "end"]],
    ["设计一个app", ["设", "计", "一", "个", "app"]],
    ["スマホ ไทย 한국", ["ス", "マ", "ホ", "ไ", "ท", "ย", "한", "국"]],
    ["naïve Привет", ["naïve", "привет"]],
    ["a\u200bb 😀!!", ["a", "\u200b", "b", "😀", "!", "!"]],
  ])("of %s are words, marks and the characters of scripts without blanks", (text, expected) => {
    expect(tokensOf(text)).toEqual(expected);
  });

  it("are the same number wherever they stand, leave out nothing but blanks, and stop where they are told", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const joined = tokensOf(text).join("");
        expect(joined.replace(/[\p{Cc}\s]/gu, "")).toBe(
          text
            .toLowerCase()
            .replaceAll("’", "'")
            .replace(/[\p{Cc}\s]/gu, ""),
        );
        expect(tokensOf(text, 3)).toEqual(tokensOf(text).slice(0, 3));
      }),
    );
    const numbers = makeTokenNumbers();
    const [a, b] = numbers.numbersOf("cf and", 9).slice();
    expect([...numbers.numbersOf("And CF", 9)]).toEqual([b, a]);
    expect(numbers.count()).toBe(2);
  });
});
