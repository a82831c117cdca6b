import type { DetectorContext } from "../../core/detector.ts";
import { type Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { makeUnionFind } from "../../numeric/orders/union-find.ts";
import { type Folds, stratifiedFolds } from "./folds.ts";
import type { NearCopies } from "../copies/near-copies.ts";
import type { Records } from "../copies/records.ts";
import { outOfFold } from "./out-of-fold.ts";

/** What models say of rows when they saw neither the row, nor its near-copies, nor anything of its source. */
export interface HonestView {
  readonly folds: Folds;
  /** The model that saw no row of the fold. Shape: [folds]. */
  readonly models: readonly Model[];
  /** Decision values of the rows, or predictions of a real label. Shape: [examples, outputs]. */
  readonly scores: Float64Array;
  /** Chance of each class, for two classes calibrated on the held-out rows; empty for a real label. Shape: [examples, classes]. */
  readonly probabilities: Float64Array;
  /** The same of other rows, by the model that saw no row of `fold`. Shape: [rows, classes]. */
  probabilitiesOf(rows: Dataset, fold: number): Float64Array;
}

export async function honestView(
  data: Dataset,
  copies: NearCopies,
  { folds: asked, fit, rng, signal, progress }: Pick<DetectorContext, "fit" | "rng" | "signal" | "progress"> & { readonly folds: number },
): Promise<HonestView> {
  const folds = stratifiedFolds({ ...data, source: groupsOf(data, copies) }, asked, rng);
  const models: Model[] = [];
  const { scores, outputs, probabilities } = await outOfFold(
    data,
    folds,
    async (train, fold, before) => (models[fold] = await fit(train, before)),
    { signal, progress },
  );
  const classes = data.target.kind === "classes" ? data.target.names.length : 0;
  const line = classes === 2 && outputs === 1 ? plattLine(scores, data.y) : null;
  const chancesOf = (theirScores: Float64Array, theirs: Float64Array | null): Float64Array => {
    if (classes === 0) return new Float64Array(0);
    if (classes === 1) return new Float64Array(theirScores.length).fill(1);
    if (line !== null) return linkBinary(theirScores, line);
    return theirs ?? softmaxRows(theirScores, classes);
  };
  return {
    folds,
    models,
    scores,
    probabilities: chancesOf(scores, probabilities),
    probabilitiesOf: (rows, fold) => chancesOf(models[fold].scores(rows), line === null ? models[fold].probabilities(rows) : null),
  };
}

/** Groups that must not be parted: rows of one source, and near-copies. Where these would tie most rows together, sources alone. Shape: [examples]. */
export function groupsOf(
  data: Dataset,
  { records, clusters }: { readonly records: Records; readonly clusters: readonly ArrayLike<number>[] },
): Int32Array {
  const examples = data.source.length;
  const sets = makeUnionFind(examples);
  const firstOf = new Map<number, number>();
  for (let i = 0; i < examples; i++) {
    sets.union(i, records.first[records.record[i]]);
    if (data.source[i] < 0) continue;
    const first = firstOf.get(data.source[i]);
    if (first === undefined) firstOf.set(data.source[i], i);
    else sets.union(i, first);
  }
  const bySource = Int32Array.from({ length: examples }, (_, i) => sets.find(i));
  for (const cluster of clusters) for (let k = 1; k < cluster.length; k++) sets.union(records.first[cluster[k]], records.first[cluster[0]]);
  const groups = Int32Array.from({ length: examples }, (_, i) => sets.find(i));
  const sizes = new Int32Array(examples);
  let largest = 0;
  for (const group of groups) largest = Math.max(largest, ++sizes[group]);
  return 4 * largest > examples ? bySource : groups;
}

/** Chance of class 1 = σ(slope · score + offset). */
interface Line {
  readonly slope: number;
  readonly offset: number;
}

/** Platt 1999, Probabilistic outputs for support vector machines, with its smoothed targets, by Newton steps. The slope stays ≥ 0. */
function plattLine(scores: Float64Array, y: Float64Array): Line {
  const positives = y.reduce((sum, label) => sum + label, 0);
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (y.length - positives + 2);
  const spread = Math.sqrt(scores.reduce((sum, s) => sum + s * s, 0) / scores.length) || 1;
  let slope = 0;
  let offset = Math.log((positives + 1) / (y.length - positives + 1));
  for (let step = 0; step < 50; step++) {
    let g0 = 0;
    let g1 = 0;
    let h00 = 1e-9;
    let h01 = 0;
    let h11 = 1e-9;
    for (let i = 0; i < y.length; i++) {
      const s = scores[i] / spread;
      const p = 1 / (1 + Math.exp(-(slope * s + offset)));
      const error = p - (y[i] > 0 ? high : low);
      const curvature = p * (1 - p);
      g0 += error * s;
      g1 += error;
      h00 += curvature * s * s;
      h01 += curvature * s;
      h11 += curvature;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) break;
    const longest = Math.max(Math.abs((h11 * g0 - h01 * g1) / determinant), Math.abs((h00 * g1 - h01 * g0) / determinant));
    const scale = Math.min(1, 2 / longest);
    slope -= (scale * (h11 * g0 - h01 * g1)) / determinant;
    offset -= (scale * (h00 * g1 - h01 * g0)) / determinant;
    if (longest < 1e-8) break;
  }
  return { slope: Math.max(0, slope) / spread, offset };
}

function linkBinary(scores: Float64Array, { slope, offset }: Line): Float64Array {
  const out = new Float64Array(2 * scores.length);
  for (let i = 0; i < scores.length; i++) {
    const p = 1 / (1 + Math.exp(-(slope * scores[i] + offset)));
    out[2 * i] = 1 - p;
    out[2 * i + 1] = p;
  }
  return out;
}

function softmaxRows(scores: Float64Array, classes: number): Float64Array {
  const rows = scores.length / Math.max(1, classes);
  const out = new Float64Array(scores.length);
  for (let i = 0; i < rows; i++) {
    let top = -Infinity;
    for (let k = 0; k < classes; k++) top = Math.max(top, scores[i * classes + k]);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += out[i * classes + k] = Math.exp(scores[i * classes + k] - top);
    for (let k = 0; k < classes; k++) out[i * classes + k] /= sum;
  }
  return out;
}
