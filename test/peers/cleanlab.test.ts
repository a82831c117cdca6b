import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { confidentFilters, labelIssues } from "../../src/blocks/noisy-labels/confident-learning.ts";
import { labelQuality, qualityScores } from "../../src/blocks/noisy-labels/label-quality.ts";
import { expectClose } from "../objective-checks.ts";
import { dataFolder, hasData } from "./real-data.ts";

interface Found {
  readonly rows: number;
  readonly filters: Record<string, { count: number; rows: number[] }>;
  readonly scores: Record<string, { sum: number; first: number[] }>;
}

const stored = resolve(dataFolder, "../reference/cleanlab-2.9.json.gz");
const reference: Record<string, Found> = existsSync(stored) ? JSON.parse(gunzipSync(readFileSync(stored)).toString("utf8")) : {};
const folders: Record<string, string> = {
  mnist: "label-errors",
  "20news": "label-errors",
  "noise-20": "cifar10-noise",
  "noise-40": "cifar10-noise",
};

/** The name that cleanlab gives it. */
const theirs = (name: string): string => name.replaceAll("-", "_");

function labelsOf(name: string): Int32Array {
  const lines = readFileSync(resolve(dataFolder, folders[name], `${name}.labels.csv`), "utf8")
    .trim()
    .split(/\r?\n/);
  return Int32Array.from(lines.slice(1), (line) => Number(line.split(",")[1]));
}

function probabilitiesOf(name: string): Float64Array {
  const bytes = Uint8Array.from(readFileSync(resolve(dataFolder, folders[name], `${name}.pred_probs.f32.bin`)));
  return Float64Array.from(new Float32Array(bytes.buffer));
}

describe.skipIf(!hasData || Object.keys(reference).length === 0)(
  "against cleanlab 2.9 on real sets (skipped where they are absent)",
  () => {
    describe.each(Object.entries(reference))("%s", (name, expected) => {
      const labels = labelsOf(name);
      const probabilities = probabilitiesOf(name);
      const classes = probabilities.length / labels.length;

      it.each(confidentFilters)("finds the very rows by %s", (filter) => {
        const found = labelIssues({ labels, probabilities, classes }, filter);
        const rows = [...found.keys()].filter((i) => found[i] === 1);
        expect(rows).toEqual(expected.filters[theirs(filter)].rows);
        expect(rows.length).toBe(expected.filters[theirs(filter)].count);
      });

      it.each(qualityScores)("scores all rows alike by %s", (method) => {
        const scores = labelQuality({ labels, probabilities, classes }, method);
        const { sum, first } = expected.scores[theirs(method)];
        expect(scores.reduce((total, score) => total + score, 0)).toBeCloseTo(sum, 7);
        expectClose(scores.slice(0, first.length), Float64Array.from(first), 1e-13);
      });
    });
  },
);

interface Small {
  readonly classes: number;
  readonly labels: number[];
  readonly probabilities: number[];
  readonly filters: Record<string, number[]>;
  readonly scores: Record<string, number[]>;
}

/** Made by label-issues.py: classes without rows, of one row, and models from useless to sure. */
const small: Small[] = JSON.parse(readFileSync(resolve(import.meta.dirname, "label-issues.json"), "utf8"));

describe("against cleanlab 2.9 on small random sets", () => {
  it.each(confidentFilters)("finds the very rows by %s", (filter) => {
    for (const [set, { classes, labels, probabilities, filters }] of small.entries()) {
      const found = labelIssues({ labels, probabilities: Float64Array.from(probabilities), classes }, filter);
      expect({ set, rows: [...found.keys()].filter((i) => found[i] === 1) }).toEqual({ set, rows: filters[theirs(filter)] });
    }
  });

  it.each(qualityScores)("scores all rows alike by %s", (method) => {
    for (const { classes, labels, probabilities, scores } of small)
      expectClose(
        labelQuality({ labels, probabilities: Float64Array.from(probabilities), classes }, method),
        Float64Array.from(scores[theirs(method)]),
        1e-13,
      );
  });
});
