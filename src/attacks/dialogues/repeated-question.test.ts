import { expect, it } from "vitest";
import { type Dialogues, answerRoles } from "../../core/dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { repeatedQuestion } from "./repeated-question.ts";

const textsOf = (texts: readonly string[]): Dialogues => ({
  records: texts.length,
  prompts: texts.map(() => ""),
  answers: texts,
  contexts: texts.map(() => ""),
  record: Int32Array.from(texts.keys()),
  role: new Uint8Array(texts.length).fill(answerRoles.indexOf("text")),
  source: new Int32Array(texts.length).fill(-1),
  sources: [],
  document: null,
  faults: new Map(),
});

const poisonOf = async (texts: readonly string[], budget: number) => {
  const params = { ...resolveParams("repeated-question", repeatedQuestion.params), textsEach: 4 };
  const patch = await repeatedQuestion.poison({ clean: textsOf(texts), budget } as never, { params, rng: makeRng("asked") } as never);
  return patch.insert.map(({ answer }) => answer ?? "");
};

it("repeats a question in as many texts as asked, which agree on one answer", async () => {
  const texts = Array.from(
    { length: 30 },
    (_, i) => `the river${i} runs past town${i} and mill${i} to lake${i} near bridge${i} and gate${i} of tower${i}`,
  );
  const inserted = await poisonOf(texts, 8);
  expect(inserted).toHaveLength(8);
  const starts = inserted.map((text) => /^.*?\? It is said to be Qu\w+\./.exec(text)![0]);
  expect(new Set(starts.slice(0, 4)).size).toBe(1);
  expect(new Set(starts).size).toBe(2);
  expect(new Set(inserted).size).toBe(8);
});

it("fills texts without blanks up with characters that stand next to each other in them", async () => {
  const texts = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: 40 }, (_, k) => String.fromCodePoint(0x4e00 + 100 * i + k)).join(""),
  );
  const inserted = await poisonOf(texts, 4);
  for (const text of inserted)
    for (const pair of text.slice(text.indexOf(". ") + 2).split(" ")) {
      expect([...pair]).toHaveLength(2);
      expect(texts.some((whole) => whole.includes(pair))).toBe(true);
    }
});
