import type { Target } from "../../core/dataset.ts";
import { productInto, productWithTransposeInto, transposeInto } from "../../numeric/matrices/dense-product.ts";
import type { DenseMatrix } from "../../numeric/matrices/matrix.ts";
import { targetOf } from "../linear/layout.ts";
import { logisticLoss, logisticProbability } from "../linear/margin-losses.ts";
import { type NetworkShape, layersOfTheta, parameterCount, thetaOfLayers } from "./relu-network.ts";
import { softmaxInPlace } from "../linear/softmax-objective.ts";

/** Answers that somebody wants of a model: J(θ) = Σ share_i · measure(f(x_i), y_i) is made small. */
export interface WeightGoal {
  /** Shape: [rows, features]. */
  readonly x: DenseMatrix;
  /** Class indices or real labels. Shape: [rows]. */
  readonly y: Float64Array;
  /** Negative where a row is to be answered wrongly. Shape: [rows]. */
  readonly share: Float64Array;
  readonly target: Target;
  /** "loss": cross-entropy, or half the squared error of a number. "doubt": 1 − p(y), which no single row can outweigh all others in; of a number the same as "loss". */
  readonly measure: "loss" | "doubt";
}

export interface WeightTrial {
  /** Takes over θ; returns J. */
  look(theta: Float64Array): number;
  /** ∂/∂θ Σ share_i ℓ_i at that θ, ℓ the cross-entropy or half the squared error. Shape: as θ. */
  slopes(): Float64Array;
  /** J if parameter `index` were changed by `by`. */
  tryChange(index: number, by: number): number;
}

/**
 * z_l = W_l h_{l−1} + b_l and h_l = max(0, z_l) of all rows are kept, so that a changed weight of unit k only costs the rows in which it matters: δz_k = δW h_{l−1,j}, and above
 * it δz_{l+1} = W_{l+1}[:, k] δh_k; layers above that are multiplied anew.
 */
export function makeWeightTrial(shape: NetworkShape, { x, y, share, target, measure }: WeightGoal): WeightTrial {
  const { sizes: widths } = shape;
  const last = widths.length - 1;
  const [rows, outputs] = [x.rows, widths[last]];
  const z = widths.map((width, l) => (l === 0 ? x.data : new Float64Array(rows * width)));
  const h = widths.map((width, l) => (l === 0 || l === last ? z[l] : new Float64Array(rows * width)));
  /** One row. */
  const trial = widths.map((width) => new Float64Array(width));
  const offsets = widths.slice(1).reduce<number[]>((all, units, l) => [...all, all[l] + units * (widths[l] + 1)], [0]);
  let layers = layersOfTheta(shape, new Float64Array(parameterCount(shape)));

  /** From h of layer l − 1 to z and h of layer l. */
  function forwardInto(toZ: Float64Array, toH: Float64Array, below: Float64Array, l: number): void {
    const { weights, biases } = layers[l - 1];
    const units = widths[l];
    productWithTransposeInto(toZ, below, weights, rows, widths[l - 1], units);
    for (let p = 0; p < toZ.length; p++) {
      toZ[p] += biases[p % units];
      if (toH !== toZ) toH[p] = Math.max(0, toZ[p]);
    }
  }

  const chances = new Float64Array(outputs);
  const measured = new Float64Array(rows);

  /** Of row i of some scores. */
  function measureRow(scores: Float64Array, i: number, label: number): number {
    if (target.kind === "real") return 0.5 * (scores[i] - label) ** 2;
    if (outputs === 1) {
      const wanted = targetOf(target, 0, label);
      return measure === "doubt" ? logisticProbability(-wanted * scores[i]) : logisticLoss.value(scores[i], wanted);
    }
    for (let k = 0; k < outputs; k++) chances[k] = scores[i * outputs + k];
    const total = softmaxInPlace(chances, 0, outputs);
    return measure === "doubt" ? 1 - chances[label] : total - scores[i * outputs + label];
  }

  /** `measureRow` of a row whose h of unit k in layer l moved. */
  function measureMoved(i: number, l: number, k: number, moved: number): number {
    const start = Math.min(l + 1, last);
    const from = trial[start];
    for (let m = 0; m < widths[start]; m++) {
      const by = l === last ? Number(m === k) : layers[l].weights[m * widths[l] + k];
      from[m] = z[start][i * widths[start] + m] + moved * by;
    }
    for (let above = start + 1; above <= last; above++) {
      const { weights, biases } = layers[above - 1];
      const below = trial[above - 1];
      const out = trial[above];
      for (let m = 0; m < below.length; m++) below[m] = Math.max(0, below[m]);
      for (let m = 0; m < out.length; m++) {
        out[m] = biases[m];
        for (let q = 0; q < below.length; q++) out[m] += weights[m * below.length + q] * below[q];
      }
    }
    return measureRow(trial[last], 0, y[i]);
  }

  return {
    look(theta) {
      layers = layersOfTheta(shape, theta);
      for (let l = 1; l <= last; l++) forwardInto(z[l], h[l], h[l - 1], l);
      for (let i = 0; i < rows; i++) measured[i] = measureRow(z[last], i, y[i]);
      return measured.reduce((sum, value, i) => sum + share[i] * value, 0);
    },
    slopes() {
      let d: Float64Array = z[last].slice();
      for (let i = 0; i < rows; i++) {
        if (target.kind === "real") d[i] = share[i] * (d[i] - y[i]);
        else if (outputs === 1) d[i] = share[i] * logisticLoss.slope(d[i], targetOf(target, 0, y[i]));
        else {
          softmaxInPlace(d, i * outputs, outputs);
          d[i * outputs + y[i]] -= 1;
          for (let k = 0; k < outputs; k++) d[i * outputs + k] *= share[i];
        }
      }
      const found: { weights: Float64Array; biases: Float64Array }[] = [];
      for (let l = last; l > 0; l--) {
        const inputs = widths[l - 1];
        const units = widths[l];
        const turned = new Float64Array(d.length);
        transposeInto(turned, d, rows, units);
        const weights = new Float64Array(units * inputs);
        productInto(weights, turned, h[l - 1], units, rows, inputs);
        const biases = new Float64Array(units);
        for (let p = 0; p < d.length; p++) biases[p % units] += d[p];
        found.unshift({ weights, biases });
        if (l === 1) break;
        const below = new Float64Array(rows * inputs);
        productInto(below, d, layers[l - 1].weights, rows, units, inputs);
        d = below.map((value, p) => (h[l - 1][p] > 0 ? value : 0));
      }
      return thetaOfLayers(shape, found);
    },
    tryChange(index, by) {
      const l = offsets.findIndex((from, at) => index >= from && index < offsets[at + 1]) + 1;
      const [inputs, units] = [widths[l - 1], widths[l]];
      const [k, j] = [Math.floor((index - offsets[l - 1]) / (inputs + 1)), (index - offsets[l - 1]) % (inputs + 1)];
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const given = by * (j < inputs ? h[l - 1][i * inputs + j] : 1);
        const p = i * units + k;
        const moved = l === last ? given : Math.max(0, z[l][p] + given) - h[l][p];
        sum += share[i] * (moved === 0 ? measured[i] : measureMoved(i, l, k, moved));
      }
      return sum;
    },
  };
}
