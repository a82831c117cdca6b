import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { beyondUsualSize } from "./beyond-usual-size.ts";
import { chanceOfSizes } from "./chance-of-sizes.ts";

describe("sizes of groups beyond what is usual", () => {
  it("are as likely as laws of sizes say that the other groups of the file fit", () => {
    const pairs = Array<number>(100).fill(2);
    expect(chanceOfSizes([2], [])).toBe(1);
    expect(chanceOfSizes([8], pairs)).toBeLessThan(1e-3);
    // Of few groups little is known, and a file that has a long tail is believed to.
    expect(chanceOfSizes([8], [2, 2])).toBeGreaterThan(0.03);
    expect(chanceOfSizes([60], [35, 19, 13, 11, 7, 7, 7, 6, 5, 5, ...Array<number>(30).fill(3), ...pairs])).toBeGreaterThan(0.01);
  });

  it("are found in one, and in several together, of which none stands out", () => {
    const usual = [4, 3, 3, ...Array<number>(40).fill(2)];
    expect([...beyondUsualSize([...usual, 15])].map((chance) => chance < 0.05)).toEqual([...usual.map(() => false), true]);
    const several = [...beyondUsualSize([...usual, 15, 12, 14])];
    expect(several.slice(-3).every((chance) => chance < 0.05)).toBe(true);
    expect(several.slice(0, -3).every((chance) => chance > 0.05)).toBe(true);
    expect(beyondUsualSize([])).toHaveLength(0);
  });

  it.each([0.3, 0.6])("are rare where each copy brings another one with a chance of %d", (more) => {
    const rng = makeRng("sizes");
    let files = 0;
    for (let file = 0; file < 400; file++) {
      const sizes = Array.from({ length: 1 + rng.integer(60) }, () => {
        let size = 2;
        while (rng.uniform() < more) size++;
        return size;
      });
      files += Number(beyondUsualSize(sizes).some((chance) => chance < 0.05));
    }
    expect(files / 400).toBeLessThan(0.05);
  });
});
