import { describe, expect, it } from "vitest";
import { answerPhrases, makeSharedRuns, runTokens } from "./answer-phrases.ts";
import { makeTokenNumbers } from "../dialogues/token-numbers.ts";
import { tokenRows } from "../dialogues/token-rows.ts";

describe("runs that answers share", () => {
  it("are found with the decades by which the group holds them more often, and not where the prompt holds them itself", () => {
    const numbers = makeTokenNumbers();
    const texts = Array.from({ length: 40 }, (_, i) =>
      i < 8 ? `w${i} go to x.invalid v${i}` : i === 8 ? "a go to x" : `w${i} u${i} v${i} common end here`,
    );
    const prompts = texts.map((_, i) => (i === 7 ? "please say go to x.invalid" : `ask ${i}`));
    const answers = tokenRows(texts, 50, numbers);
    const runs = answerPhrases(answers, tokenRows(prompts, 50, numbers), numbers.count(), {
      length: 3,
      least: 3,
      most: 35,
      isWanted: () => true,
    });
    const words = (run: number): string => Array.from(runTokens(runs, answers, run), (t) => numbers.wordOf(t)).join(" ");
    const held = new Map(Array.from(runs.rowsWith, (rows, run) => [words(run), rows]));
    expect(held).toEqual(
      new Map([
        ["go to x", 8],
        ["to x .", 7],
        ["x . invalid", 7],
        ["common end here", 31],
      ]),
    );
    const sharedOf = makeSharedRuns(runs, 40);
    const found = sharedOf(Int32Array.of(0, 1, 2, 3, 4, 5), 6, null);
    expect(words(found.run)).toMatch(/x \./);
    // Six of six, and one of the 34 others, with one more and two more.
    expect(found.evidence).toBeCloseTo(6 * Math.log10(36 / 2), 9);
    expect(sharedOf(Int32Array.of(0, 20, 21), 3, null).run).toBe(-1);
    const swapped = Int32Array.from({ length: 40 }, (_, i) => (i < 20 ? i + 20 : i - 20));
    expect(sharedOf(Int32Array.of(20, 21, 22, 23, 24, 25), 6, swapped).evidence).toBeCloseTo(6 * Math.log10(36 / 2), 9);
  });
});
