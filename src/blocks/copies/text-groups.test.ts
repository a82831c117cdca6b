import { describe, expect, it } from "vitest";
import { type Rng, makeRng } from "../../numeric/random.ts";
import { textGroups } from "./text-groups.ts";

const words = 3000;

/** Texts of a language in which some words are frequent. */
function texts(rng: Rng, count: number, length = 40): Int32Array[] {
  return Array.from({ length: count }, () => text(rng, length));
}

function text(rng: Rng, length: number): Int32Array {
  return Int32Array.from({ length }, () => Math.floor(words ** rng.uniform()) - 1);
}

function join(parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => [...part]));
}

/** Groups of three or more, each as the numbers of its members. */
function found(tokens: readonly Int32Array[]): (readonly number[])[] {
  return textGroups(tokens, words)
    .groups.map(({ members }) => members)
    .filter(({ length }) => length > 2);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe("groups of texts", () => {
  it("are edited copies of one text, with the original", () => {
    const rng = makeRng(1);
    const genuine = texts(rng, 400);
    const copies = Array.from({ length: 12 }, () => genuine[7].map((word) => (rng.uniform() < 0.25 ? rng.integer(words) : word)));
    expect(found([...genuine, ...copies])).toEqual([[7, ...range(400, 412)]]);
  });

  it("are texts that were put together from the same sentences, and texts of one template", () => {
    const rng = makeRng(2);
    const genuine = texts(rng, 400);
    const sentences = texts(rng, 5, 12);
    const mosaics = Array.from({ length: 14 }, () => join([text(rng, 20), ...Array.from(rng.sample(5, 3), (s) => sentences[s])]));
    expect(found([...genuine, ...mosaics])).toEqual([range(400, 414)]);
    const slots = Array.from({ length: 5 }, () => texts(rng, 3, 9));
    const filled = Array.from({ length: 20 }, () => join(slots.map((alternatives) => alternatives[rng.integer(3)])));
    expect(found([...genuine, ...filled])).toEqual([range(400, 420)]);
  });

  it("are whole where every piece of a template is in few of its texts", () => {
    let members = 0;
    for (let seed = 12; seed < 18; seed++) {
      const rng = makeRng(seed);
      const genuine = texts(rng, 400);
      const slots = Array.from({ length: 3 }, () => texts(rng, 4, 14));
      const filled = Array.from({ length: 12 }, () =>
        join(slots.map((alternatives) => alternatives[rng.integer(4)])).filter(() => rng.uniform() > 0.15),
      );
      const groups = found([...genuine, ...filled]);
      expect(groups.flat().every((text) => text >= 400)).toBe(true);
      members += Math.max(...groups.map(({ length }) => length));
    }
    // 48 by pieces that three of them share.
    expect(members).toBeGreaterThanOrEqual(49);
  });

  it("are not joined by chains: texts that are each like the next, and like no other", () => {
    const rng = makeRng(3);
    const genuine = texts(rng, 400);
    const pieces = texts(rng, 31, 20);
    const chain = Array.from({ length: 30 }, (_, k) => join([pieces[k], pieces[k + 1]]));
    for (const group of found([...genuine, ...chain])) expect(group.length).toBeLessThanOrEqual(3);
  });

  it("are none of texts that have a sentence in common with others, or are short", () => {
    const rng = makeRng(4);
    const quoted = text(rng, 6);
    const quoting = texts(rng, 40).map((own) => join([own, quoted]));
    const short = Array.from({ length: 40 }, () => text(makeRng(5), 5));
    expect(found([...texts(rng, 400), ...quoting, ...short])).toEqual([]);
  });

  it("are found whole where they are more than what is compared of a large file", () => {
    const rng = makeRng(6);
    const flood = Array.from({ length: 500 }, () => text(makeRng(7), 30).map((word) => (rng.uniform() < 0.2 ? rng.integer(words) : word)));
    const tokens = [...texts(rng, 4000, 20), ...flood];
    expect(found(tokens)).toEqual([range(4000, 4500)]);
    expect(textGroups(tokens, words)).toEqual(textGroups(tokens, words));
  });
});
