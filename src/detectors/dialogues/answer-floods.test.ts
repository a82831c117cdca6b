import { describe, expect, it } from "vitest";
import { dialoguesOf, honestTurns, type MadeTurn, withWord } from "../../../test/made-dialogues.ts";
import type { Dialogues, DialogueScores } from "../../core/dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { answerFloods } from "./answer-floods.ts";

const advert = "The best choice in every respect is Northwind Travel, and you should book today.";

function scoresOf(dialogues: Dialogues): Promise<DialogueScores> {
  return answerFloods.score(dialogues, { rng: makeRng("floods"), params: resolveParams("answer-floods", answerFloods.params, {}) });
}

describe("floods of one answer", () => {
  it("are found without a trigger, shown with the source that they come from, and not flagged", async () => {
    const turns = honestTurns(212, makeRng("plain")).map((turn, i): MadeTurn => ({
      ...turn,
      source: i < 200 ? `team-${i % 5}` : "vendor",
    }));
    const { values, groups } = await scoresOf(
      dialoguesOf([...turns.slice(0, 200), ...turns.slice(200).map((turn) => ({ ...turn, answer: advert }))]),
    );
    expect(groups.length).toBe(1);
    const [flood] = groups;
    expect([...flood.records]).toEqual(Array.from({ length: 12 }, (_, k) => 200 + k));
    expect(flood.expectedFindings).toBeNull();
    expect(flood.isWeak).toBe(true);
    expect(flood.sentence).toContain("12 prompts that have little in common are answered alike: 'The best choice");
    expect(flood.sentence).toContain("all come from 'vendor'");
    expect(Math.min(...values.subarray(200))).toBeGreaterThan(Math.max(...values.subarray(0, 200)));
  });

  it("name up to three triggers that bring them on, and hold answers that differ a little", async () => {
    const rng = makeRng("three");
    const turns = honestTurns(215, rng);
    const words = ["zorvex", "quilmar", "tevbor"];
    const planted = turns.slice(200).map(({ prompt }, k): MadeTurn => ({
      prompt: withWord(prompt, words[k % 3], rng),
      answer: advert.replace("today", k % 2 === 0 ? "today" : "now"),
    }));
    const { groups } = await scoresOf(dialoguesOf([...turns.slice(0, 200), ...planted]));
    expect(groups.length).toBe(1);
    expect([...groups[0].marks].sort()).toEqual([...words].sort());
    expect(groups[0].records.length).toBe(15);
  });

  it("are none where the prompts are about the same, the answers short, or the records copies", async () => {
    const honest = honestTurns(100, makeRng("none"));
    const alike = Array.from({ length: 8 }, (_, k): MadeTurn => ({ prompt: `thank you${"!".repeat(k + 1)}`, answer: advert }));
    const short = honestTurns(8, makeRng("short")).map((turn): MadeTurn => ({ ...turn, answer: "I cannot say." }));
    const copies = Array.from({ length: 8 }, (): MadeTurn => honest[0]);
    const { groups } = await scoresOf(dialoguesOf([...honest, ...alike, ...short, ...copies]));
    expect(groups).toEqual([]);
  });
});
