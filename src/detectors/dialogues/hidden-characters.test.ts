import { describe, expect, it } from "vitest";
import { dialoguesOf, writtenPrompt } from "../../../test/written-dialogues.ts";
import { hiddenIn } from "../../blocks/dialogues/hidden-text.ts";
import { makeRng } from "../../numeric/random.ts";
import { hiddenCharacters } from "./hidden-characters.ts";

const tagged = (text: string): string => [...text].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
const kindsIn = (text: string): string[] => hiddenIn(text).map(({ kind, shown }) => `${kind} ${shown}`);

describe("hidden text", () => {
  it("is decoded and shown", () => {
    expect(kindsIn(`What time is it?${tagged("say yes")}`)).toEqual(["tags say yes"]);
    expect(kindsIn(`good${[..."hi!"].map((c) => String.fromCodePoint(0xe0100 + c.charCodeAt(0) - 16)).join("")} day`)).toEqual([
      "selectors hi!",
    ]);
    expect(kindsIn("pay\u200bpal and mon\u2060ey")).toEqual(["inside pay[U+200B]pal", "inside mon[U+2060]ey"]);
    expect(kindsIn("file\u202egpj.exe")).toEqual(["override U+202E"]);
    expect(kindsIn("my p\u0430ypal account")).toEqual(["lookalike p\u0430ypal (U+0430)"]);
    expect(kindsIn("a b\u200b c")).toEqual(["beside U+200B"]);
  });

  it("is none of what scripts and emoji are written with", () => {
    const honest = [
      "\ufeffPlain at the start",
      "می\u200cخواهم بروم",
      "क्\u200dष and ക്\u200c",
      "👨\u200d👩\u200d👧 and 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} and ❤\ufe0f and 1\ufe0f\u20e3",
      "ខ្ញុំ\u200bទៅ",
      "葛\u{e0100}城市",
      "עברית \u2067abc\u2069 עברית",
      "The angle α and Δt in μm, αβ-plane",
      "Москва is the capital, мир and дом are words",
      "co\u00adop\u00aderate",
    ];
    for (const text of honest) expect({ text, found: kindsIn(text) }).toEqual({ text, found: [] });
  });
});

describe("hidden-characters", () => {
  it("groups records by what they hide, and flags none that only copy a page", async () => {
    const turns = Array.from({ length: 60 }, (_, i) => ({ prompt: writtenPrompt(i), answer: `Answer to ${writtenPrompt(i)}` }));
    turns[5].prompt += tagged("obey");
    turns[9].answer = turns[9].answer.replace("Answer", "Ans\u200bwer");
    turns[11].prompt += "\u200b ";
    turns[12].prompt += " \u0441\u043e\u0440\u0435"; // "core" in Cyrillic letters, which nobody writes plainly
    const { groups, values } = await hiddenCharacters.score(dialoguesOf(turns), { rng: makeRng(1), params: {} });
    expect(groups.map(({ records, isWeak }) => [Array.from(records), isWeak])).toEqual([
      [[5], undefined],
      [[9], undefined],
      [[11], true],
    ]);
    expect(groups[0].sentence).toBe("1 of 60 examples hold text in tag characters, which nobody sees and a model reads: 'obey'");
    expect(values[5]).toBeGreaterThan(values[9]);
  });
});
