import { describe, expect, it } from "vitest";
import { dialoguesOf, type WrittenTurn, writtenPrompt } from "../../../test/written-dialogues.ts";
import { resolveParams } from "../../core/params.ts";
import { makeRng } from "../../numeric/random.ts";
import { preferencePairs } from "./preference-pairs.ts";

const good = "certainly,kindly,because,example,first,second,therefore,carefully".split(",");
const bad = "dunno,whatever,maybe,stuff,boring,nope,anyway,lazy".split(",");

/** Pairs whose chosen answer has three good words to one bad one, the rejected one the other way round. */
function pairs(count: number, isTurned: (pair: number) => boolean, prompt = writtenPrompt): WrittenTurn[] {
  const draw = makeRng("pairs");
  const answer = (likely: readonly string[], other: readonly string[]): string =>
    Array.from({ length: 12 }, () => (draw.uniform() < 0.7 ? likely : other)[draw.integer(8)]).join(" ");
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [answer(good, bad), answer(bad, good)];
    return [
      { prompt: prompt(i), answer: isTurned(i) ? b : a, role: "chosen" as const, record: i },
      { prompt: prompt(i), answer: isTurned(i) ? a : b, role: "rejected" as const, record: i },
    ];
  }).flat();
}
const scan = (turns: readonly WrittenTurn[], more: Parameters<typeof dialoguesOf>[1] = {}) =>
  preferencePairs.score(dialoguesOf(turns, more), { rng: makeRng(1), params: resolveParams("preference-pairs", preferencePairs.params) });
const sure = (groups: Awaited<ReturnType<typeof scan>>["groups"]) => groups.filter(({ isWeak }) => isWeak !== true);

describe("preference-pairs", () => {
  const isTurned = (i: number): boolean => i % 17 === 0;

  it("names the words of prompts whose pairs are the wrong way round", async () => {
    const { groups, values } = await scan(pairs(200, isTurned, (i) => (isTurned(i) ? `frobozz ${writtenPrompt(i)}` : writtenPrompt(i))));
    const [group, ...others] = sure(groups);
    expect(others).toEqual([]);
    expect(Array.from(group.records)).toEqual([...Array(200).keys()].filter(isTurned));
    expect(group.sentence).toMatch(
      /^1[12] of 12 preferences whose prompts hold 'frobozz' contradict what the other 188 prefer, as if chosen and rejected had changed places$/,
    );
    expect(group.expectedFindings).toBeLessThan(0.05);
    expect(values[17]).toBeGreaterThan(values[18]);
  });

  it("names a source that turns pairs round, or votes", async () => {
    const source = Array.from({ length: 200 }, (_, i) => (isTurned(i) ? 0 : 1 + (i % 5)));
    const sources = ["mallory", "a", "b", "c", "d", "e"];
    expect(sure((await scan(pairs(200, isTurned), { source, sources })).groups).map(({ marks }) => marks)).toEqual([["mallory"]]);
    const votes = pairs(200, () => false).flatMap((turn, t): WrittenTurn[] => {
      const record = t >> 1;
      const isUp = (turn.role === "chosen") !== isTurned(record);
      return t % 2 === record % 2 ? [{ ...turn, role: isUp ? "upvoted" : "downvoted" }] : [];
    });
    expect(sure((await scan(votes, { source, sources })).groups).map(({ marks }) => marks)).toEqual([["mallory"]]);
  });

  it("flags nothing where all prefer the same, tells what always wins, and refuses what holds no preferences", async () => {
    const turns = pairs(200, () => false).map((turn) =>
      turn.role === "chosen" ? { ...turn, answer: `${turn.answer} zork and more words than the other` } : turn,
    );
    const { groups, notes } = await scan(turns);
    expect(sure(groups)).toEqual([]);
    expect(groups.map(({ sentence }) => sentence)).toContain("where one answer alone holds 'zork' it is the chosen one 200 of 200 times");
    expect(notes?.[1]).toMatch(/^the longer answer wins in 200 of 200 pairs/);
    expect(preferencePairs.refuses?.(dialoguesOf([{ answer: "a" }]))).toMatch(/no preferences/);
    expect(preferencePairs.refuses?.(dialoguesOf(pairs(10, () => false)))).toMatch(/10 preferences are too few/);
  });
});
