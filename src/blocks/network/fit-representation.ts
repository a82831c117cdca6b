import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { BaseModel } from "../../core/learner.ts";
import { productInto, productWithTransposeInto, transposeInto } from "../../numeric/matrices/dense-product.ts";
import { type DenseMatrix, type Matrix, addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import { layersOfTheta, thetaOfLayers } from "./relu-network.ts";

export interface RepresentationProblem {
  /** Shape: [rows, features]. */
  readonly x: Matrix;
  /** What is to be said of each row. Shape: [rows, units of the last layer]. */
  readonly goals: DenseMatrix;
  /** What each row counts. Shape: [rows]. */
  readonly weight: Float64Array;
}

export interface RepresentationSettings {
  /** Batches. */
  readonly steps: number;
  /** Of the first step; it falls evenly to nothing. */
  readonly learningRate: number;
  readonly batchRows: number;
}

const adam = { first: 0.9, second: 0.999, epsilon: 1e-8 };

/**
 * Moves a base model f to the goals: the mean of ½ w_i ‖f(x_i) − goal_i‖² falls by Adam (Kingma & Ba 2015, algorithm 1) over batches, from where the model is. A relu follows
 * every layer, the last too: ∂z = w (h − goal) ⊙ [h > 0], ∂W = ∂zᵀ h₋₁, ∂h₋₁ = ∂z W. Sums are of 64-bit floats by the built-in kernels.
 */
export function fitRepresentation(
  base: BaseModel,
  { x, goals, weight }: RepresentationProblem,
  settings: RepresentationSettings,
  context: RunContext,
): BaseModel {
  const { sizes } = base;
  const shape = { sizes, loss: "square" } as const;
  const layers = layersOfTheta(shape, base.theta).map(({ weights, biases }) => ({ weights: weights.slice(), biases: biases.slice() }));
  const parts = layers.flatMap(({ weights, biases }) => [weights, biases]);
  const slopes = parts.map((part) => new Float64Array(part.length));
  const means = parts.map((part) => new Float64Array(part.length));
  const squares = parts.map((part) => new Float64Array(part.length));
  const batchRows = Math.max(1, Math.min(settings.batchRows, x.rows));
  const h = sizes.map((width) => new Float64Array(batchRows * width));
  const dz = sizes.map((width) => new Float64Array(batchRows * width));
  const turned = sizes.map((width) => new Float64Array(batchRows * width));
  const order = Int32Array.from({ length: x.rows }, (_, i) => i);
  let step = 0;
  for (let epoch = 0; step < settings.steps && x.rows > 0; epoch++) {
    context.rng.fork("order").fork(epoch).shuffleInPlace(order);
    for (let from = 0; from < x.rows && step < settings.steps; from += batchRows) {
      stopIfCancelled(context.signal);
      const rows = Math.min(batchRows, x.rows - from);
      h[0].fill(0);
      for (let i = 0; i < rows; i++) addScaledRowInto(h[0], x, order[from + i], 1, i * x.cols);
      forward(rows);
      const last = sizes.length - 1;
      const width = sizes[last];
      for (let i = 0; i < rows; i++) {
        const share = weight[order[from + i]] / rows;
        for (let u = 0; u < width; u++)
          dz[last][i * width + u] = share * (h[last][i * width + u] - goals.data[order[from + i] * width + u]);
      }
      for (let l = last; l > 0; l--) backward(l, rows);
      step++;
      parts.forEach((part, p) => descend(part, slopes[p], means[p], squares[p]));
    }
    context.progress?.(step / settings.steps);
  }
  return { sizes, theta: thetaOfLayers(shape, layers) };

  function forward(rows: number): void {
    layers.forEach(({ weights, biases }, l) => {
      const [inputs, units] = [sizes[l], sizes[l + 1]];
      const out = h[l + 1];
      productWithTransposeInto(out.subarray(0, rows * units), h[l], weights, rows, inputs, units);
      for (let p = 0; p < rows * units; p++) out[p] = Math.max(0, out[p] + biases[p % units]);
    });
  }

  /** From ∂h of layer l in dz[l] to the slopes of its parameters, and ∂h of the layer below. */
  function backward(l: number, rows: number): void {
    const [inputs, units] = [sizes[l - 1], sizes[l]];
    const [own, biasSlopes] = [dz[l], slopes[2 * l - 1]];
    biasSlopes.fill(0);
    for (let p = 0; p < rows * units; p++) {
      if (h[l][p] <= 0) own[p] = 0;
      biasSlopes[p % units] += own[p];
    }
    transposeInto(turned[l], own, rows, units);
    productInto(slopes[2 * l - 2], turned[l], h[l - 1], units, rows, inputs);
    if (l > 1) productInto(dz[l - 1].subarray(0, rows * inputs), own, layers[l - 1].weights, rows, units, inputs);
  }

  function descend(part: Float64Array, slope: Float64Array, mean: Float64Array, square: Float64Array): void {
    const left = 1 - (step - 1) / settings.steps;
    const rate = (left * settings.learningRate * Math.sqrt(1 - adam.second ** step)) / (1 - adam.first ** step);
    const floor = adam.epsilon * Math.sqrt(1 - adam.second ** step);
    for (let p = 0; p < part.length; p++) {
      mean[p] = adam.first * mean[p] + (1 - adam.first) * slope[p];
      square[p] = adam.second * square[p] + (1 - adam.second) * slope[p] * slope[p];
      part[p] -= (rate * mean[p]) / (Math.sqrt(square[p]) + floor);
    }
  }
}
