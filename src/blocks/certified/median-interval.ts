import { makePartCounter } from "./fewest-parts.ts";
import type { SharedParts } from "./finite-aggregation-radius.ts";

export interface Intervals {
  /** Shape: [rows]; −Infinity where nothing holds the answer from below. */
  readonly low: Float64Array;
  /** Shape: [rows]; Infinity where nothing holds it from above. */
  readonly high: Float64Array;
}

/** The predictions of each row by rising value. Shapes: predictions [rows, models], result the same. */
export function sortPredictions(predictions: Float64Array, models: number): Float64Array {
  const sorted = predictions.slice();
  for (let at = 0; at < sorted.length; at += models) sorted.subarray(at, at + models).sort();
  return sorted;
}

/**
 * Between which values the lower median stays when `touched` models predict anything: [s_{m − r}, s_{m + r}] with m = ⌊(models − 1) / 2⌋. Tight; an odd number of models
 * is best. Shapes: sorted [rows, models], by rising value.
 */
export function medianIntervals(sorted: Float64Array, models: number, touched: number): Intervals {
  const rows = sorted.length / models;
  const middle = Math.floor((models - 1) / 2);
  const low = new Float64Array(rows).fill(-Infinity);
  const high = new Float64Array(rows).fill(Infinity);
  for (let i = 0; i < rows; i++) {
    if (middle - touched >= 0) low[i] = sorted[i * models + middle - touched];
    if (middle + touched < models) high[i] = sorted[i * models + middle + touched];
  }
  return { low, high };
}

/**
 * The same where models share parts of the rows and `touched` parts are changed: the median passes a value v only if so many models at or below v are touched that at most m are left there,
 * and a model that two parts touch counts twice. Outer bounds. Shapes: predictions [rows, models].
 */
export function sharedMedianIntervals(
  predictions: Float64Array,
  { models, shifts }: Pick<SharedParts, "models" | "shifts">,
  touched: number,
): Intervals {
  const rows = predictions.length / models;
  const middle = Math.floor((models - 1) / 2);
  const low = new Float64Array(rows).fill(-Infinity);
  const high = new Float64Array(rows).fill(Infinity);
  const fewestParts = makePartCounter(models, shifts, 1);
  const weights = new Int32Array(models);
  const sorted = sortPredictions(predictions, models);
  for (let i = 0; i < rows; i++) {
    const at = i * models;
    let from = middle;
    let to = models;
    while (from < to) {
      const rank = (from + to) >> 1;
      if (passesUpward(at, sorted[at + rank])) from = rank + 1;
      else to = rank;
    }
    if (to < models) high[i] = sorted[at + to];
    from = -1;
    to = middle;
    while (from < to) {
      const rank = (from + to + 1) >> 1;
      if (passesDownward(at, sorted[at + rank])) to = rank - 1;
      else from = rank;
    }
    if (from >= 0) low[i] = sorted[at + from];
  }
  return { low, high };

  function passesUpward(at: number, value: number): boolean {
    let below = 0;
    for (let m = 0; m < models; m++) {
      weights[m] = predictions[at + m] <= value ? 1 : 0;
      below += weights[m];
    }
    return fewestParts(weights, below - middle) <= touched;
  }

  function passesDownward(at: number, value: number): boolean {
    let above = 0;
    for (let m = 0; m < models; m++) {
      weights[m] = predictions[at + m] >= value ? 1 : 0;
      above += weights[m];
    }
    return fewestParts(weights, above - (models - 1 - middle)) <= touched;
  }
}

/** What the root mean squared error can be at most; Infinity as soon as one interval is open. Shapes: truth [rows]. */
export function certifiedRmse({ low, high }: Intervals, truth: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.max((low[i] - truth[i]) ** 2, (high[i] - truth[i]) ** 2);
  return Math.sqrt(sum / truth.length);
}
