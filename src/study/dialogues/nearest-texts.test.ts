import { describe, expect, it } from "vitest";
import { dialoguesOf } from "../../../test/written-dialogues.ts";
import { repeatedQuestion } from "../../attacks/dialogues/repeated-question.ts";
import { applyDialoguePoison } from "../../core/apply/apply-dialogues.ts";
import { findDialogueBreach } from "../../core/guard/dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { areTexts, nearestTexts } from "./nearest-texts.ts";
import type { StandInSetup } from "./stand-in.ts";

const draw = makeRng("texts");
const word = (): string => Array.from({ length: 3 }, () => "ba,do,ki,lu,me,no,pra,qui,ros,sta".split(",")[draw.integer(10)]).join("");
const vocabulary = Array.from({ length: 400 }, word);
const texts = dialoguesOf(
  Array.from({ length: 120 }, () => ({
    answer: Array.from({ length: 25 }, () => vocabulary[Math.floor(400 * draw.uniform() ** 2)]).join(" "),
    role: "text" as const,
  })),
);
const setup = { train: texts, test: texts } as StandInSetup;
const poisonOf = (budget: number, textsEach = 5) =>
  repeatedQuestion.poison(
    { clean: texts, budget },
    { rng: makeRng("attack"), params: resolveParams(repeatedQuestion.id, { ...repeatedQuestion.params }, { textsEach }) },
  );

describe("retrieval texts in a study", () => {
  it("are dosed by texts that repeat a question and agree, within their budget", async () => {
    const poison = await poisonOf(12);
    expect(poison.insert).toHaveLength(12);
    expect(new Set(poison.insert.map(({ like }) => like)).size).toBe(12);
    const questions = poison.insert.map(({ answer }) => answer!.slice(0, answer!.indexOf("?")));
    expect([...new Set(questions)].map((question) => questions.filter((one) => one === question).length)).toEqual([5, 5, 2]);
    for (const { answer } of poison.insert) expect(answer).toMatch(/\? It is said to be Qu[a-z]+\. /);
    expect(findDialogueBreach({ poison, clean: texts, threat: repeatedQuestion.threat, budget: 12 })).toBeNull();
    expect(repeatedQuestion.refuses?.(dialoguesOf([{ prompt: "a", answer: "b" }]))).toMatch(/fewer than two texts/);
  });

  it("are found by questions about them, and taken over by five texts a question and seldom by two", async () => {
    expect(areTexts(texts)).toBe(true);
    const untouched = { poison: null, left: null };
    const standIn = await nearestTexts(setup, { rng: makeRng(1) });
    const clean = await standIn.look({ ...untouched, dialogues: texts, written: new Uint8Array(120) }, null, {});
    expect(clean.metrics["accuracy"]).toBeGreaterThan(0.95);
    for (const [each, least, most] of [
      [5, 1, 1],
      [2, 0, 0.25],
    ]) {
      const poison = await poisonOf(20, each);
      const dialogues = applyDialoguePoison(texts, poison);
      const written = Uint8Array.from(dialogues.answers.keys(), (turn) => (turn < 120 ? 0 : 1));
      const triggered = poison.insert.map(({ like, answer }) => ({ turn: like, prompt: "", answer: answer! }));
      const { metrics } = await standIn.look({ dialogues, written, poison, left: null }, triggered, {});
      expect(metrics["attackSuccessRate"]).toBeGreaterThanOrEqual(least);
      expect(metrics["attackSuccessRate"]).toBeLessThanOrEqual(most);
      expect(metrics["untriggeredRate"]).toBeLessThan(0.1);
      // Without what the attacker wrote its questions find honest texts.
      const left = await standIn.look({ ...untouched, dialogues: texts, written: new Uint8Array(120) }, triggered, {});
      expect(left.metrics).toMatchObject({ attackSuccessRate: 0, accuracy: clean.metrics["accuracy"] });
    }
  });

  it("are too few to look for one among them, which is said", async () => {
    const few = dialoguesOf([{ answer: "a b c", role: "text" }]);
    await expect(nearestTexts({ ...setup, train: few }, { rng: makeRng(1) })).rejects.toThrow("1 texts are too few");
  });
});
