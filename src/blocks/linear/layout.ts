import type { Dataset, Features, Target } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Matrix } from "../../numeric/matrices/matrix.ts";
import { multiplyRowsInto } from "../../numeric/matrices/matrix-vector.ts";

/**
 * θ of a linear model: one block [w, b] of features + 1 entries for each output. "regularised": b joins the penalty, as in LIBLINEAR;
 * "free": it does not, as in scikit-learn's LogisticRegression and Ridge.
 */
export type BiasKind = "free" | "regularised";

/** Scores of a linear model: 1 for a real target or two classes, else the number of classes. */
export function outputsOf(target: Target): number {
  return target.kind === "real" || target.names.length <= 2 ? 1 : target.names.length;
}

/** What output `output` is trained to say about a row with label `y`: the label itself, or ±1. */
export function targetOf(target: Target, output: number, y: number): number {
  if (target.kind === "real") return y;
  return y === (target.names.length <= 2 ? 1 : output) ? 1 : -1;
}

/** `targetOf` for every row. Shape: [rows]. */
export function targetsOf(data: Dataset, output: number): Float64Array {
  if (data.target.kind === "real") return data.y.slice();
  const right = data.target.names.length <= 2 ? 1 : output;
  const out = new Float64Array(data.y.length);
  for (let i = 0; i < out.length; i++) out[i] = data.y[i] === right ? 1 : -1;
  return out;
}

/** c_i = weight_i / Σ weight; all 0 where nothing has weight. Shape: [rows]. */
export function rowShares(data: Dataset): Float64Array {
  const unit = unitShare(data);
  return data.weight === null ? new Float64Array(data.x.rows).fill(unit) : data.weight.map((weight) => weight * unit);
}

/** c of a row with weight 1. */
export function unitShare(data: Dataset): number {
  if (data.weight === null) return data.x.rows === 0 ? 0 : 1 / data.x.rows;
  let sum = 0;
  for (const weight of data.weight) sum += weight;
  return sum > 0 ? 1 / sum : 0;
}

/** out[i] = w · x_i + b for block `block` of θ. Shapes: out [rows], theta [blocks * (cols + 1)]. */
export function blockScoresInto(out: Float64Array, x: Matrix, theta: Float64Array, block: number): void {
  const offset = block * (x.cols + 1);
  multiplyRowsInto(out, x, theta, offset, 0, x.rows);
  const bias = theta[offset + x.cols];
  for (let i = 0; i < x.rows; i++) out[i] += bias;
}

/** out += λ v on the entries that are penalised. Shapes: out, v [blocks * blockSize]. */
export function addPenaltyInto(out: Float64Array, v: Float64Array, blockSize: number, weightDecay: number, bias: BiasKind): void {
  const penalised = bias === "free" ? blockSize - 1 : blockSize;
  for (let start = 0; start < v.length; start += blockSize) for (let j = start; j < start + penalised; j++) out[j] += weightDecay * v[j];
}

/** (λ/2) ‖θ‖² over the entries that are penalised. */
export function penaltyOf(theta: Float64Array, blockSize: number, weightDecay: number, bias: BiasKind): number {
  const penalised = bias === "free" ? blockSize - 1 : blockSize;
  let sum = 0;
  for (let start = 0; start < theta.length; start += blockSize) for (let j = start; j < start + penalised; j++) sum += theta[j] * theta[j];
  return 0.5 * weightDecay * sum;
}

/** Where to start from: the parameters of `start`, matched to these features by name; zeros where it has none that fit. */
export function startingTheta(start: Model | null | undefined, features: Features, outputs: number): Float64Array {
  const size = features.names.length + 1;
  const theta = new Float64Array(outputs * size);
  const given = start?.parameters;
  if (!given) return theta;
  const givenSize = given.features.names.length + 1;
  if (given.theta.length !== outputs * givenSize) return theta;
  if (sameNames(given.features.names, features.names)) {
    theta.set(given.theta);
    return theta;
  }
  const positions = new Map(given.features.names.map((name, j) => [name, j]));
  const from = features.names.map((name) => positions.get(name) ?? -1);
  for (let k = 0; k < outputs; k++) {
    for (let j = 0; j < from.length; j++) if (from[j] >= 0) theta[k * size + j] = given.theta[k * givenSize + from[j]];
    theta[k * size + size - 1] = given.theta[k * givenSize + givenSize - 1];
  }
  return theta;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, j) => name === b[j]));
}
