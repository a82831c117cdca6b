import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type ConfidentFilter, confidentFilters, labelIssues, labelQuality, qualityScores } from "../../src/blocks/confident-learning.ts";
import { knnShapley } from "../../src/blocks/knn-shapley.ts";
import { selectExamples } from "../../src/core/dataset.ts";
import { dataFolder, hasData, numericData, twoClasses } from "./real-data.ts";

const referenceFolder = resolve(dataFolder, "../reference");
const cleanlabFile = resolve(referenceFolder, "cleanlab-2.9.json.gz");
const shapleyFile = resolve(referenceFolder, "knn-shapley-breast-cancer.json");
const hasReference = hasData && existsSync(cleanlabFile) && existsSync(shapleyFile);

interface Reference {
  readonly rows: number;
  readonly filters: Readonly<Record<string, { readonly count: number; readonly rows: readonly number[] }>>;
  readonly scores: Readonly<Record<string, { readonly sum: number; readonly first: readonly number[] }>>;
}

function given(set: string) {
  const folder = set.startsWith("noise") ? "cifar10-noise" : "label-errors";
  const labels = readFileSync(resolve(dataFolder, folder, `${set}.labels.csv`), "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => Number(line.split(",")[1]));
  const bytes = readFileSync(resolve(dataFolder, folder, `${set}.pred_probs.f32.bin`));
  const single = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { labels: Int32Array.from(labels), probabilities: Float64Array.from(single), classes: single.length / labels.length };
}

describe.skipIf(!hasReference)("cleanlab 2.9 (skipped where the reference results are absent)", () => {
  const reference = hasReference ? (JSON.parse(gunzipSync(readFileSync(cleanlabFile)).toString()) as Record<string, Reference>) : {};
  describe.each(["mnist", "20news", "noise-20", "noise-40"])("on %s", (set) => {
    it("flags the same rows by every filter, and scores them the same", () => {
      const labels = given(set);
      for (const filter of confidentFilters) {
        const issues = labelIssues(labels, filter);
        const rows = [...issues.keys()].filter((i) => issues[i] === 1);
        expect(rows, filter).toEqual(reference[set].filters[filter.replaceAll("-", "_") satisfies string as ConfidentFilter].rows);
      }
      for (const score of qualityScores) {
        const values = labelQuality(labels, score);
        const { sum, first } = reference[set].scores[score.replaceAll("-", "_")];
        expect(values.reduce((total, value) => total + value, 0) / sum).toBeCloseTo(1, 12);
        first.forEach((value, i) => expect(values[i], score).toBeCloseTo(value, 13));
      }
    });
  });

  it("gives the exact KNN-Shapley values of an independent implementation", () => {
    const data = numericData("breast-cancer/breast_cancer.csv", { skip: 1, kind: twoClasses });
    const part = (from: number, to: number) =>
      selectExamples(
        data,
        Int32Array.from({ length: to - from }, (_, i) => from + i),
      );
    const values = knnShapley(part(0, 400), part(400, 569), { neighbours: 5 });
    const { values: expected } = JSON.parse(readFileSync(shapleyFile, "utf8")) as { values: number[] };
    expected.forEach((value, i) => expect(Math.abs(values[i] - value)).toBeLessThan(1e-12));
  });
});
