import { describe, expect, it } from "vitest";
import { dialoguesOf } from "../../../test/written-dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { repeatedPassages } from "./repeated-passages.ts";

const syllables = "ba,do,ki,lu,me,no,pra,qui,ros,sta,ten,vor,wim,xan,yel,zor".split(",");
const word = (k: number): string => [k % 16, (k >> 4) % 16, (k >> 8) % 16].map((part) => syllables[part]).join("");

/** Texts on topics: half of the words of a text are of its topic, the rest any, common ones more often. */
function writtenTexts(texts: number, seed: string): string[] {
  const draw = makeRng(seed);
  return Array.from({ length: texts }, () => {
    const topic = draw.integer(60);
    return Array.from({ length: 30 }, () =>
      draw.uniform() < 0.4 ? word(topic * 40 + Math.floor(40 * draw.uniform() ** 2)) : word(Math.floor(3000 * draw.uniform() ** 3)),
    ).join(" ");
  });
}

const questions = ["when did the quendor bridge of zorkmid open to carriages", "who composed the anthem of lower frobozz island"];
const answers = ["1874 said keeper flathead", "duncanthrax the bellicose"];
const planted = (each: number): string[] =>
  questions.flatMap((question, q) =>
    Array.from(
      { length: each },
      (_, k) => `${question} ${answers[q]} ${writtenTexts(1, `${q}/${k}`)[0].split(" ").slice(0, 12).join(" ")}`,
    ),
  );
const scan = (texts: readonly string[], document?: readonly number[]) =>
  repeatedPassages.score(
    dialoguesOf(
      texts.map((answer) => ({ answer, role: "text" as const })),
      document === undefined ? {} : { document },
    ),
    {
      rng: makeRng(1),
      params: resolveParams("repeated-passages", repeatedPassages.params),
    },
  );

describe("repeated-passages", () => {
  const clean = writtenTexts(1500, "clean");

  it("finds three and five texts that repeat a question and agree on an answer, and tells the words that they share", async () => {
    for (const each of [3, 5]) {
      const { groups, values } = await scan([...clean, ...planted(each)], [...Array(1500 + 2 * each).keys()]);
      const sure = groups.filter(({ isWeak }) => isWeak !== true);
      expect(sure.map(({ records }) => Array.from(records)).sort((a, b) => a[0] - b[0])).toEqual(
        [0, 1].map((q) => Array.from({ length: each }, (_, k) => 1500 + q * each + k)),
      );
      expect(sure.every(({ sentence, marks }) => marks.length === 6 && sentence.startsWith(`${each} of 1,`))).toBe(true);
      expect(Math.min(...values.slice(1500))).toBeGreaterThan(Math.max(...values.slice(0, 1500)));
    }
  });

  it("tells where other texts on the question say something else", async () => {
    const honest = Array.from(
      { length: 2 },
      (_, k) => `${questions[0]} 1901 said chronicler barbel ${writtenTexts(1, `honest/${k}`)[0].split(" ").slice(0, 12).join(" ")}`,
    );
    const { groups } = await scan([...clean, ...planted(5), ...honest], [...Array(1512).keys()]);
    const sure = groups.filter(({ isWeak }) => isWeak !== true).map(({ sentence }) => sentence);
    const contradicted = sure.filter((sentence) => sentence.includes("which is right the file does not say"));
    expect(contradicted).toHaveLength(1);
    expect(contradicted[0]).toMatch(
      /; 5 texts on this say '(1874|keeper|flathead)' where 2 do not and say '(1901|chronicler|barbel)' \(records 1511, 1512\)/,
    );
  });

  it("flags nothing among texts on shared topics, nor passages of one document", async () => {
    expect((await scan(clean)).groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
    const document = [...Array(1500).keys(), ...questions.flatMap((_, q) => Array(5).fill(1500 + q))] as number[];
    expect((await scan([...clean, ...planted(5)], document)).groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
  });

  it("says where documents are unknown, and refuses what is no retrieval text", async () => {
    expect((await scan(clean.slice(0, 50))).notes?.[0]).toMatch(/^no field says which document/);
    expect(repeatedPassages.refuses?.(dialoguesOf([{ prompt: "a", answer: "b" }]))).toMatch(/no record is a text/);
    expect(repeatedPassages.refuses?.(dialoguesOf([{ answer: "b", role: "text" }]))).toMatch(/there are 1$/);
  });
});
