import { type NetworkShape, isNetworkModel, reluNetwork, shapeOf } from "../../blocks/network/relu-network.ts";
import { startingWeights } from "../../blocks/network/starting-weights.ts";
import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { FitOptions, Learner, Model } from "../../core/learner.ts";
import { missingRuntime } from "../onnx/runtime.ts";
import { type RealScale, trainNetwork } from "../onnx/train-network.ts";

export interface MlpParams {
  readonly hidden: string;
  readonly loss: "cross-entropy" | "square";
  readonly optimiser: "adam" | "sgd";
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly epochs: number | "auto";
  readonly batchRows: number;
  readonly continues: boolean;
}
type Tuned = MlpParams & { readonly epochs: number };

/** Of "auto": as many passes as make that many steps, within these bounds. */
const auto = { steps: 1000, leastEpochs: 10, mostEpochs: 200 };

/** A trained network is no optimum that could be differentiated, so there is no `objective`, and a model to start from is passed over unless `continues`. */
export const mlp: Learner<MlpParams> = {
  kind: "learner",
  id: "mlp",
  title: "Neural network",
  summary:
    "A fully connected network with relu layers, trained in batches; what its last hidden layer says of a row is what detectors look at.",
  source: {
    cite: "Goodfellow, Bengio & Courville 2016, Deep Learning, chapters 6 and 8; Adam: Kingma & Ba 2015, algorithm 1; starting weights: He et al. 2015, eq. 10",
    url: "https://www.deeplearningbook.org/",
  },
  targets: ["classes", "real"],
  learnsFeatures: true,
  followsOrder: true,
  refuses: missingRuntime,
  lacks: missingRuntime,
  params: {
    hidden: { type: "text", default: "64", help: 'units of each hidden layer, from the features up: "64" or "128,64"; empty for none' },
    loss: {
      type: "choice",
      default: "cross-entropy",
      options: ["cross-entropy", "square"],
      help: "of classes: softmax cross-entropy, or half the squared error against ±1, which gives no probabilities; of a number always the square",
    },
    optimiser: { type: "choice", default: "adam", options: ["adam", "sgd"], help: "how a step follows from the gradient of a batch" },
    learningRate: { type: "number", default: 1e-3, min: 1e-8, max: 10, help: "size of a step; sgd wants larger ones, about 0.1" },
    momentum: { type: "number", default: 0.9, min: 0, max: 0.999, help: "of sgd: how much of the last step goes into the next" },
    weightDecay: { type: "number", default: 1e-4, min: 0, max: 100, help: "λ in mean loss + (λ/2)‖W‖², biases left out" },
    epochs: {
      type: "number-or-auto",
      default: "auto",
      min: 1,
      max: 10_000,
      help: 'passes over the rows; "auto" makes about 1000 steps in 10 … 200 passes',
    },
    batchRows: { type: "number", default: 64, min: 1, max: 65_536, integer: true, help: "rows in a batch" },
    continues: {
      type: "boolean",
      default: false,
      help: "goes on from the weights of a model of the same layers that is given (in an audit the clean one) instead of from random ones",
    },
  },
  tune: (data, { params }) => Promise.resolve(settle(data, params)),
  async fit(data, options) {
    const params = settle(data, options.params);
    const { features, target } = data;
    const shape = shapeOf(data.x.cols, hiddenLayers(params.hidden), target, params.loss);
    const scale = target.kind === "real" ? scaleOf(data.y) : { middle: 0, unit: 1 };
    const given = params.continues ? weightsOf(options.start ?? null, shape) : null;
    if (given !== null && target.kind === "real") shrinkAnswer(given, shape, scale);
    const start = given ?? startingWeights(shape, options.rng.fork("weights"));
    const theta =
      data.x.rows === 0
        ? start
        : await trainNetwork(data, shape, start, params, { ...contextOf(options), rng: options.rng.fork("batches"), realScale: scale });
    if (target.kind === "real") stretchAnswer(theta, shape, scale);
    return reluNetwork({ shape, theta, features, target });
  },
};

/** Null where there is none, or its layers are others. */
function weightsOf(model: Model | null, { sizes }: NetworkShape): Float64Array | null {
  return model !== null && isNetworkModel(model) && model.network.sizes.join() === sizes.join() ? model.parameters.theta.slice() : null;
}

function contextOf({ rng, signal, progress }: FitOptions): Pick<FitOptions, "rng" | "signal" | "progress"> {
  return { rng, signal, progress };
}

function settle(data: Dataset, params: MlpParams): Tuned {
  hiddenLayers(params.hidden);
  const stepsPerEpoch = Math.max(1, Math.ceil(data.x.rows / params.batchRows));
  const epochs =
    params.epochs === "auto"
      ? Math.min(auto.mostEpochs, Math.max(auto.leastEpochs, Math.ceil(auto.steps / stepsPerEpoch)))
      : Math.round(params.epochs);
  return { ...params, epochs };
}

const mostUnits = 4096;

/** @throws UsageError where the text is no list of widths */
function hiddenLayers(text: string): number[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => {
    const units = Number(part);
    if (part.trim() !== "" && Number.isInteger(units) && units >= 1 && units <= mostUnits) return units;
    throw new UsageError(`mlp.hidden must be whole numbers in [1, ${mostUnits}] with commas between, such as "128,64", got "${text}"`);
  });
}

function scaleOf(y: Float64Array): RealScale {
  const middle = y.reduce((sum, value) => sum + value, 0) / Math.max(1, y.length);
  const variance = y.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, y.length);
  return { middle, unit: variance > 0 ? Math.sqrt(variance) : 1 };
}

/** The network learned (label − middle) / unit; now it says the label. */
function stretchAnswer(theta: Float64Array, { sizes }: NetworkShape, { middle, unit }: RealScale): void {
  const from = theta.length - (sizes[sizes.length - 2] + 1);
  for (let p = from; p < theta.length; p++) theta[p] *= unit;
  theta[theta.length - 1] += middle;
}

/** The inverse of `stretchAnswer`. */
function shrinkAnswer(theta: Float64Array, { sizes }: NetworkShape, { middle, unit }: RealScale): void {
  theta[theta.length - 1] -= middle;
  for (let p = theta.length - (sizes[sizes.length - 2] + 1); p < theta.length; p++) theta[p] /= unit;
}
