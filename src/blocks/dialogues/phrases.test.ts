import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phrasesOf } from "./phrases.ts";
import { makeTokenNumbers } from "./token-numbers.ts";
import { gap, tokenRows, withoutTemplate } from "./token-rows.ts";

const texts = fc.array(
  fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 8 }).map((words) => words.join(" ")),
  { minLength: 3, maxLength: 20 },
);

describe("phrases", () => {
  it("are all runs of up to three tokens in enough rows, each set of rows once with its longest run", () => {
    fc.assert(
      fc.property(texts, (rows) => {
        const numbers = makeTokenNumbers();
        const tokens = tokenRows(rows, 100, numbers);
        const { phrases, counts } = phrasesOf(tokens, numbers.count(), { least: 2, most: rows.length });
        const expected = new Map<string, number>();
        for (let length = 1; length <= 3; length++)
          for (const run of new Set(rows.flatMap((row) => runs(row, length)))) {
            const holders = rows.flatMap((row, i) => (runs(row, length).includes(run) ? [i] : []));
            if (holders.length >= 2) expected.set(holders.join(), length);
          }
        const found = new Map<string, number>();
        phrases.length.forEach((length, g) => {
          const holders = phrases.row.slice(phrases.start[g], phrases.start[g + 1]);
          const run = Array.from(tokens.token.subarray(phrases.at[g], phrases.at[g] + length), (t) => numbers.wordOf(t)).join(" ");
          for (const i of holders) expect(` ${rows[i]} `).toContain(` ${run} `);
          found.set(holders.join(), length);
        });
        expect(found).toEqual(expected);
        expect(phrases.length.length).toBe(expected.size);
        const all = rows.flatMap((row) => runs(row, 2));
        for (const pair of new Set(all)) {
          const [a, b] = pair.split(" ").map((word) => numbers.numbersOf(word, 1)[0]);
          const isRare = counts.rowsWith[a] < 2 || counts.rowsWith[b] < 2;
          expect(counts.timesOfPair(a, b)).toBe(isRare ? 0 : all.filter((other) => other === pair).length);
        }
      }),
    );
  });

  it("do not cross a template, which is taken out where more than half of the rows hold it", () => {
    const numbers = makeTokenNumbers();
    const rows = tokenRows(
      Array.from({ length: 10 }, (_, i) => `please answer the question below now : what is ${"xyz"[i % 3]} ? ### answer in one word :`),
      100,
      numbers,
    );
    const left = withoutTemplate(rows);
    const shown = Array.from(left.token.subarray(0, left.start[1]), (t) => (t === gap ? "_" : numbers.wordOf(t)));
    expect(shown).toEqual(["_", "x", "_"]);
    expect(withoutTemplate(tokenRows(["a b c d e f", "g h i j k l"], 100, numbers)).token.includes(gap)).toBe(false);
  });
});

function runs(row: string, length: number): string[] {
  const words = row === "" ? [] : row.split(" ");
  return words.slice(0, Math.max(0, words.length - length + 1)).map((_, at) => words.slice(at, at + length).join(" "));
}
