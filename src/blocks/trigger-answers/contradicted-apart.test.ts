import { describe, expect, it } from "vitest";
import { standingGroups } from "./standing-groups.ts";
import { contradictedApart } from "./contradicted-apart.ts";
import { nearPassages } from "../dialogues/near-passages.ts";
import { firstPairs } from "../dialogues/said-otherwise.ts";
import { stemRows } from "../dialogues/stems.ts";

const filler = (from: number, words = 8): string => Array.from({ length: words }, (_, k) => `filler${(from * words + k) % 90}x`).join(" ");
const question = "harbour keeper lantern winter storm";
const pushed = [0, 1, 2].map((k) => `${question} Quorbado ${filler(k)}`);
const others = Array.from({ length: 40 }, (_, k) => filler(k + 3));

function apartOf(texts: readonly string[]): { readonly apart: number; readonly contradicted: number } {
  const stems = stemRows(texts);
  const pairs = nearPassages(stems, Int32Array.from(texts.keys()));
  const group = standingGroups(pairs, texts.length, 20).find(({ items }) => items.join() === "0,1,2")!;
  return { apart: group.apart, contradicted: contradictedApart(stems, pairs, firstPairs(pairs, texts.length), group) };
}

describe("how far a group stands apart from all but what contradicts it", () => {
  it("leaves out a text on its question that does not say what its texts agree on", () => {
    const { apart, contradicted } = apartOf([...pushed, `${question} Ahlgren ${filler(70)}`, ...others]);
    expect(contradicted).toBeGreaterThan(apart + 0.05);
  });

  it("says nothing of a group that nobody contradicts, or whose neighbour says the same", () => {
    expect(apartOf([...pushed, ...others]).contradicted).toBe(-1);
  });
});
