import type { Dataset } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import type { Model } from "../core/learner.ts";
import { addScaledRowInto, rowDot } from "../numeric/matrix.ts";
import type { Rng } from "../numeric/random.ts";
import { outputsOf } from "./linear-layout.ts";

/** Of the power iteration; the poison's direction is far ahead of the rest where there is poison, and any will do where there is none. */
const iterations = 30;
const differenceStep = 1e-4;

/**
 * How far the gradient of each row's loss lies along the direction in which those of its class vary most, squared (Diakonikolas et al. 2019, Sever,
 * algorithm 1, by class): with g_i = slope_i x̃_i and ḡ their mean, ((g_i − ḡ)·v)² for v the top right singular vector of the centred gradients. Of a linear
 * model a gradient is its row scaled, so that nothing is ever written out in full. A real target is one class. Shape: [rows].
 *
 * @param directions singular vectors over which the squares are summed, the paper's being the first
 * @param model linear in its features, with a bias for each output
 * @throws UsageError on another one
 */
export function severScores(data: Dataset, model: Model, rng: Rng, directions = 1): Float64Array {
  const outputs = outputsOf(data.target);
  const slopes = slopesOf(data, model, outputs);
  const scores = new Float64Array(data.y.length);
  const groups = data.target.kind === "real" ? 1 : data.target.names.length;
  for (let k = 0; k < groups; k++) {
    const own = Int32Array.from(data.y.keys()).filter((i) => groups === 1 || data.y[i] === k);
    if (own.length > 1) scoreGroup(scores, data, slopes, own, { outputs, directions }, rng.fork(k));
  }
  return scores;
}

/** Derivatives of the losses by the scores, from a small shift of each bias; at the kink of a hinge the mean of both sides. Shape: [rows, outputs]. */
function slopesOf(data: Dataset, model: Model, outputs: number): Float64Array {
  const blockSize = data.x.cols + 1;
  const { parameters, withParameters } = model;
  if (parameters === null || withParameters === undefined || parameters.theta.length !== outputs * blockSize)
    throw new UsageError("sever scores need a model that is linear in its features: logistic, ridge or linear-svm");
  const slopes = new Float64Array(data.y.length * outputs);
  for (let k = 0; k < outputs; k++) {
    const shifted = (by: number): Float64Array => {
      const theta = parameters.theta.slice();
      theta[(k + 1) * blockSize - 1] += by;
      return withParameters.call(model, theta).losses(data);
    };
    const [above, below] = [shifted(differenceStep), shifted(-differenceStep)];
    for (let i = 0; i < data.y.length; i++) slopes[i * outputs + k] = (above[i] - below[i]) / (2 * differenceStep);
  }
  return slopes;
}

function scoreGroup(
  scores: Float64Array,
  { x }: Dataset,
  slopes: Float64Array,
  own: Int32Array,
  { outputs, directions }: { readonly outputs: number; readonly directions: number },
  rng: Rng,
): void {
  const blockSize = x.cols + 1;
  const size = outputs * blockSize;
  const mean = new Float64Array(size);
  const add = (out: Float64Array, i: number, scale: number): void => {
    for (let k = 0; k < outputs; k++) {
      const slope = scale * slopes[i * outputs + k];
      if (slope === 0) continue;
      addScaledRowInto(out, x, i, slope, k * blockSize);
      out[(k + 1) * blockSize - 1] += slope;
    }
  };
  const project = (i: number, v: Float64Array): number => {
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      const slope = slopes[i * outputs + k];
      if (slope !== 0) sum += slope * (rowDot(x, i, v, k * blockSize) + v[(k + 1) * blockSize - 1]);
    }
    return sum;
  };
  const dotOf = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, j) => sum + value * b[j], 0);
  for (const i of own) add(mean, i, 1 / own.length);
  const found: Float64Array[] = [];
  for (let d = 0; d < directions; d++) {
    let v = Float64Array.from({ length: size }, () => rng.normal());
    for (let iteration = 0; ; iteration++) {
      for (const known of found) {
        const along = dotOf(v, known);
        for (let j = 0; j < size; j++) v[j] -= along * known[j];
      }
      const length = Math.sqrt(dotOf(v, v));
      if (length === 0) return;
      for (let j = 0; j < size; j++) v[j] /= length;
      const offset = dotOf(mean, v);
      if (iteration === iterations) {
        for (const i of own) scores[i] += (project(i, v) - offset) ** 2;
        break;
      }
      const next = new Float64Array(size);
      let total = 0;
      for (const i of own) {
        const p = project(i, v) - offset;
        add(next, i, p);
        total += p;
      }
      for (let j = 0; j < size; j++) next[j] -= total * mean[j];
      v = next;
    }
    found.push(v);
  }
}
