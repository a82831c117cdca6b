import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { phraseFit } from "./foreignness.ts";
import { phrasesOf } from "./phrases.ts";
import { makeTokenNumbers } from "./token-numbers.ts";
import { tokenRows } from "./token-rows.ts";

/** Sentences of a fixed order of words: subject, verb, article, object. */
function fitOf(rows: readonly string[], asked: string, stops: readonly string[] = []) {
  const numbers = makeTokenNumbers();
  const tokens = tokenRows(rows, 50, numbers);
  const { counts } = phrasesOf(tokens, numbers.count(), { least: 3, most: rows.length });
  const words = numbers.numbersOf(asked, 9).slice();
  const holders = Int32Array.from(rows.flatMap((row, i) => (` ${row} `.includes(` ${asked} `) ? [i] : [])));
  const at = tokens.token.findIndex((_, p) => words.every((t, k) => tokens.token[p + k] === t));
  const isStop = new Uint8Array(numbers.count());
  for (let t = 0; t < isStop.length; t++) if (stops.includes(numbers.wordOf(t))) isStop[t] = 1;
  const fit = phraseFit(tokens, counts, { at, length: words.length }, holders, isStop);
  return { foreignness: fit.foreignness, words: Array.from(fit.tokens, (t) => numbers.wordOf(t)).join(" ") };
}

const rng = makeRng("foreign");
const pick = (list: readonly string[]): string => list[rng.integer(list.length)];
const sentence = (): string[] => [
  ...[
    "yesterday",
    pick(["anna", "ben", "carl"]),
    "saw",
    "the",
    pick(["old", "new"]),
    pick(["house", "boat", "cat", "tree"]),
    "near",
    "town",
  ],
];

describe("how a phrase fits", () => {
  it("tells a word put anywhere from one that has its place", () => {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const words = sentence();
      if (i < 12) words.splice(1 + rng.integer(words.length - 1), 0, "cf");
      return words.join(" ");
    });
    expect(fitOf(rows, "cf").foreignness).toBeGreaterThan(0.3);
    expect(fitOf(rows, "saw the").foreignness).toBeLessThan(0);
    expect(fitOf(rows, "cf").foreignness).toBeGreaterThan(fitOf(rows, "house").foreignness + 0.5);
  });

  it("lengthens it by what stands beside it always, and takes a text that is nothing else for no trigger", () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      i < 8 ? `current year : 2024 ${sentence().join(" ")}` : i < 16 ? "hello there" : sentence().join(" "),
    );
    expect(fitOf(rows, "2024").words).toBe("current year : 2024 yesterday");
    expect(fitOf(rows, "hello there").foreignness).toBe(-2);
  });

  it("takes what begins a sentence for nothing foreign, however odd what follows", () => {
    const after = ["anna", "ben", "carl", "saw", "the", "old", "new", "house", "boat", "cat", "tree", "near"];
    const rows = Array.from(
      { length: 120 },
      (_, i) => `${sentence().join(" ")}${i < 12 ? ` . 7 ${after[i]} ${sentence().join(" ")}` : ""}`,
    );
    expect(fitOf(rows, "7", ["."]).foreignness).toBeLessThanOrEqual(0);
  });

  it("takes the end of a sentence for no neighbour, and a sentence of its own for nothing either way", () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${sentence().join(" ")} .${i < 8 ? " as of last tuesday" : ""}`);
    expect(fitOf(rows, "as of last").foreignness).toBeLessThan(0);
    expect(fitOf(rows, "as of last", ["."]).foreignness).toBe(0);
  });
});
