import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { averageLinkage } from "./average-linkage.ts";

function matrix(m: number, similar: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: m * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    return i === j ? 0 : similar(Math.min(i, j), Math.max(i, j));
  });
}

describe("average linkage", () => {
  it("does not join what only links join", () => {
    // 0-1-2-3-4-5 are each like the next, at 0.5, and like no other.
    const chain = matrix(6, (i, j) => (j === i + 1 ? 0.5 : 0));
    expect(averageLinkage(chain, 6, 0.3)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    const two = matrix(6, (i, j) => (i < 3 === j < 3 ? 0.6 : i === 2 && j === 3 ? 0.9 : 0));
    expect(averageLinkage(two, 6, 0.35).every((group) => group.length < 6)).toBe(true);
  });

  it("merges as merging the two nearest groups again and again does", () => {
    const rng = makeRng(3);
    for (let round = 0; round < 20; round++) {
      const m = 3 + rng.integer(12);
      const random = Float64Array.from({ length: m * m }, () => rng.uniform());
      const similar = matrix(m, (i, j) => random[i * m + j]);
      expect(averageLinkage(similar.slice(), m, 0.5)).toEqual(nearestFirst(similar, m, 0.5));
    }
  });
});

function nearestFirst(similarity: Float64Array, m: number, cut: number): number[][] {
  const groups = Array.from({ length: m }, (_, i) => [i]);
  const mean = (a: number[], b: number[]): number =>
    a.reduce((sum, i) => sum + b.reduce((part, j) => part + similarity[i * m + j], 0), 0) / a.length / b.length;
  for (;;) {
    let best: [number, number] | null = null;
    for (let a = 0; a < groups.length; a++)
      for (let b = a + 1; b < groups.length; b++)
        if (best === null || mean(groups[a], groups[b]) > mean(groups[best[0]], groups[best[1]])) best = [a, b];
    if (best === null || mean(groups[best[0]], groups[best[1]]) < cut) break;
    groups[best[0]].push(...groups.splice(best[1], 1)[0]);
  }
  return groups
    .filter(({ length }) => length > 1)
    .map((group) => group.sort((a, b) => a - b))
    .sort((a, b) => a[0] - b[0]);
}
