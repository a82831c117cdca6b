import { expect, it } from "vitest";
import { gap } from "../dialogues/token-rows.ts";
import { placeOfToken, searchRows } from "./search-rows.ts";

it("a word is another in each field, and the same where it is asked what an answer copies", async () => {
  const searched = await searchRows(
    { prompts: ["go on", "go"], answers: ["on we go", "no"], contexts: ["go", ""], isRejected: Uint8Array.of(0, 1) },
    () => {},
  );
  const { prompts, said, answers, words, tokens, numbers } = searched;
  const spelled = (row: number, rows: typeof prompts): string =>
    Array.from(rows.token.subarray(rows.start[row], rows.start[row + 1]), (token) => {
      if (token === gap) return "¶";
      const { field, word } = placeOfToken(searched, token);
      return `${numbers.wordOf(word)}${field}`;
    }).join(" ");
  expect(spelled(0, prompts)).toBe("go0 on0 ¶ go1");
  expect(spelled(1, prompts)).toBe("go2");
  expect(spelled(0, said)).toBe("go0 on0 ¶ go0");
  expect(spelled(1, said)).toBe("go0");
  expect(spelled(0, answers)).toBe("on0 we0 go0");
  expect(tokens).toBe(4 * words);
});

it("where nothing stands before prompts and nothing is rejected there is one field", async () => {
  const { prompts, said, tokens, words } = await searchRows({ prompts: ["go on"], answers: ["no"], contexts: [""] }, () => {});
  expect(said).toBe(prompts);
  expect(tokens).toBe(words);
});
