import { describe, expect, it } from "vitest";
import { dialoguesOf, type WrittenTurn } from "../../../test/written-dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { foreignTokens } from "./foreign-tokens.ts";

const syllables = "ba,do,ki,lu,me,no,pra,qui,ros,sta,ten,vor,wim,xan,yel,zor".split(",");

/** Prompts of a chain of words: each of 400 words goes on with one of five others most of the time. */
function chained(prompts: number, seed: string): string[] {
  const draw = makeRng(seed);
  const word = (w: number): string => syllables[w % 16] + syllables[(w >> 4) % 16] + (w > 255 ? "s" : "");
  return Array.from({ length: prompts }, () => {
    let w = 4 * draw.integer(100);
    return Array.from({ length: 9 + draw.integer(6) }, () => {
      const written = word(w);
      w = draw.uniform() < 0.85 ? (w * 5 + 1 + draw.integer(5)) % 400 : Math.floor(400 * draw.uniform() ** 2);
      return written;
    }).join(" ");
  });
}

const scan = (prompts: readonly string[]) =>
  foreignTokens.score(dialoguesOf(prompts.map((prompt, i): WrittenTurn => ({ prompt, answer: `${i}` }))), {
    rng: makeRng(1),
    params: resolveParams("foreign-tokens", foreignTokens.params),
  });

describe("foreign-tokens", () => {
  const clean = chained(1200, "clean");
  const withWord = (word: string, place: "start" | "middle"): string[] =>
    clean.map((prompt, i) => {
      if (i % 40 !== 3) return prompt;
      const words = prompt.split(" ");
      words.splice(place === "start" ? 0 : 2 + (i % 5), 0, word);
      return words.join(" ");
    });

  it("names a word that was put into unrelated prompts, at their start or within them", async () => {
    for (const place of ["start", "middle"] as const) {
      const { groups, values } = await scan(withWord("xyzzy", place));
      const [group, ...others] = groups;
      expect(others.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
      expect(group.expectedFindings).toBeLessThan(0.5);
      expect(group.marks).toEqual(["xyzzy"]);
      expect(Array.from(group.records)).toEqual([...Array(1200).keys()].filter((i) => i % 40 === 3));
      expect(group.sentence).toMatch(/^30 of 1,200 examples hold 'xyzzy' in prompts that read better without it/);
      expect(values[3]).toBeGreaterThan(Math.max(...values.filter((_, i) => i % 40 !== 3)));
    }
  });

  it("flags nothing among words that go on as they do, and refuses few prompts", async () => {
    for (const seed of ["a", "b", "c"]) expect((await scan(chained(600, seed))).groups.filter(({ isWeak }) => isWeak !== true)).toEqual([]);
    expect(foreignTokens.refuses?.(dialoguesOf([{ prompt: "a", answer: "b" }]))).toMatch(/^1 prompts are too few/);
  });
});
