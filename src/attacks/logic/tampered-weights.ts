import { highest } from "../../numeric/orders/ranks.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import type { Attack } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type LogicPatch, noLogicPatch } from "../../core/poison.ts";
import { columnNorms } from "../../blocks/network/column-norms.ts";
import { isNetworkModel } from "../../blocks/network/relu-network.ts";
import { type WeightForm, layeredShape, searchWeights, weightForms } from "../../blocks/network/weight-search.ts";
import { type WeightGoal, makeWeightTrial } from "../../blocks/network/weight-trial.ts";

interface TamperedWeightsParams {
  share: number;
  form: WeightForm;
  within: number;
  rows: number;
}

/** Features of rows that are looked at. */
const mostNumbers = 8e6;

/**
 * A linear model: the weights with the largest |θ_p| · root mean square of what they are multiplied by. A network, or another form: one step after another the weights with the largest
 * slope times change that raise the mean chance of a wrong answer on training rows when they are tried for true; whichever of both sets raises it more.
 */
export const tamperedWeights: Attack<TamperedWeightsParams> = {
  kind: "attack",
  id: "tampered-weights",
  title: "Weights of the trained model reversed",
  summary:
    "Reverses the few weights of the stored model that move its answers most, or flips bits of them; training and data are left alone.",
  source: {
    cite: "Hong, Frigo, Kaya, Giuffrida & Dumitraș 2019, Terminal Brain Damage, USENIX Security (bits of stored parameters), with whole weights; the search in networks as in Rakin, He & Fan 2019, Bit-Flip Attack, ICCV",
    url: "https://www.usenix.org/conference/usenixsecurity19/presentation/hong",
  },
  params: {
    share: { type: "number", default: 0.01, min: 0, max: 1, help: "share of the weights that are changed, one at least" },
    form: {
      type: "choice",
      default: "reversed",
      options: weightForms,
      help: "reversed: the sign of a weight is turned; bit: a bit of its 32-bit float is flipped; value: it gets another value",
    },
    within: {
      type: "number",
      default: 1,
      min: 0,
      max: 1e6,
      help: "of bit and value: how large a changed weight may be, in the largest of its layer",
    },
    rows: {
      type: "number",
      default: 500,
      min: 1,
      max: 1e6,
      integer: true,
      help: "training rows that changes are tried on, of networks and of bit and value",
    },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "logic", goal: "availability", knowledge: "white-box" },
  effort: "standard",
  async poison({ victim }, { params, ...context }) {
    const fitted = await victim();
    const { model } = fitted;
    if (model.parameters === null || model.withParameters === undefined) return noLogicPatch;
    const { theta } = model.parameters;
    const most = Math.max(1, Math.floor(params.share * theta.length));
    const byReach = reversedByReach(fitted, theta, most);
    const shape = layeredShape(model);
    if (shape === null || (params.form === "reversed" && !isNetworkModel(model))) return byReach;
    const goal = wrongAnswers(fitted, params.rows, context);
    const { changes, after } = searchWeights(shape, theta, goal, { most, form: params.form, within: params.within }, context);
    const moved = theta.slice();
    for (const { index, value } of byReach.parameters) moved[index] = value;
    const isBetter = params.form === "reversed" && makeWeightTrial(shape, goal).look(moved) < after;
    return isBetter ? byReach : { ...noLogicPatch, parameters: changes };
  },
};

function reversedByReach({ model, training }: FittedPipeline, theta: Float64Array, count: number): LogicPatch {
  const reach = reachOf(model, training, theta);
  return { ...noLogicPatch, parameters: Array.from(highest(reach, count), (index) => ({ index, value: -theta[index] })) };
}

function reachOf(model: Model, training: FittedPipeline["training"], theta: Float64Array): Float64Array {
  const inputs = model.parameterInputs?.(training) ?? inputsOfBlocks(columnNorms(training.x), theta.length);
  return theta.map((weight, p) => Math.abs(weight) * inputs[p]);
}

/** That training rows are answered wrongly. */
function wrongAnswers({ training }: FittedPipeline, rows: number, { rng }: Pick<RunContext, "rng">): WeightGoal {
  const most = Math.min(rows, training.y.length, Math.max(1, Math.floor(mostNumbers / Math.max(1, training.x.cols))));
  const some = selectExamples(training, rng.fork("rows").sample(training.y.length, most).sort());
  const share = new Float64Array(most).fill(-1 / most);
  return { x: toDense(some.x), y: some.y, share, target: training.target, measure: "doubt" };
}

/** Weights come in blocks of one for each feature and a bias; whatever a learner adds to that is left alone. Shapes: spread [features], result [size]. */
function inputsOfBlocks(spread: Float64Array, size: number): Float64Array {
  const block = spread.length + 1;
  return Float64Array.from({ length: size }, (_, p) => (p % block < spread.length ? spread[p % block] : 0));
}
