import { type Examples, listExamples, targetOf } from "../core/examples.ts";
import { type Column, type Table, columnOf } from "../core/table.ts";

/** A single feature that predicts a label almost perfectly. */
export interface Leak {
  readonly feature: string;
  readonly label: string;
  /** AUC, accuracy of a lookup, or absolute correlation, in [0, 1]. */
  readonly score: number;
}

const threshold = 0.99;
const maxLookupValues = 50;
const sampleRows = 4000;
/** Shares of the labelled rows that a feature must cover before its score means anything. */
const minCoverage = 0.5;

/** Features of which one alone tells a label; texts and vectors are not looked at. Each feature once, with its best label. */
export function findLeaks(table: Table): Leak[] {
  const target = targetOf(table);
  const examples = listExamples(table);
  const { labels, features } = table.roles;
  const out: Leak[] = [];
  const pairs = { x: new Float64Array(examples.row.length), y: new Float64Array(examples.row.length) };
  for (const feature of features) {
    const values = plainValues(columnOf(table, feature));
    if (values === null) continue;
    let best: Leak | null = null;
    labels.forEach((label, task) => {
      const { labelled, count } = gather(pairs, values.numbers, examples, labels.length > 1 ? task : null);
      const x = pairs.x.subarray(0, count);
      const y = pairs.y.subarray(0, count);
      if (x.length < minCoverage * labelled || x.length < 10) return;
      const score = target.kind === "real" ? (values.areCodes ? 0 : correlation(x, y)) : classScore(x, y, values.areCodes);
      if (score >= threshold && (best === null || score > best.score)) best = { feature, label, score };
    });
    if (best !== null) out.push(best);
  }
  return out;
}

/** The values that are there beside their labels, of one task or (null) of all. */
function gather(
  out: { readonly x: Float64Array; readonly y: Float64Array },
  numbers: Float64Array,
  examples: Examples,
  task: number | null,
): { readonly labelled: number; readonly count: number } {
  let labelled = 0;
  let count = 0;
  for (let i = 0; i < examples.row.length; i++) {
    if (task !== null && examples.task[i] !== task) continue;
    labelled++;
    const value = numbers[examples.row[i]];
    if (value !== value) continue;
    out.x[count] = value;
    out.y[count++] = examples.y[i];
  }
  return { labelled, count };
}

/** Numbers, or codes of a category; NaN = missing. Shape: numbers [rows]. */
function plainValues(column: Column): { numbers: Float64Array; areCodes: boolean } | null {
  if (column.kind === "number") return { numbers: column.values, areCodes: false };
  if (column.kind !== "category") return null;
  return { numbers: Float64Array.from(column.codes, (code) => (code < 0 ? NaN : code)), areCodes: true };
}

function classScore(x: Float64Array, y: Float64Array, areCodes: boolean): number {
  const classes = new Set<number>();
  for (let i = 0; i < y.length; i++) if (i === 0 || y[i] !== y[i - 1]) classes.add(y[i]);
  if (classes.size < 2) return 0;
  if (!areCodes && classes.size === 2) return twoClassAuc(x, y, Math.max(...classes));
  return lookupAccuracy(x, y, areCodes);
}

/** Area under the curve of the feature as a score, whichever way round it is better; ties count half. */
function twoClassAuc(x: Float64Array, y: Float64Array, positive: number): number {
  if (x.length > 2 * sampleRows && isPlainlyLow(x, y, positive)) return 0;
  const high = x.filter((_, i) => y[i] === positive).sort();
  const low = x.filter((_, i) => y[i] !== positive).sort();
  let wins = 0;
  let below = 0;
  let belowOrEqual = 0;
  for (const value of high) {
    while (below < low.length && low[below] < value) below++;
    while (belowOrEqual < low.length && low[belowOrEqual] <= value) belowOrEqual++;
    wins += (below + belowOrEqual) / 2;
  }
  const auc = wins / (high.length * low.length);
  return Math.max(auc, 1 - auc);
}

/** True when a sample already shows an AUC far below the threshold; a saving on large data, never where a class is rare. */
function isPlainlyLow(x: Float64Array, y: Float64Array, positive: number): boolean {
  const step = Math.floor(x.length / sampleRows);
  const sample = { x: new Float64Array(sampleRows), y: new Float64Array(sampleRows) };
  let positives = 0;
  for (let k = 0; k < sampleRows; k++) {
    // One row of each stretch, scattered so that data in a regular order shows both classes.
    const i = k * step + ((Math.imul(k, 0x9e3779b1) >>> 8) % step);
    sample.x[k] = x[i];
    sample.y[k] = y[i];
    positives += Number(y[i] === positive);
  }
  return Math.min(positives, sampleRows - positives) >= 100 && twoClassAuc(sample.x, sample.y, positive) < 0.9;
}

/**
 * Accuracy of the most frequent class per value, over values that occur at least twice. 0 where that says nothing: too many values, too few
 * rows covered, or no less than half of the error of always guessing the most frequent class.
 */
function lookupAccuracy(x: Float64Array, y: Float64Array, areCodes: boolean): number {
  const byValue = new Map<number, Map<number, number>>();
  const total = new Map<number, number>();
  for (let i = 0; i < x.length; i++) {
    let counts = byValue.get(x[i]);
    if (counts === undefined) {
      byValue.set(x[i], (counts = new Map()));
      if (!areCodes && byValue.size > maxLookupValues) return 0;
    }
    counts.set(y[i], (counts.get(y[i]) ?? 0) + 1);
    total.set(y[i], (total.get(y[i]) ?? 0) + 1);
  }
  let covered = 0;
  let right = 0;
  for (const counts of byValue.values()) {
    const sizes = [...counts.values()];
    const rows = sizes.reduce((sum, size) => sum + size, 0);
    if (rows < 2) continue;
    covered += rows;
    right += Math.max(...sizes);
  }
  const accuracy = covered === 0 ? 0 : right / covered;
  const majority = Math.max(...total.values()) / x.length;
  return covered < minCoverage * x.length || 1 - accuracy > (1 - majority) / 2 ? 0 : accuracy;
}

function correlation(x: Float64Array, y: Float64Array): number {
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i] - meanX;
    const dy = y[i] - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? 0 : Math.abs(xy) / Math.sqrt(xx * yy);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
