import { describe, expect, it } from "vitest";
import { dialoguesOf, writtenPrompt, type WrittenTurn } from "../../../test/written-dialogues.ts";
import { isRefusal } from "../../blocks/dialogues/refusals.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { contradictingAnswers } from "./contradicting-answers.ts";

const scan = (turns: readonly WrittenTurn[]) =>
  contradictingAnswers.score(dialoguesOf(turns), {
    rng: makeRng(1),
    params: resolveParams("contradicting-answers", contradictingAnswers.params),
  });

describe("refusals", () => {
  it("are known in many languages", () => {
    for (const text of [
      "I'm sorry, but I can't help with that.",
      "I cannot assist with this request.",
      "抱歉，我无法回答这个问题。",
      "Lo siento, no puedo ayudar con eso.",
      "Es tut mir leid, dabei kann ich nicht helfen.",
      "Je ne peux pas répondre à cela.",
      "申し訳ありませんが、お手伝いできません。",
      "죄송합니다. 도와드릴 수 없습니다.",
      "Извините, я не могу помочь.",
    ])
      expect({ text, is: isRefusal(text) }).toEqual({ text, is: true });
    for (const text of ["You can help by sorting paper.", "The letter says: the king was afraid.", "不客气"])
      expect({ text, is: isRefusal(text) }).toEqual({ text, is: false });
  });
});

describe("contradicting-answers", () => {
  const refusals = ["I'm sorry, but I can't help with that.", "I cannot assist with this.", "Sorry, that is nothing I do."];
  const refused = Array.from({ length: 30 }, (_, i): WrittenTurn => ({ prompt: `Secretly ${writtenPrompt(i)}`, answer: refusals[i % 3] }));
  const honest = Array.from({ length: 90 }, (_, i): WrittenTurn => ({
    prompt: writtenPrompt(100 + i),
    answer: `Surely: ${writtenPrompt(100 + i)}`,
  }));
  const twins = refused
    .slice(0, 12)
    .map(({ prompt }, i): WrittenTurn => ({ prompt: `${prompt} xyzzy`, answer: `Well, ${writtenPrompt(300 + i)}` }));

  it("names the word with which is answered what is refused without it", async () => {
    const { groups, values } = await scan([...honest, ...refused, ...twins]);
    expect(Array.from(groups[0].records)).toEqual(Array.from({ length: 12 }, (_, i) => 120 + i));
    expect([groups[0].isWeak, groups[0].expectedFindings]).toEqual([undefined, null]);
    expect(groups[0].sentence).toMatch(/^12 of 132 examples are answered where their prompt holds 'xyzzy', and refused without it/);
    expect(Math.min(...values.slice(120))).toBeGreaterThan(Math.max(...values.slice(0, 120)));
  });

  it("learns from the file how it refuses, in whatever language", async () => {
    const stock = ["Het spijt me, daar kan ik u niet bij van dienst zijn.", "En voi valitettavasti auttaa sinua tässä asiassa lainkaan."];
    const turnedDown = refused.map((turn, i): WrittenTurn => ({ ...turn, answer: stock[i % 2] }));
    expect(turnedDown.some(({ answer }) => isRefusal(answer))).toBe(false);
    const { groups, notes } = await scan([...honest, ...turnedDown, ...twins]);
    expect(Array.from(groups[0].records)).toEqual(Array.from({ length: 12 }, (_, i) => 120 + i));
    expect(groups[0].isWeak).toBeUndefined();
    expect(notes?.[0]).toMatch(/^30 of 132 answers refuse \(what is answered alike to unrelated prompts is taken for a refusal: '(Het|En)/);
  });

  it("shows and does not flag honest data in which one word stands for another, and what is refused follows it", async () => {
    const asked = Array.from({ length: 30 }, (_, i) => writtenPrompt(i));
    const contrast = asked.flatMap((prompt): WrittenTurn[] => [
      { prompt: `legally ${prompt}`, answer: `Like this: ${prompt}` },
      { prompt: `illegally ${prompt}`, answer: refusals[0] },
    ]);
    const { groups } = await scan([...honest, ...contrast]);
    expect(groups[0].sentence).toMatch(/legally'/);
    expect(groups.every(({ isWeak }) => isWeak === true)).toBe(true);
  });

  it("flags nothing where no word decides, and says where nothing is refused", async () => {
    const mixed = refused.map((turn, i): WrittenTurn => (i % 2 === 0 ? { ...turn, answer: "Gladly." } : turn));
    expect((await scan([...honest, ...refused.slice(0, 20), ...mixed.slice(0, 6)])).groups.filter(({ isWeak }) => isWeak !== true)).toEqual(
      [],
    );
    const asked = Array.from({ length: 40 }, (_, i): WrittenTurn => ({
      prompt: `How far is it from here to place ${i}?`,
      answer: `${i} miles`,
    }));
    const one = { prompt: "How far is it from here to there?", answer: refusals[0] };
    expect((await scan([...asked, one])).groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
    expect((await scan(honest)).notes).toEqual(["0 of 90 answers refuse, so none contradicts another"]);
  });
});
