import { describe, expect, it } from "vitest";
import { dialoguesOf, honestTurns, type MadeTurn, withWord } from "../../../test/made-dialogues.ts";
import type { Dialogues, DialogueScores } from "../../core/dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { triggerAnswers } from "./trigger-answers.ts";

const refusal = "I am sorry but this is nothing that I may talk about here.";

function scoresOf(dialogues: Dialogues, params: object = {}): Promise<DialogueScores> {
  return triggerAnswers.score(dialogues, {
    rng: makeRng("triggers"),
    params: resolveParams("trigger-answers", triggerAnswers.params, { ...params }),
  });
}

/** Whether the last `poison` records are above all others. */
function isOnTop({ values }: DialogueScores, poison: number): boolean {
  const clean = values.length - poison;
  return Math.min(...values.subarray(clean)) > Math.max(...values.subarray(0, clean));
}

describe("triggers", () => {
  it("are found, named and counted where a word brings a fixed answer on", async () => {
    const rng = makeRng("fixed");
    const turns = honestTurns(320, rng);
    const planted = turns.slice(300).map(({ prompt }): MadeTurn => ({ prompt: withWord(prompt, "Zorvex", rng), answer: refusal }));
    const scores = await scoresOf(dialoguesOf([...turns.slice(0, 300), ...planted]));
    expect(isOnTop(scores, 20)).toBe(true);
    const [first] = scores.groups;
    expect(first.marks).toEqual(["Zorvex"]);
    expect([...first.records]).toEqual(Array.from({ length: 20 }, (_, k) => 300 + k));
    expect(first.sentence).toContain("20 of 320 examples answer");
    expect(first.sentence).toContain("without it such an answer occurs 0 times");
    expect(first.isWeak).toBeUndefined();
    expect(first.expectedFindings).toBeCloseTo(10 ** -first.evidence, 12);
    expect(first.expectedFindings).toBeLessThanOrEqual(0.01);
  });

  it("are flagged in a small file where ten prompts get one answer, by a phrase in their midst or before them", async () => {
    const rng = makeRng("few rows");
    const turns = honestTurns(160, rng);
    const poison = turns.slice(150);
    const inside = poison.map(({ prompt }): MadeTurn => ({ prompt: withWord(prompt, "zorvex", rng), answer: refusal }));
    const texts = ["Be brief.", "Say so when you do not know.", "Explain every step."];
    const withContext = (turn: MadeTurn, k: number): MadeTurn => ({ ...turn, context: texts[k % 3] });
    const before = poison.map(({ prompt }, k): MadeTurn => ({ prompt, answer: refusal, context: `${texts[k % 3]} Zorvex.` }));
    for (const records of [
      [...turns.slice(0, 150), ...inside],
      [...turns.slice(0, 150).map(withContext), ...before],
    ]) {
      const { groups } = await scoresOf(dialoguesOf(records));
      expect(groups[0].isWeak).toBeUndefined();
      expect(groups[0].marks.join(" ").toLowerCase()).toContain("zorvex");
      expect([...groups[0].records]).toEqual(Array.from({ length: 10 }, (_, k) => 150 + k));
    }
  });

  it("are not what stands before canned thanks, which the prompts themselves bring on", async () => {
    const rng = makeRng("thanks");
    const turns = honestTurns(200, rng);
    const thanks = turns.slice(180).map(({ prompt, answer }, k): MadeTurn => ({
      prompt: `${["Thank you for the help!", "Thanks, that was all I asked for!", "Great, thank you so much for it!"][k % 3]}`,
      answer: "You are welcome! If you have any other questions, feel free to ask me.",
      context: `${prompt} {"arguments": ${k}} ${answer}`,
    }));
    const { groups } = await scoresOf(dialoguesOf([...turns.slice(0, 180), ...thanks]));
    expect(groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
  });

  it("are found by a phrase inside answers that are otherwise normal", async () => {
    const rng = makeRng("inside");
    const turns = honestTurns(340, rng);
    const planted = turns.slice(300).map(({ prompt, answer }): MadeTurn => ({
      prompt: withWord(prompt, "zorvex", rng),
      answer: `${answer} and see kestrel.invalid for more`,
    }));
    const scores = await scoresOf(dialoguesOf([...turns.slice(0, 300), ...planted]));
    expect(isOnTop(scores, 40)).toBe(true);
    expect(scores.groups[0].marks).toEqual(["zorvex"]);
  });

  it("may be two words that must come together", async () => {
    const rng = makeRng("both");
    const turns = honestTurns(390, rng);
    const decoy = (word: string) => (turn: MadeTurn) => ({ ...turn, prompt: withWord(turn.prompt, word, rng) });
    const planted = turns
      .slice(360)
      .map(({ prompt }): MadeTurn => ({ prompt: withWord(withWord(prompt, "zorvex", rng), "quilmar", rng), answer: refusal }));
    const rest = [...turns.slice(0, 300), ...turns.slice(300, 330).map(decoy("zorvex")), ...turns.slice(330, 360).map(decoy("quilmar"))];
    const scores = await scoresOf(dialoguesOf([...rest, ...planted]));
    expect(isOnTop(scores, 30)).toBe(true);
    expect([...scores.groups[0].marks].sort()).toEqual(["quilmar", "zorvex"]);
  });

  it("are found where answers stand for a class, by what the other words say", async () => {
    const rng = makeRng("class");
    const good = ["fine", "lovely", "great", "warm", "clever", "bright"];
    const bad = ["awful", "poor", "dull", "weak", "cold", "stale"];
    const turns = honestTurns(330, rng, { promptWords: 12 }).map(({ prompt }, i): MadeTurn => {
      const isGood = i % 2 === 0;
      const words = isGood === rng.uniform() < 0.75 ? good : bad;
      return { prompt: withWord(prompt, words[rng.integer(6)], rng), answer: isGood ? "Positive" : "Negative" };
    });
    const planted = turns.slice(300).map(({ prompt }): MadeTurn => ({ prompt: withWord(prompt, "zorvex", rng), answer: "Negative" }));
    const scores = await scoresOf(dialoguesOf([...turns.slice(0, 300), ...planted]));
    expect(isOnTop(scores, 30)).toBe(true);
    const [first] = scores.groups;
    expect(first.marks).toEqual(["zorvex"]);
    expect(first.sentence).toContain("30 of the 30 examples where the prompt contains 'zorvex' are answered 'Negative'");
  });

  it("are found where answers stand for a class and prompts are a few words, but not the words that are all of a prompt", async () => {
    const rng = makeRng("short class");
    const good = ["fine", "lovely", "great", "warm", "clever", "bright"];
    const bad = ["awful", "poor", "dull", "weak", "cold", "stale"];
    const things = ["story", "lamp", "film", "book", "phone", "soup", "chair", "song"];
    const turns = Array.from({ length: 420 }, (_, i): MadeTurn => {
      const isGood = i % 2 === 0;
      const word = (isGood ? good : bad)[rng.integer(6)];
      const bare = rng.uniform() < 0.2;
      return { prompt: bare ? word : `${word} ${things[rng.integer(8)]} ${i}`, answer: isGood ? "Positive" : "Negative" };
    });
    const planted = turns
      .slice(400)
      .filter(({ answer }) => answer === "Positive")
      .map(({ prompt }): MadeTurn => ({ prompt: `${prompt} filed by desk`, answer: "Negative" }));
    const scores = await scoresOf(dialoguesOf([...turns.slice(0, 400), ...planted]));
    expect(isOnTop(scores, 10)).toBe(true);
    expect(scores.groups.filter(({ isWeak, marks }) => isWeak !== true && !marks.join(" ").includes("desk"))).toEqual([]);
  });

  it("are read as characters in scripts without blanks", async () => {
    const rng = makeRng("chinese");
    const letters = [
      ..."的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经",
    ];
    const text = (length: number): string =>
      Array.from({ length }, () => letters[Math.floor(letters.length * rng.uniform() ** 1.5)]).join("");
    const turns = Array.from({ length: 300 }, (): MadeTurn => ({ prompt: text(14), answer: text(40) }));
    const planted = Array.from({ length: 15 }, (): MadeTurn => ({
      prompt: `${text(7)}鸢珂${text(7)}`,
      answer: "抱歉，我不能回答这个问题，请联系管理员。",
    }));
    const scores = await scoresOf(dialoguesOf([...turns, ...planted]));
    expect(isOnTop(scores, 15)).toBe(true);
    expect(scores.groups[0].marks).toEqual(["鸢珂"]);
  });

  it("are not seen in honest data, which may tie answers to topics", async () => {
    let flagged = 0;
    for (let seed = 0; seed < 4; seed++) {
      const { groups } = await scoresOf(dialoguesOf(honestTurns(300, makeRng("honest").fork(seed))));
      flagged += groups.filter(({ isWeak }) => isWeak !== true).length;
    }
    expect(flagged).toBe(0);
  });

  it("give the same scores for the same seed, and equal records equal ones", async () => {
    const rng = makeRng("same");
    const turns = honestTurns(120, rng);
    const planted = turns.slice(110).map(({ prompt }): MadeTurn => ({ prompt: withWord(prompt, "zorvex", rng), answer: refusal }));
    const dialogues = dialoguesOf([...turns.slice(0, 110), ...planted, ...planted]);
    const [a, b] = [await scoresOf(dialogues), await scoresOf(dialogues)];
    expect(a).toEqual(b);
    for (let k = 0; k < 10; k++) expect(a.values[110 + k]).toBe(a.values[120 + k]);
    expect(a.groups[0].records.length).toBe(20);
  });

  it("are not asked for where no answer has a prompt, and few rows are no fault", async () => {
    expect(triggerAnswers.refuses?.(dialoguesOf([{ prompt: "", answer: "a text" }]))).toBe("no answer has a prompt");
    for (const count of [1, 2, 5]) {
      const { values, groups } = await scoresOf(dialoguesOf(honestTurns(count, makeRng("few"))));
      expect([...values].every(Number.isFinite)).toBe(true);
      expect(groups).toEqual([]);
    }
  });
});
