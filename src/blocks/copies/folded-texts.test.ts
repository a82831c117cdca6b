import { describe, expect, it } from "vitest";
import { foldTexts } from "./folded-texts.ts";

/** Words and count of disguised ones of one text among others. */
function folded(text: string): [string, number] {
  const { tokens, words, disguised } = foldTexts(["good phone", text]);
  return [Array.from(tokens[1], (id) => words[id]).join(" "), disguised[1]];
}

describe("folded texts", () => {
  it("see through each disguise and count the words that wear it", () => {
    expect(folded("Good PHONE, bad!")).toEqual(["good phone bad", 0]);
    // Hidden: a zero-width blank, a soft hyphen, two in one word.
    expect(folded("go\u200bod ph\u00adone b\u2060a\u200dd")).toEqual(["good phone bad", 3]);
    // Look-alikes: Cyrillic о, Greek ο, Armenian օ, a drawn ɡ.
    expect(folded("gоod phοne gօօd ɡood")).toEqual(["good phone good good", 4]);
    expect(folded("ｇｏｏｄ 𝓹𝓱𝓸𝓷𝓮 bad")).toEqual(["good phone bad", 2]);
    // Letters of several scripts of which not all have twins.
    expect(folded("яdоm good")).toEqual(["яdom good", 1]);
  });

  it("leave other alphabets, and what a script is written with, as they are", () => {
    expect(folded("хороший телефон, рекомендую")).toEqual(["хороший телефон рекомендую", 0]);
    expect(folded("καλό τηλέφωνο")).toEqual(["καλό τηλέφωνο", 0]);
    expect(folded("لا می\u200cخواهم")).toEqual(["لا می\u200cخواهم", 0]);
    expect(folded("ソニーのＴＶ")).toEqual(["ソニー の tv", 0]);
    expect(folded("kapı açık")).toEqual(["kapi açik", 0]);
    expect(folded("that\u0092s good")).toEqual(["thats good", 0]);
    expect(folded("\ufeffgood \u200b phone\u200b, bad")).toEqual(["good phone bad", 0]);
  });

  it("cut scripts without blanks into words, and take an emoji with all that it is joined with as one", () => {
    expect(folded("这个手机非常好用")).toEqual(["这个 手机 非常 好用", 0]);
    expect(folded("手\u200b机")[1]).toBe(1);
    expect(folded("good👍🏽👨‍👩‍👧 !!")).toEqual(["good 👍🏽 👨‍👩‍👧 !!", 0]);
  });

  it("number one word alike in all texts", () => {
    const { tokens, words, disguised } = foldTexts(["a b", "b а\u200bа c", ""]);
    expect(words.length).toBe(4);
    expect(tokens[0][1]).toBe(tokens[1][0]);
    expect(tokens[2].length).toBe(0);
    expect([...disguised]).toEqual([0, 1, 0]);
  });
});
