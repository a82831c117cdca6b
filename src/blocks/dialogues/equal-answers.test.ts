import { expect, it } from "vitest";
import { honestTurns } from "../../../test/made-dialogues.ts";
import { makeRng } from "../../numeric/random.ts";
import { equalAnswers } from "./equal-answers.ts";
import { weightedRows } from "./sparse-rows.ts";
import { makeTokenNumbers } from "./token-numbers.ts";
import { tokenRows } from "./token-rows.ts";

it("groups answers that are equal or nearly so, and no others", () => {
  const texts = honestTurns(60, makeRng("equal")).map(({ answer }) => answer);
  for (const i of [3, 17, 40]) texts[i] = texts[5];
  for (const i of [8, 9, 22, 51]) texts[i] = `${texts[30]} ${i}`;
  for (const i of [12, 13, 14, 15]) texts[i] = "too short";
  const numbers = makeTokenNumbers();
  const answers = tokenRows(texts, 100, numbers);
  const groups = equalAnswers(answers, weightedRows(answers, numbers.count(), null), numbers.count(), { shortest: 8, least: 4 });
  expect(groups.map((group) => [...group])).toEqual([
    [8, 9, 22, 30, 51],
    [3, 5, 17, 40],
  ]);
});
