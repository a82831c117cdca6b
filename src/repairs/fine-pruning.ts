import {
  networkOf,
  type TrustedTuningParams,
  cannotTrainOn,
  trustedTuningParams,
  tuneOnTrusted,
  verifiedRows,
} from "../blocks/network/trusted-tuning.ts";
import { layersOfTheta, type NetworkModel, thetaOfLayers } from "../blocks/network/relu-network.ts";
import type { Dataset } from "../core/dataset.ts";
import { classesOfScores } from "../core/learner.ts";
import type { FittingRepair } from "../core/repair.ts";
import { orderBy } from "../numeric/orders/ranks.ts";

interface FinePruningParams extends TrustedTuningParams {
  drop: number;
}

/**
 * A pruned unit has weights and bias 0, so that it is silent and, as a relu that is not active has no slope, stays so while the rest is trained on. Where the
 * paper prunes the last convolution, this prunes the last hidden layer.
 */
export const finePruning: FittingRepair<FinePruningParams> = {
  kind: "repair",
  stage: "fit",
  id: "fine-pruning",
  title: "Fine-pruning",
  summary:
    "Silences the units of the last hidden layer that verified rows use least, as long as that costs little, and trains the rest on with those rows.",
  source: {
    cite: "Liu, Dolan-Gavitt & Garg 2018, Fine-Pruning: Defending Against Backdooring Attacks on Deep Neural Networks, RAID",
    url: "https://arxiv.org/abs/1805.12185",
  },
  params: {
    drop: {
      type: "number",
      default: 0.04,
      min: 0,
      max: 1,
      help: "units are silenced until the accuracy on the verified rows has fallen by more than this",
    },
    ...trustedTuningParams,
  },
  targets: ["classes"],
  needsTrusted: true,
  refuses: cannotTrainOn,
  async repair(data, context) {
    const trusted = verifiedRows("fine-pruning", context.trusted);
    const model = networkOf("fine-pruning", await context.fit(data));
    return tuneOnTrusted(silence(model, prunableUnits(model, trusted, context.params.drop)), trusted, context);
  },
};

/** Units of the last hidden layer by rising mean activation on these rows, as many as cost no more than `drop` of the accuracy. */
export function prunableUnits(model: NetworkModel, trusted: Dataset, drop: number): Int32Array {
  const { sizes } = model.network;
  if (sizes.length < 3) return new Int32Array(0);
  const { data: h, rows, cols: units } = model.represent(trusted);
  const { outputs } = model;
  const { weights } = layersOfTheta(model.network, model.parameters.theta)[sizes.length - 2];
  const activity = new Float64Array(units);
  for (let p = 0; p < h.length; p++) activity[p % units] += h[p];
  const scores = model.scores(trusted).slice();
  const accuracy = (): number => {
    const answers = classesOfScores(scores, outputs);
    return answers.reduce((sum, answer, i) => sum + Number(answer === trusted.y[i]), 0) / rows;
  };
  const least = accuracy() - drop;
  const order = orderBy(activity);
  let pruned = 0;
  for (; pruned < units; pruned++) {
    const unit = order[pruned];
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < outputs; k++) scores[i * outputs + k] -= h[i * units + unit] * weights[k * units + unit];
    if (accuracy() < least) break;
  }
  return Int32Array.from(order.slice(0, pruned));
}

/** The network without these units of its last hidden layer. */
function silence(model: NetworkModel, units: Int32Array): NetworkModel {
  const layers = layersOfTheta(model.network, model.parameters.theta);
  if (units.length === 0) return model;
  const { weights, biases } = layers[layers.length - 2];
  const inputs = weights.length / biases.length;
  for (const unit of units) {
    weights.fill(0, unit * inputs, (unit + 1) * inputs);
    biases[unit] = 0;
  }
  return model.withParameters(thetaOfLayers(model.network, layers));
}
