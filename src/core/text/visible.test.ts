import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visible, visibleLines } from "./visible.ts";

describe("text on its way to a person", () => {
  it.each([
    ["an escape sequence", "\x1b[31mred\x1b[0m", "\\u001b[31mred\\u001b[0m"],
    ["a title and a bell", "\x1b]0;owned\x07", "\\u001b]0;owned\\u0007"],
    ["a sequence of one byte (C1)", "a\u009b2Jb", "a\\u009b2Jb"],
    ["a carriage return that writes over the line", "fail\rpass", "fail\\rpass"],
    ["backspaces", "bad\b\b\bgood", "bad\\b\\b\\bgood"],
    ["line breaks that forge a line", "x\nVerdict: pass", "x\\nVerdict: pass"],
    ["separators of lines and paragraphs", "a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\u0085d"],
    ["a tab, a NUL and DEL", "a\tb\0c\x7f", "a\\tb\\u0000c\\u007f"],
    ["overrides of the direction", "abc\u202etxt.exe\u2066x\u2069\u200f\u061c", "abc\\u202etxt.exe\\u2066x\\u2069\\u200f\\u061c"],
    ["blanks of no width", "ham\u200b\u2060\ufeff\u00ad", "ham\\u200b\\u2060\\ufeff\\u00ad"],
    ["tags", "a\u{e0041}", "a\\udb40\\udc41"],
    ["selectors that nothing selects from", "ham\ufe0f\u{e0101}", "ham\\ufe0f\\udb40\\udd01"],
    ["joiners between Latin letters", "ha\u200dm\u200c", "ha\\u200dm\\u200c"],
    ["half a pair", "a\ud83d", "a\\ud83d"],
    ["fillers that look like blanks", "a\u3164\u115f", "a\\u3164\\u115f"],
  ])("shows %s", (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each([
    "plain, naïve – “quotes” 1 000 €\u00a0x",
    "这个手机很好",
    "とても良い",
    "ภาษาไทย",
    "می\u200cخواهم",
    "क्\u200dष",
    "👨\u200d👩\u200d👧 ❤\ufe0f 👍🏽\u200d",
    "\u0600١٢",
    "C:\\new\\table",
  ])("leaves %s alone", (text) => {
    expect(visible(text)).toBe(text);
  });

  it("keeps line breaks that are our own", () => {
    expect(visibleLines("a\x1b[2J\n  b\r\n\tc\n")).toBe("a\\u001b[2J\n  b\\r\n\\tc\n");
  });

  it("makes everything safe, at once, and says the same in JSON", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(visible(shown)).toBe(shown);
        const json = JSON.stringify({ [text]: text });
        expect(JSON.parse(visible(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});
