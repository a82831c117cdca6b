import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Table } from "../../core/table.ts";
import { wordsOf } from "../../core/text/words.ts";
import { makeRng } from "../../numeric/random.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { nearCopies } from "./near-copies.ts";

const vocabulary = Array.from({ length: 300 }, (_, i) => `word${i}`);

/** Random texts; every third is an edited copy of one of five. */
function edited(seed: number, rows: number): string[] {
  return editedOf(seed, rows).texts;
}

/** The same with the original of each; −1 − i = of none. */
function editedOf(seed: number, rows: number): { texts: string[]; originalOf: number[] } {
  const rng = makeRng(seed);
  const write = () => Array.from({ length: 20 + rng.integer(30) }, () => vocabulary[rng.integer(300)]);
  const originals = Array.from({ length: 5 }, write);
  const originalOf: number[] = [];
  const texts = Array.from({ length: rows }, (_, i) => {
    const original = i % 3 === 0 ? rng.integer(5) : -1 - i;
    originalOf.push(original);
    const words = original >= 0 ? originals[original].map((word) => (rng.uniform() < 0.06 ? vocabulary[rng.integer(300)] : word)) : write();
    return words.join(" ");
  });
  return { texts, originalOf };
}

function withTexts(texts: readonly string[]): { data: Dataset; table: Table } {
  const data = smallData({ seed: 0, rows: texts.length, cols: 1, classes: 2, sparse: false, weighted: false });
  const column = { kind: "text" as const, name: "text", codes: Int32Array.from(texts, (_, i) => i), names: texts };
  const label = { kind: "category" as const, name: "label", codes: Int32Array.from(data.y), names: ["c0", "c1"] };
  const table = {
    rows: texts.length,
    columns: [column, label],
    roles: { labels: ["label"], features: ["text"], task: null, source: null, id: null },
  };
  return { data, table };
}

/** Sets by comparing every pair of sets of shingles, told as the smallest member of each. */
function bruteForce(texts: readonly string[], similarity: number): number[] {
  const shingles = texts.map((text) => {
    const words = wordsOf(text);
    return new Set(words.slice(2).map((_, i) => words.slice(i, i + 3).join(" ")));
  });
  const set = texts.map((_, i) => i);
  for (let a = 0; a < texts.length; a++)
    for (let b = 0; b < a; b++) {
      const shared = [...shingles[a]].filter((shingle) => shingles[b].has(shingle)).length;
      if (shared < 4 || shared < similarity * (shingles[a].size + shingles[b].size - shared)) continue;
      const [from, to] = [Math.max(set[a], set[b]), Math.min(set[a], set[b])];
      set.forEach((s, i) => {
        if (s === from) set[i] = to;
      });
    }
  return set;
}

describe("near-copies", () => {
  it("merges only copies of one original, and misses at most one in fifty of those that a comparison of every pair finds", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { texts, originalOf } = editedOf(seed, 240);
      const { data, table } = withTexts(texts);
      const { clusters } = nearCopies(data, { table, rng: makeRng(seed) });
      const truth = bruteForce(texts, 0.25);
      expect(clusters.length).toBe(5);
      for (const cluster of clusters) expect(new Set(Array.from(cluster, (r) => originalOf[r])).size).toBe(1);
      const copies = truth.filter((set, i) => truth.some((other, j) => other === set && i !== j)).length;
      expect(clusters.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThanOrEqual(0.98 * copies);
    }
  });

  it("calls short texts nobody's copy, and joins no two columns", () => {
    const { data, table } = withTexts(["very good product indeed", "very good product indeed", ...edited(1, 10)]);
    expect([...nearCopies(data, { table, rng: makeRng(0) }).clusterOf.subarray(0, 2)]).toEqual([-1, -1]);
  });

  it("says the same of data that were asked about before, and reads them again for another table", () => {
    const { data, table } = withTexts(edited(2, 60));
    const first = nearCopies(data, { table, rng: makeRng(3) });
    expect(nearCopies({ ...data }, { table, rng: makeRng(3) }).clusterOf).toEqual(first.clusterOf);
    expect(nearCopies(data, { table, rng: makeRng(3) }).clusterOf).toEqual(first.clusterOf);
    expect(nearCopies(data, { table, rng: makeRng(3), minWords: 1000 }).clusters.length).toBe(0);
    expect(nearCopies(data, { table: null, rng: makeRng(3) }).texts).toBeNull();
  });

  it("counts a row once however many labels it has", () => {
    const { data, table } = withTexts(edited(4, 12));
    const twice = { ...data, row: Int32Array.from(data.row, (_, i) => i >> 1) };
    const { records, clusters } = nearCopies(twice, { table, rng: makeRng(0) });
    expect(records.count).toBe(6);
    expect(Math.max(...clusters.flatMap((cluster) => [...cluster]))).toBeLessThan(6);
  });

  it.each([false, true])("finds equal rows and no others (sparse: %s)", (sparse) => {
    const rng = makeRng("equal");
    const x = denseMatrix(
      60,
      3,
      Float64Array.from({ length: 180 }, () => rng.integer(3)),
    );
    const data = { ...smallData({ seed: 0, rows: 60, cols: 3, classes: 2, sparse: false, weighted: false }), x: sparse ? toSparse(x) : x };
    const { clusterOf, clusters } = nearCopies(data, { table: null, rng });
    const keys = Array.from({ length: 60 }, (_, i) => x.data.subarray(3 * i, 3 * i + 3).join());
    const found = keys.map((_, i) => (clusterOf[i] < 0 ? i : clusters[clusterOf[i]][0]));
    expect(found).toEqual(keys.map((key) => keys.indexOf(key)));
  });
});
