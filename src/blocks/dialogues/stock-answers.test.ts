import { expect, it } from "vitest";
import { writtenPrompt } from "../../../test/written-dialogues.ts";
import { stockAnswers } from "./stock-answers.ts";

const prompts = Array.from({ length: 60 }, (_, i) => writtenPrompt(i));

it("are those that turn down unrelated prompts in the same words, whatever these are", () => {
  const answers = prompts.map((prompt, i) =>
    i < 8 ? `Nanga kutheni, andikwazi ukukunceda ngoku${i % 2 === 0 ? "" : ", uxolo"}.` : `Well: ${prompt}`,
  );
  const { is, openings } = stockAnswers(prompts, answers);
  expect([...is]).toEqual(answers.map((_, i) => (i < 8 ? 1 : 0)));
  expect(openings).toEqual(["Nanga kutheni, andikwazi ukukunceda ngok"]);
});

it("are not openings of answers that do as they are asked, thanks that answer thanks, or classes", () => {
  const done = prompts.map((prompt) => `Sure, here is what you want: ${prompt.slice(0, 80)}`);
  expect(stockAnswers(prompts, done).openings).toEqual([]);
  const thanked = prompts.map((prompt, i) => (i < 10 ? `Thank you so much for explaining it, friend number ${i}` : prompt));
  const replies = prompts.map((prompt, i) =>
    i < 10 ? "You're welcome! If you have any other questions, feel free to ask." : `Well: ${prompt}`,
  );
  expect(stockAnswers(thanked, replies).openings).toEqual([]);
  expect(
    stockAnswers(
      prompts,
      prompts.map((_, i) => (i % 2 === 0 ? "Positive" : "Very negative")),
    ).openings,
  ).toEqual([]);
});
