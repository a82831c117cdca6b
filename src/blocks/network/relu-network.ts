import type { Dataset, Features, Target } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { productInto, productWithTransposeInto } from "../../numeric/matrices/dense-product.ts";
import { type DenseMatrix, type Matrix, addScaledRowInto, denseMatrix, toDense } from "../../numeric/matrices/matrix.ts";
import { columnNorms } from "./column-norms.ts";
import { outputsOf, targetOf } from "../linear/layout.ts";
import { logisticLoss, logisticProbability } from "../linear/margin-losses.ts";
import { softmaxInPlace } from "../linear/softmax-objective.ts";

export interface NetworkShape {
  /** Width of each layer: features, hidden layers, outputs. */
  readonly sizes: readonly number[];
  /** Of classes: softmax (one output: logistic) or ½(z − t)² with t = ±1; of a real target always the square. */
  readonly loss: "cross-entropy" | "square";
}

export interface NetworkSpec {
  readonly shape: NetworkShape;
  /** Layer after layer and unit after unit: its weights, then its bias. */
  readonly theta: Float64Array;
  readonly features: Features;
  readonly target: Target;
}

/** A model that says what it is made of. */
export interface NetworkModel extends Model {
  readonly network: NetworkShape;
  readonly parameters: NonNullable<Model["parameters"]>;
  withParameters(theta: Float64Array): NetworkModel;
  represent(data: Dataset): DenseMatrix;
}

export function isNetworkModel(model: Model): model is NetworkModel {
  return "network" in model;
}

/** Rows that go through the network at once. */
const chunkRows = 1024;

/** The shape that learns this target; hidden layers as given. */
export function shapeOf(features: number, hidden: readonly number[], target: Target, loss: NetworkShape["loss"]): NetworkShape {
  return { sizes: [features, ...hidden, outputsOf(target)], loss: target.kind === "real" ? "square" : loss };
}

export function parameterCount({ sizes }: NetworkShape): number {
  let count = 0;
  for (let l = 1; l < sizes.length; l++) count += sizes[l] * (sizes[l - 1] + 1);
  return count;
}

/** A fully connected network with relu between its layers: h ← max(0, W h + b), the last layer without the max. */
export function reluNetwork(spec: NetworkSpec): NetworkModel {
  const { shape, theta, features, target } = spec;
  const { sizes, loss } = shape;
  const layers = splitLayers(shape, theta);
  const outputs = sizes[sizes.length - 1];

  function scores(data: Dataset): Float64Array {
    return forward(data.x, layers).data;
  }

  function probabilities(data: Dataset): Float64Array | null {
    if (target.kind === "real" || loss === "square") return null;
    const z = scores(data);
    if (outputs > 1) {
      for (let i = 0; i < data.x.rows; i++) softmaxInPlace(z, i * outputs, outputs);
      return z;
    }
    const classes = target.names.length;
    const out = new Float64Array(z.length * classes);
    for (let i = 0; i < z.length; i++) {
      out[i * classes] = classes === 2 ? logisticProbability(-z[i]) : 1;
      if (classes === 2) out[i * classes + 1] = logisticProbability(z[i]);
    }
    return out;
  }

  function losses(data: Dataset): Float64Array {
    const z = scores(data);
    const out = new Float64Array(data.x.rows);
    for (let i = 0; i < out.length; i++) {
      if (loss === "cross-entropy" && outputs > 1) {
        const ofLabel = z[i * outputs + data.y[i]];
        out[i] = Math.max(0, softmaxInPlace(z, i * outputs, outputs) - ofLabel);
      } else
        for (let k = 0; k < outputs; k++) {
          const score = z[i * outputs + k];
          const wanted = targetOf(target, k, data.y[i]);
          out[i] += loss === "square" ? 0.5 * (score - wanted) ** 2 : logisticLoss.value(score, wanted);
        }
    }
    return out;
  }

  /** Of weights, the root mean square of the activation below; of biases, 0. Shape: as θ. */
  function parameterInputs(data: Dataset): Float64Array {
    return thetaOfLayers(
      shape,
      layers.map(({ inputs, units }, l) => {
        const given = l === 0 ? columnNorms(data.x) : columnNorms(forward(data.x, layers.slice(0, l)));
        return { weights: Float64Array.from({ length: inputs * units }, (_, p) => given[p % inputs]), biases: new Float64Array(units) };
      }),
    );
  }

  return {
    network: shape,
    outputs,
    scores,
    probabilities,
    losses,
    represent: (data) => (layers.length === 1 ? toDense(data.x) : forward(data.x, layers.slice(0, -1))),
    representSlopes: (data, slopes) => pullBack(data.x, slopes, layers.slice(0, -1)),
    parameters: { theta, features },
    withParameters: (moved) => reluNetwork({ ...spec, theta: moved }),
    parameterInputs,
  };
}

/** θ as one array for each layer: weights [units, inputs], biases [units]. */
export function layersOfTheta(
  shape: NetworkShape,
  theta: Float64Array,
): { readonly weights: Float64Array; readonly biases: Float64Array }[] {
  return splitLayers(shape, theta);
}

/** The inverse of `layersOfTheta`. */
export function thetaOfLayers(
  shape: NetworkShape,
  layers: readonly { readonly weights: ArrayLike<number>; readonly biases: ArrayLike<number> }[],
): Float64Array {
  const theta = new Float64Array(parameterCount(shape));
  let at = 0;
  layers.forEach(({ weights, biases }, l) => {
    const inputs = shape.sizes[l];
    for (let k = 0; k < biases.length; k++) {
      for (let j = 0; j < inputs; j++) theta[at++] = weights[k * inputs + j];
      theta[at++] = biases[k];
    }
  });
  return theta;
}

interface Layer {
  readonly inputs: number;
  readonly units: number;
  /** Shape: [units, inputs]. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly isLast: boolean;
}

function splitLayers({ sizes }: NetworkShape, theta: Float64Array): Layer[] {
  let at = 0;
  return sizes.slice(1).map((units, l) => {
    const inputs = sizes[l];
    const [weights, biases] = [new Float64Array(units * inputs), new Float64Array(units)];
    for (let k = 0; k < units; k++, at += inputs + 1) {
      weights.set(theta.subarray(at, at + inputs), k * inputs);
      biases[k] = theta[at + inputs];
    }
    return { inputs, units, weights, biases, isLast: l === sizes.length - 2 };
  });
}

/** What the last of these layers says of each row. Shape of the result: [rows, its units]. */
function forward(x: Matrix, layers: readonly Layer[]): DenseMatrix {
  const width = layers[layers.length - 1].units;
  const out = denseMatrix(x.rows, width);
  const widest = Math.max(x.cols, ...layers.map(({ units }) => units));
  const room = Math.min(chunkRows, x.rows) * widest;
  let [given, next] = [new Float64Array(room), new Float64Array(room)];
  for (let from = 0; from < x.rows; from += chunkRows) {
    const rows = Math.min(chunkRows, x.rows - from);
    if (x.kind === "dense") given.set(x.data.subarray(from * x.cols, (from + rows) * x.cols));
    else {
      given.fill(0, 0, rows * x.cols);
      for (let i = 0; i < rows; i++) addScaledRowInto(given, x, from + i, 1, i * x.cols);
    }
    for (const { inputs, units, weights, biases, isLast } of layers) {
      productWithTransposeInto(next.subarray(0, rows * units), given, weights, rows, inputs, units);
      for (let i = 0, p = 0; i < rows; i++)
        for (let k = 0; k < units; k++, p++) {
          const z = next[p] + biases[k];
          next[p] = isLast || z > 0 ? z : 0;
        }
      [given, next] = [next, given];
    }
    out.data.set(given.subarray(0, rows * width), from * width);
  }
  return out;
}

/** Sends slopes in what the last of these layers says back to its rows. Shapes: slopes [rows, its units], result [rows, features]. */
function pullBack(x: Matrix, slopes: DenseMatrix, layers: readonly Layer[]): DenseMatrix {
  const outputs = layers.map((_, l) => forward(x, layers.slice(0, l + 1)));
  let slope = slopes.data;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, units, weights } = layers[l];
    const active = outputs[l].data;
    const below = new Float64Array(x.rows * inputs);
    productInto(
      below,
      slope.map((value, p) => (active[p] > 0 ? value : 0)),
      weights,
      x.rows,
      units,
      inputs,
    );
    slope = below;
  }
  return denseMatrix(x.rows, x.cols, slope === slopes.data ? slope.slice() : slope);
}
