import { productInto, productWithTransposeInto } from "../../numeric/matrices/dense-product.ts";
import { targetOf } from "../linear/layout.ts";
import { logisticLoss } from "../linear/margin-losses.ts";
import { type NetworkModel, layersOfTheta } from "./relu-network.ts";
import { softmaxInPlace } from "../linear/softmax-objective.ts";
import type { Target } from "../../core/dataset.ts";

/** What a network loses on a batch of rows, and how that changes with their inputs. */
export interface InputSlopes {
  /**
   * slopes[i] ← ∂ℓ(f(x_i), y_i)/∂x_i. Shapes: slopes, x [rows, features], y [rows]; at most as many rows as `inputSlopes` was told. Returns the summed loss and
   * how many rows are answered `y`.
   */
  slopesInto(slopes: Float64Array, x: Float64Array, y: ArrayLike<number>, rows: number): { readonly loss: number; readonly right: number };
}

/** Backpropagation down to the inputs: ∂z = ∂ℓ/∂z, ∂hₗ = ∂ₗ₊₁ Wₗ ⊙ [hₗ > 0], ∂x = ∂₁ W₀. Buffers are made once; one batch at a time. */
export function inputSlopes(model: NetworkModel, target: Target, batchRows: number): InputSlopes {
  const { sizes, loss: kind } = model.network;
  const layers = layersOfTheta(model.network, model.parameters.theta);
  const outputs = sizes[sizes.length - 1];
  const h = sizes.slice(1).map((units) => new Float64Array(batchRows * units));
  const d = sizes.slice(1).map((units) => new Float64Array(batchRows * units));

  function forward(x: Float64Array, rows: number): Float64Array {
    layers.forEach(({ weights, biases }, l) => {
      const [inputs, units] = [sizes[l], sizes[l + 1]];
      const out = h[l];
      productWithTransposeInto(out.subarray(0, rows * units), l === 0 ? x : h[l - 1], weights, rows, inputs, units);
      const isLast = l === layers.length - 1;
      for (let i = 0, p = 0; i < rows; i++)
        for (let k = 0; k < units; k++, p++) {
          const z = out[p] + biases[k];
          out[p] = isLast || z > 0 ? z : 0;
        }
    });
    return h[h.length - 1];
  }

  /** Turns scores into their slopes. */
  function lossOf(z: Float64Array, slope: Float64Array, y: number, at: number): number {
    if (kind === "cross-entropy" && outputs > 1) {
      for (let k = 0; k < outputs; k++) slope[at + k] = z[at + k];
      const own = z[at + y];
      const total = softmaxInPlace(slope, at, outputs);
      slope[at + y] -= 1;
      return total - own;
    }
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      const wanted = targetOf(target, k, y);
      const score = z[at + k];
      slope[at + k] = kind === "square" ? score - wanted : logisticLoss.slope(score, wanted);
      sum += kind === "square" ? 0.5 * (score - wanted) ** 2 : logisticLoss.value(score, wanted);
    }
    return sum;
  }

  function isRight(z: Float64Array, y: number, at: number): boolean {
    if (outputs === 1) return z[at] > 0 === y > 0;
    for (let k = 0; k < outputs; k++) if (z[at + k] > z[at + y] || (z[at + k] === z[at + y] && k < y)) return false;
    return true;
  }

  return {
    slopesInto(slopes, x, y, rows) {
      const z = forward(x, rows);
      let [loss, right] = [0, 0];
      const top = d[d.length - 1];
      for (let i = 0; i < rows; i++) {
        if (target.kind === "classes" && isRight(z, y[i], i * outputs)) right++;
        loss += lossOf(z, top, y[i], i * outputs);
      }
      for (let l = layers.length - 1; l >= 0; l--) {
        const inputs = sizes[l];
        const units = sizes[l + 1];
        const below = l === 0 ? slopes : d[l - 1];
        productInto(below.subarray(0, rows * inputs), d[l], layers[l].weights, rows, units, inputs);
        if (l > 0) for (let p = 0; p < rows * inputs; p++) if (h[l - 1][p] <= 0) below[p] = 0;
      }
      return { loss, right };
    },
  };
}
