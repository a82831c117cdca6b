import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { knnShapley } from "../../src/blocks/outliers/knn-shapley.ts";
import { selectRows } from "../../src/numeric/matrices/matrix.ts";
import { dataFolder, hasData, numericData, twoClasses } from "./real-data.ts";

const stored = resolve(dataFolder, "../reference/knn-shapley-breast-cancer.json");

describe.skipIf(!hasData || !existsSync(stored))("against independent KNN-Shapley values (skipped where they are absent)", () => {
  it("gives each training row of breast-cancer its value within 1e-12", () => {
    const { values, sum } = JSON.parse(readFileSync(stored, "utf8")) as { values: number[]; sum: number };
    const { x, y } = numericData("breast-cancer/breast_cancer.csv", { skip: 1, kind: twoClasses });
    const rows = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
    const part = (from: number, to: number) => ({ x: selectRows(x, rows(from, to)), y: y.slice(from, to) });
    const found = knnShapley(part(0, 400), part(400, y.length), { neighbours: 5 });
    expect(found.length).toBe(values.length);
    for (const [i, value] of values.entries()) expect(Math.abs(found[i] - value)).toBeLessThan(1e-12);
    expect(Math.abs(found.reduce((total, value) => total + value, 0) - sum)).toBeLessThan(1e-12);
  });
});
