import { describe, expect, it } from "vitest";
import { displayWidth } from "./display-width.ts";
import { textTable } from "./text-table.ts";

describe("a table in text", () => {
  it("keeps its columns under each other where names are wide, combined or emoji", () => {
    const names = ["name", "手机", "Zoë", "Zoe\u0308", "👨\u200d👩\u200d👧", "👍🏽", "❤\ufe0f", "ｆｕｌｌ", "한국", "กำ", "かな", "🇩🇪", "-"];
    const lines = textTable(names.map((name) => [name, "x"])).split("\n");
    expect(new Set(lines.map((line) => displayWidth(line)))).toEqual(new Set([displayWidth("ｆｕｌｌ  x")]));
  });

  it.each([
    ["手机", 4],
    ["Zoe\u0308", 3],
    ["👨\u200d👩\u200d👧", 2],
    ["❤", 1],
    ["❤\ufe0f", 2],
    ["한", 2],
    ["ﾊﾝ", 2],
    ["กำ", 2],
    ["é–“…”", 5],
  ])("counts %s as its columns on a terminal", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it("gives a cell one line, and shows what would act on the terminal", () => {
    expect(textTable([["account"], ["a\nVerdict: pass"], ["\x1b[2J"]])).toBe("account\na\\nVerdict: pass\n\\u001b[2J");
  });

  it("holds more rows than a call has arguments", () => {
    expect(textTable(Array.from({ length: 200_000 }, () => ["a"])).length).toBe(399_999);
  });
});
