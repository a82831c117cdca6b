import type { Dataset } from "../../core/dataset.ts";
import { type Matrix, selectRows } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";
import { plantLabels } from "./planted-labels.ts";

/** A copy of the data with poison that is known. */
export interface PlantedPoison {
  readonly data: Dataset;
  /** 1 where the label is planted, on the row as it was or on a near-copy of another. Shape: [rows]. */
  readonly labels: Uint8Array;
  /** 1 where a row at a far place under a wrong label took the place of one. Shape: [rows]. */
  readonly far: Uint8Array;
}

/** Of the rows that nobody suspects, so many become near-copies of others, and as many far rows. */
const placedShare = 0.03;
/** Of a column's standard deviation, by which a near-copy differs. */
const jitter = 0.05;
/** How much further from the mean a far row lies than the one it is made from, and how far beyond what occurs at most. */
const [stretch, beyondRange] = [2.5, 1.2];

/**
 * Wrong labels as `plantLabels` plants them; of classes, also near-copies and far rows under a wrong label, which take the place of other rows. Null where no label can be wrong.
 *
 * @param suspected 1 for each row that is left as it is. Shape: [rows]
 */
export function plantPoison(data: Dataset, suspected: Uint8Array, rng: Rng): PlantedPoison | null {
  const labelled = plantLabels(data, suspected, rng);
  if (labelled === null) return null;
  const labels = labelled.planted.slice();
  const far = new Uint8Array(labels.length);
  if (data.target.kind !== "classes") return { data: labelled.data, labels, far };
  const classes = [...new Set(data.y)];
  const honest = Int32Array.from(labels.keys()).filter((i) => suspected[i] === 0 && labels[i] === 0);
  const count = Math.floor(placedShare * honest.length);
  const order = rng.fork("places").sample(honest.length, 4 * count);
  const from = Int32Array.from(labels.keys());
  const y = labelled.data.y.slice();
  for (let k = 0; k < 2 * count; k++) {
    const at = honest[order[k]];
    const origin = honest[order[k + 2 * count]];
    from[at] = origin;
    const others = classes.filter((label) => label !== data.y[origin]);
    y[at] = others[rng.integer(others.length)];
    (k < count ? labels : far)[at] = 1;
  }
  return { data: { ...labelled.data, x: placed(data.x, from, far, rng), y }, labels, far };
}

/** The rows named, those that are not their own a little moved, and far ones stretched: of sparse rows, where a zero means that something is absent, what is there is. */
function placed(x: Matrix, from: Int32Array, far: Uint8Array, rng: Rng): Matrix {
  const out = selectRows(x, from);
  if (out.kind === "sparse") {
    far.forEach((is, i) => {
      if (is === 1) for (let p = out.indptr[i]; p < out.indptr[i + 1]; p++) out.values[p] *= stretch;
    });
    return out;
  }
  const { low, high, mean, spread } = columnsOf(x);
  for (let i = 0; i < from.length; i++) {
    if (from[i] === i) continue;
    for (let j = 0; j < x.cols; j++) {
      const at = i * x.cols + j;
      if (far[i] === 0) out.data[at] += jitter * spread[j] * rng.normal();
      else {
        const step = stretch * (out.data[at] - mean[j]);
        out.data[at] = mean[j] + Math.min(beyondRange * (high[j] - mean[j]), Math.max(beyondRange * (low[j] - mean[j]), step));
      }
    }
  }
  return out;
}

/** Shapes: each [cols]. */
function columnsOf(x: Matrix): Record<"low" | "high" | "mean" | "spread", Float64Array> {
  const [low, high] = [new Float64Array(x.cols).fill(Infinity), new Float64Array(x.cols).fill(-Infinity)];
  const [mean, squares] = [new Float64Array(x.cols), new Float64Array(x.cols)];
  if (x.kind === "dense")
    for (let i = 0; i < x.rows; i++)
      for (let j = 0; j < x.cols; j++) {
        const value = x.data[i * x.cols + j];
        const step = value - mean[j];
        mean[j] += step / (i + 1);
        squares[j] += step * (value - mean[j]);
        low[j] = Math.min(low[j], value);
        high[j] = Math.max(high[j], value);
      }
  return { low, high, mean, spread: squares.map((sum) => Math.sqrt(sum / Math.max(1, x.rows))) };
}
