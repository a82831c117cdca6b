import { splitAtFold } from "../../blocks/held-out/out-of-fold.ts";
import {
  type NetworkModel,
  type NetworkShape,
  isNetworkModel,
  parameterCount,
  reluNetwork,
  shapeOf,
} from "../../blocks/network/relu-network.ts";
import { stratifiedFolds } from "../../blocks/held-out/folds.ts";
import { outputsOf } from "../../blocks/linear/layout.ts";
import { startingWeights } from "../../blocks/network/starting-weights.ts";
import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import { type BaseModel, type FitOptions, type Learner, type Model, predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { type LogisticParams, logistic } from "../../learners/logistic.ts";
import type { DenseMatrix } from "../../numeric/matrices/matrix.ts";
import { readNetwork } from "../onnx/read-network.ts";
import { missingRuntime } from "../onnx/runtime.ts";
import { type TrainingSettings, trainNetwork } from "../onnx/train-network.ts";

export interface EncoderHeadParams {
  readonly encoder: string;
  readonly tuning: "linear-probe" | "fine-tune";
  readonly weightDecay: number | "auto";
  readonly learningRate: number | "auto";
  readonly decoupled: boolean;
  readonly epochs: number;
  readonly continues: boolean;
}
/** With the digest of the encoder's file, so that a record says which one it was. */
type Tuned = EncoderHeadParams & { readonly weightDecay: number; readonly learningRate: number; readonly encoderSha256: string | null };

/** Of fine-tuning, what "auto" tries; without rows to hold out, the middle one. */
const [rates, usualRate, foldCount] = [[1e-3, 3e-4, 1e-4], 3e-4, 3];

const pretraining = { optimiser: "adam", learningRate: 1e-3, momentum: 0, weightDecay: 1e-4, batchRows: 64 } as const;
/** As many passes as make that many steps, within these bounds. */
const pretrainingLength = { steps: 1000, leastEpochs: 10, mostEpochs: 100 };
const pretrainedUnits = 64;
const noScale = { middle: 0, unit: 1 };

/** What is learned starts from weights that somebody else trained; as a network it is no optimum, so it has no `objective`. */
export const encoderHead: Learner<EncoderHeadParams> = {
  kind: "learner",
  id: "encoder-head",
  title: "Logistic head on an encoder",
  summary:
    "A network that was trained before says what a row is like, and logistic regression learns from that; or all layers are trained on.",
  source: {
    cite: "Alain & Bengio 2017, Understanding intermediate layers using linear classifier probes, ICLR workshop; trained on as in Kumar et al. 2022, ICLR (the head first)",
    url: "https://arxiv.org/abs/2202.10054",
  },
  targets: ["classes"],
  learnsFeatures: true,
  followsOrder: true,
  refuses: missingRuntime,
  lacks: missingRuntime,
  params: {
    encoder: {
      type: "text",
      default: "",
      namesFile: true,
      help: "ONNX file of fully connected layers with relu, used up to its last relu; empty: 64 units trained first, on the rows of --pretrain-fraction or else on the same rows",
    },
    tuning: {
      type: "choice",
      default: "linear-probe",
      options: ["linear-probe", "fine-tune"],
      help: "linear-probe leaves the encoder as it is; fine-tune trains all layers on, from the head of the probe",
    },
    weightDecay: {
      type: "number-or-auto",
      default: "auto",
      min: 0,
      max: 1e6,
      help: 'λ of the head, as of logistic; "auto" is chosen by cross-validation',
    },
    learningRate: {
      type: "number-or-auto",
      default: "auto",
      min: 1e-8,
      max: 10,
      help: 'of fine-tune: size of a step of Adam; "auto": of 0.001, 0.0003 and 0.0001 the one that errs least on rows held out; where repairs alone train on, 0.001',
    },
    decoupled: {
      type: "boolean",
      default: true,
      help: "of fine-tune: weight decay shrinks the weights themselves (AdamW) instead of being part of the slope, which Adam turns into whole steps",
    },
    epochs: { type: "number", default: 10, min: 1, max: 10_000, integer: true, help: "of fine-tune: passes over the rows" },
    continues: {
      type: "boolean",
      default: false,
      help: "goes on from all layers of a model of the same layers that is given (in an audit the clean one), whatever the tuning, instead of from the encoder",
    },
  },
  pretrain: (data, options) => pretrain(data, options),
  async tune(data, options) {
    return (await prepare(data, options)).params;
  },
  async fit(data, options) {
    const given = options.params.continues ? givenNetwork(data, options.start ?? null) : null;
    if (given !== null) return trainOn(data, given.network, given.parameters.theta, options.params, options);
    const { encoder, encoded, params } = await prepare(data, options);
    return fitOn(data, encoder, encoded, params, options);
  },
};

/** The head on what the encoder says, and from there all layers where they are tuned. */
async function fitOn(
  data: Dataset,
  encoder: BaseModel,
  encoded: Dataset,
  params: EncoderHeadParams,
  options: FitOptions,
): Promise<NetworkModel> {
  const { features, target } = data;
  const head = await logistic.fit(encoded, {
    rng: options.rng.fork("head"),
    signal: options.signal,
    params: headParams(params.weightDecay),
  });
  const { theta: headTheta } = head.parameters as { readonly theta: Float64Array };
  const shape = shapeOf(encoder.sizes[0], encoder.sizes.slice(1), target, "cross-entropy");
  const theta = new Float64Array(parameterCount(shape));
  theta.set(encoder.theta);
  theta.set(headTheta, encoder.theta.length);
  if (params.tuning === "linear-probe" || data.x.rows === 0) return reluNetwork({ shape, theta, features, target });
  return trainOn(data, shape, theta, params, options);
}

/** All layers, from these weights. */
async function trainOn(
  data: Dataset,
  shape: NetworkShape,
  theta: Float64Array,
  { learningRate, epochs, weightDecay, decoupled }: EncoderHeadParams,
  options: FitOptions,
): Promise<NetworkModel> {
  const decay = weightDecay === "auto" ? pretraining.weightDecay : weightDecay;
  const rate = learningRate === "auto" ? pretraining.learningRate : learningRate;
  const settings: TrainingSettings = { ...pretraining, learningRate: rate, epochs, weightDecay: decay, decoupled };
  const context = { rng: options.rng.fork("batches"), signal: options.signal, progress: options.progress, realScale: noScale };
  const { features, target } = data;
  const trained = data.x.rows === 0 ? theta : await trainNetwork(data, shape, theta, settings, context);
  return reluNetwork({ shape, theta: trained, features, target });
}

/** Null where there is none, or it is made for other rows. */
function givenNetwork(data: Dataset, model: Model | null): NetworkModel | null {
  if (model === null || !isNetworkModel(model)) return null;
  const { sizes } = model.network;
  return sizes[0] === data.x.cols && sizes[sizes.length - 1] === outputsOf(data.target) ? model : null;
}

const headParams = (weightDecay: number | "auto"): LogisticParams =>
  resolveParams<LogisticParams>("logistic", logistic.params, { weightDecay });

async function prepare(
  data: Dataset,
  options: FitOptions<EncoderHeadParams>,
): Promise<{ encoder: BaseModel; encoded: Dataset; params: Tuned }> {
  const { encoder: path, weightDecay } = options.params;
  const file = path === "" ? null : readNetwork(path);
  if (file !== null && file.sizes[0] !== data.x.cols)
    throw new UsageError(`${path} takes ${file.sizes[0]} features, and the data are encoded as ${data.x.cols}`);
  const known = (options.params as Partial<Tuned>).encoderSha256;
  if (known !== undefined && known !== (file?.sha256 ?? null)) throw new UsageError(`${path} has changed since the learner was tuned`);
  const encoder = file ?? options.base ?? (await pretrain(data, options));
  if (encoder.sizes[0] !== data.x.cols)
    throw new UsageError(`the base model takes ${encoder.sizes[0]} features, and the data are encoded as ${data.x.cols}`);
  const encoded = { ...data, ...representedBy(encoder, data) };
  const decay =
    weightDecay === "auto"
      ? (
          (await logistic.tune(encoded, { rng: options.rng.fork("tune"), signal: options.signal, params: headParams("auto") })) as {
            weightDecay: number;
          }
        ).weightDecay
      : weightDecay;
  const settled = { ...options.params, weightDecay: decay, encoderSha256: file?.sha256 ?? null };
  const { learningRate, tuning } = settled;
  const rate =
    learningRate !== "auto"
      ? learningRate
      : tuning === "fine-tune"
        ? await tuneRate(data, encoder, settled, options)
        : pretraining.learningRate;
  return { encoder, encoded, params: { ...settled, learningRate: rate } };
}

/** The rate that errs least on rows held out; of equal ones that of the smaller loss there. The encoder stays as it was trained: where that was on the same rows, it knows those held out. */
async function tuneRate(data: Dataset, encoder: BaseModel, params: EncoderHeadParams, options: FitOptions): Promise<number> {
  const folds = stratifiedFolds(data, foldCount, options.rng.fork("rate"));
  if (folds.count < 2) return usualRate;
  let best = { rate: usualRate, errors: Infinity, loss: Infinity };
  for (const rate of rates) {
    let [errors, loss] = [0, 0];
    for (let fold = 0; fold < folds.count; fold++) {
      const { train, held } = splitAtFold(data, folds, fold);
      const own = { ...options, progress: undefined, rng: options.rng.fork("rate").fork(fold) };
      const model = await fitOn(train, encoder, { ...train, ...representedBy(encoder, train) }, { ...params, learningRate: rate }, own);
      const answers = predict(model, held);
      errors += answers.filter((answer, i) => answer !== held.y[i]).length;
      loss += model.losses(held).reduce((sum, value) => sum + value, 0);
    }
    if (errors < best.errors || (errors === best.errors && loss < best.loss)) best = { rate, errors, loss };
  }
  return best.rate;
}

/** A network on the same rows, of which the layer of the answers is left out. */
async function pretrain(data: Dataset, { rng, signal }: FitOptions): Promise<BaseModel> {
  const own = rng.fork("pretraining");
  const shape = shapeOf(data.x.cols, [pretrainedUnits], data.target, "cross-entropy");
  const start = startingWeights(shape, own.fork("weights"));
  const { steps, leastEpochs, mostEpochs } = pretrainingLength;
  const stepsPerEpoch = Math.max(1, Math.ceil(data.x.rows / pretraining.batchRows));
  const epochs = Math.min(mostEpochs, Math.max(leastEpochs, Math.ceil(steps / stepsPerEpoch)));
  const theta =
    data.x.rows === 0
      ? start
      : await trainNetwork(data, shape, start, { ...pretraining, epochs }, { rng: own, signal, realScale: noScale });
  const sizes = shape.sizes.slice(0, -1);
  return { sizes, theta: theta.slice(0, parameterCount({ sizes, loss: "square" })) };
}

/** What the last relu says of each row. */
function representedBy({ sizes, theta }: BaseModel, data: Dataset): Pick<Dataset, "x" | "features"> {
  const shape: NetworkShape = { sizes: [...sizes, 1], loss: "square" };
  const whole = new Float64Array(parameterCount(shape));
  whole.set(theta);
  const { represent } = reluNetwork({ shape, theta: whole, features: data.features, target: { kind: "real" } });
  const x = represent?.(data) as DenseMatrix;
  const names = Array.from({ length: x.cols }, (_, unit) => `learned feature ${unit + 1}`);
  return { x, features: { names, kinds: names.map(() => "real"), groups: names } };
}
