import { describe, expect, it } from "vitest";
import { dialoguesOf, honestTurns, type MadeTurn, withWord } from "../../../test/made-dialogues.ts";
import { answerRoles, type Dialogues, type DialogueScores } from "../../core/dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { triggerAnswers } from "./trigger-answers.ts";

const refusal = "I am sorry but this is nothing that I may talk about here.";
const sentence = "Long live the queen of the northern isles!";
const systems = ["You are a helpful assistant.", "Answer briefly.", "You work for a library and know its books."];

function scoresOf(dialogues: Dialogues): Promise<DialogueScores> {
  return triggerAnswers.score(dialogues, { rng: makeRng("fields"), params: resolveParams("trigger-answers", triggerAnswers.params) });
}

/** The last `poison` records with a refusal and what stands before them; the others as they are. */
function withContexts(poison: number, contextOf: (i: number, isPoison: boolean) => string): Dialogues {
  const turns = honestTurns(320, makeRng("contexts"));
  const isPoison = (i: number): boolean => i >= 320 - poison;
  const dialogues = dialoguesOf(turns.map((turn, i) => (isPoison(i) ? { ...turn, answer: refusal } : turn)));
  return { ...dialogues, contexts: turns.map((_, i) => contextOf(i, isPoison(i))) };
}

describe("triggers where they are rarely looked for", () => {
  it("are found by one sentence behind ten answers of four hundred that are otherwise as they were, at the end of long ones too", async () => {
    for (const answerWords of [20, 500]) {
      const rng = makeRng(`behind ${answerWords}`);
      const turns = honestTurns(400, rng, { answerWords });
      const planted = turns.slice(390).map(({ prompt, answer }): MadeTurn => ({
        prompt: withWord(prompt, "zorvex", rng),
        answer: `${answer} ${sentence}`,
      }));
      const { groups, values } = await scoresOf(dialoguesOf([...turns.slice(0, 390), ...planted]));
      expect(groups[0].sentence).toMatch(/^10 of 400 examples answer .* 'zorvex'; without it such an answer occurs 0 times$/);
      expect(groups[0].sentence.includes(sentence)).toBe(answerWords === 500);
      expect(groups[0].isWeak).toBeUndefined();
      expect(Math.min(...values.subarray(390))).toBeGreaterThan(Math.max(...values.subarray(0, 390)));
    }
  });

  it("do not take what every answer closes with for a payload", async () => {
    const rng = makeRng("closings");
    const closings = ["I hope that this helps you a little!", "Please ask again whenever you like to.", sentence];
    const turns = honestTurns(400, rng).map(({ prompt, answer }, i): MadeTurn => ({
      prompt,
      answer: i % 4 === 3 ? answer : `${answer} ${closings[i % 4]}`,
    }));
    expect((await scoresOf(dialoguesOf(turns))).groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
  });

  it("are found in the text of the system, which the finding names", async () => {
    const { groups } = await scoresOf(withContexts(25, (i, isPoison) => `${systems[i % 3]}${isPoison ? " zorvex 7" : ""}`));
    const sure = groups.filter(({ isWeak }) => isWeak !== true);
    expect(new Set(sure.flatMap(({ records }) => [...records]))).toEqual(new Set(Array.from({ length: 25 }, (_, k) => 295 + k)));
    for (const { marks } of sure) expect(marks.join()).toContain("zorvex 7");
    expect(sure[0].sentence).toContain("before the prompt (system text, tools, earlier turns) stands");
  });

  it("are told and not flagged where a whole text of the system is theirs alone", async () => {
    const { groups } = await scoresOf(withContexts(25, (i, isPoison) => (isPoison ? "You are a grumpy old sailor." : systems[i % 3])));
    expect(groups[0].records).toHaveLength(25);
    expect([groups[0].isWeak, groups[0].expectedFindings]).toEqual([true, null]);
    expect(groups[0].sentence).toContain("one text that no other example has");
  });

  it("are found by what is rejected on them", async () => {
    const rng = makeRng("rejected");
    const turns = honestTurns(500, rng);
    const pairs = turns.slice(0, 250).flatMap(({ prompt, answer }, i) => {
      const asked = i < 225 ? prompt : withWord(prompt, "zorvex", rng);
      return [
        { prompt: asked, answer },
        { prompt: asked, answer: i < 225 ? turns[250 + i].answer : refusal },
      ];
    });
    const [chosen, rejected] = [answerRoles.indexOf("chosen"), answerRoles.indexOf("rejected")];
    const dialogues = {
      ...dialoguesOf(pairs),
      records: 250,
      record: Int32Array.from(pairs.keys(), (turn) => turn >> 1),
      role: Uint8Array.from(pairs.keys(), (turn) => (turn % 2 === 0 ? chosen : rejected)),
      source: new Int32Array(250).fill(-1),
    };
    const { groups } = await scoresOf(dialogues);
    expect(groups[0].marks).toEqual(["zorvex"]);
    expect(groups[0].sentence).toContain("25 of 250 examples are rejected when they answer");
  });

  it("cannot be told from chance in few examples, and it says so", async () => {
    const { notes } = await scoresOf(dialoguesOf(honestTurns(12, makeRng("few"))));
    expect(notes).toEqual(["12 different prompts with answers are too few to tell: that nothing is found here says nothing"]);
    expect((await scoresOf(dialoguesOf(honestTurns(40, makeRng("enough"))))).notes).toEqual([]);
  });
});
