import { expect, test } from "vitest";
import { wordsOf } from "../../core/text/words.ts";
import { mixWord } from "../../blocks/copies/record-words.ts";
import { makeBandKeys, bands } from "./band-keys.ts";
import { makeWordHasher } from "./hash-words.ts";
import { phraseKey } from "./map-rows.ts";
import { makePhraseSketch } from "./phrase-sketch.ts";
import { makeRng } from "../../numeric/random.ts";

const { hashesOf } = makeWordHasher();

test("words are those of the rest of the program, and one word has one hash wherever it stands", () => {
  for (const text of ["Don't buy it: 3.5 stars!!!", "Größe passt — très bien", "", "...", "don’t Don't", "見た目は良い"])
    expect(hashesOf(text)).toHaveLength(wordsOf(text).length);
  const [upper, other, lower] = hashesOf("Good bad good").slice();
  expect(upper).toBe(lower);
  expect(upper).not.toBe(other);
  expect(hashesOf("très good")[1]).toBe(upper);
});

test("the keys of runs are whole numbers that a double and a BIGINT hold, and tell runs apart", () => {
  const words = hashesOf("old brass lamp old brass").slice();
  expect(phraseKey(words, 0, 2)).toBe(phraseKey(words, 3, 2));
  expect(phraseKey(words, 0, 2)).not.toBe(phraseKey(words, 1, 2));
  expect(Number.isSafeInteger(phraseKey(words, 0, 3))).toBe(true);
});

test("a run of words that stands out is picked, and one that is as it should be is not", () => {
  const sketch = makePhraseSketch(20);
  const rng = makeRng(3);
  for (let row = 0; row < 5000; row++) {
    const words = hashesOf(`${row % 100 === 0 ? "brass lamp " : ""}word${rng.integer(500)} word${rng.integer(500)}`);
    sketch.add(words, row % 100 === 0 ? 0.7 : rng.uniform() < 0.5 ? 0.5 : -0.5, 0.25);
  }
  expect(sketch.pick(1000)).toBeGreaterThan(400);
  const firstOf = (text: string): number => mixWord(0, hashesOf(text)[0]);
  expect(sketch.isPicked(firstOf("brass"))).toBe(true);
  const others = Array.from({ length: 500 }, (_, k) => sketch.isPicked(firstOf(`word${k}`)));
  expect(others.filter(Boolean).length).toBeLessThan(5);
});

test("near-copies share a band, other texts do not, and a text of the language's shingles alone has keys all the same", () => {
  const keys = makeBandKeys(makeRng(1));
  const rng = makeRng(2);
  const text = (): string[] => Array.from({ length: 40 }, () => `word${rng.integer(5000)}`);
  const keysOf = (words: readonly string[], isCommon = (_: number): boolean => false): Set<number> => {
    const out = new Float64Array(bands);
    expect(keys.into(out, hashesOf(words.join(" ")).slice(), isCommon)).toBe(true);
    return new Set(out);
  };
  const base = text();
  const edited = base.map((word, k) => (k % 9 === 4 ? "other" : word));
  const shared = [...keysOf(base)].filter((key) => keysOf(edited).has(key));
  expect(shared.length).toBeGreaterThan(0);
  expect([...keysOf(base)].filter((key) => keysOf(text()).has(key))).toEqual([]);
  expect(keysOf(base, () => true)).toEqual(keysOf(base));
  expect(keys.into(new Float64Array(bands), hashesOf("too short a text").slice(), () => false)).toBe(false);
});
