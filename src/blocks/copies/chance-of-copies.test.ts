import { describe, expect, it } from "vitest";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { expectedCopies } from "./chance-of-copies.ts";
import type { NearCopies } from "./near-copies.ts";

/** 64 rows of two categories, each of the four values as often with each of the other's, and a column that is one half of the time. */
function grid(): ReturnType<typeof denseMatrix> {
  const x = denseMatrix(64, 9);
  for (let i = 0; i < 64; i++) {
    x.data[i * 9 + (i % 4)] = 1;
    x.data[i * 9 + 4 + (Math.floor(i / 4) % 4)] = 1;
    x.data[i * 9 + 8] = Math.floor(i / 16) % 2;
  }
  return x;
}

const copies = {
  records: { count: 64, first: Int32Array.from({ length: 64 }, (_, i) => i), record: Int32Array.from({ length: 64 }, (_, i) => i) },
  clusters: [Int32Array.of(0, 32)],
} as unknown as NearCopies;
const kinds = Array.from({ length: 9 }, (_, j) => (j < 8 ? ("indicator" as const) : ("real" as const)));
const groups = ["a", "a", "a", "a", "b", "b", "b", "b", "c"];

describe("the copies that chance brings", () => {
  it("are counted by columns of the raw table, and not by the indicators that a category is split into", () => {
    for (const x of [grid(), toSparse(grid())]) {
      // 64 · ¼ · ¼ · ½; by indicators it would be 64 · (¼ · ¾³)² · ½ = 0.36.
      expect(expectedCopies(x, { kinds, groups }, copies)[0]).toBeCloseTo(2, 12);
    }
  });

  it("take the numbers of one vector apart, of which no two would be equal otherwise", () => {
    const numbers = kinds.map(() => "real" as const);
    const one = kinds.map(() => "pixels");
    expect(expectedCopies(grid(), { kinds: numbers, groups: one }, copies)[0]).toBeCloseTo(64 * (0.25 * 0.75 ** 3) ** 2 * 0.5, 9);
  });
});
