import { describe, expect, it } from "vitest";
import { foldSpelling } from "./spelling-fold.ts";

const words = ["kettle", "ketle", "kettel", "kettlle", "kettke", "mettle", "cat", "cta", "nettle"];

describe("spelling fold", () => {
  it("takes rare words for the frequent word that one letter left out makes them equal to", () => {
    const often = Array.from({ length: 6 }, () => Int32Array.of(0, 6));
    const folded = foldSpelling([...often, Int32Array.of(1, 2, 3, 4), Int32Array.of(7)], words);
    expect(Array.from(folded[6])).toEqual([0, 0, 0, 0]);
    expect(Array.from(folded[0])).toEqual([0, 6]);
    // Three letters are too few to tell a slip.
    expect(Array.from(folded[7])).toEqual([7]);
  });

  it("joins a known word that a blank cuts in two, and not words that are more frequent alone", () => {
    const parts = ["kettle", "ket", "tle", "in", "to", "into"];
    const often = Array.from({ length: 6 }, () => Int32Array.of(0, 5, 3, 4));
    const more = Int32Array.of(3, 4);
    const folded = foldSpelling([...often, more, Int32Array.of(3, 1, 2, 4)], parts);
    expect(Array.from(folded[7])).toEqual([3, 0, 4]);
    expect(Array.from(folded[6])).toEqual([3, 4]);
  });

  it("leaves words alone that several texts hold, and takes the most frequent of two", () => {
    const often = Array.from({ length: 6 }, () => Int32Array.of(0, 8));
    const more = Int32Array.of(8);
    const known = Array.from({ length: 3 }, () => Int32Array.of(5));
    expect(Array.from(foldSpelling([...often, more, ...known], words)[7])).toEqual([5]);
    expect(Array.from(foldSpelling([...often, more, known[0]], words)[7])).toEqual([8]);
  });
});
