import { describe, expect, it } from "vitest";
import { writtenRatings } from "./written-ratings.ts";

const write = (...cells: string[]) => {
  const names = [...new Set(cells)];
  return writtenRatings({ name: "stars", names, codes: Int32Array.from(cells, (cell) => names.indexOf(cell)) });
};

describe("ratings as the file writes them", () => {
  it("are written as most rows do that have the rating", () => {
    expect(write("4.0", "4", "4.0", "5")(4)).toBe("4.0");
  });

  it.each([
    [["1.0", "5.0"], 3, "3.0"],
    [["1,5", "2,5"], 3.5, "3,5"],
    [["4/5", "5/5"], 2, "2/5"],
    [["★★★★", "★"], 3, "★★★"],
    [["4 stars", "5 stars"], 2, "2 stars"],
    [["-10", "4"], 3, "3"],
  ] as const)("%j give %d the form %s, which no row has", (cells, rating, text) => {
    expect(write(...cells)(rating)).toBe(text);
  });
});
