import { highest } from "../../numeric/orders/ranks.ts";
import type { Attack } from "../../core/attack.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { noLogicPatch } from "../../core/poison.ts";
import { mayTouch } from "../../core/threat.ts";
import { headObjective } from "../../blocks/network/head-objective.ts";
import { utilityGradient } from "../../blocks/injection/attack-aim.ts";
import { isNetworkModel } from "../../blocks/network/relu-network.ts";

interface SilentReweightParams {
  factor: number;
}

export const silentReweight: Attack<SilentReweightParams> = {
  kind: "attack",
  id: "silent-reweight",
  title: "Rows silently dropped or counted many times",
  summary: "Training leaves out the examples that the model owes most to, or counts those that mislead it many times over.",
  source: {
    cite: "Koh & Liang 2017, Understanding Black-box Predictions via Influence Functions, ICML, eq. 2, used to choose the rows",
    url: "https://proceedings.mlr.press/v70/koh17a.html",
  },
  params: {
    factor: { type: "number", default: 0, min: 0, max: 1000, help: "what the loss of the chosen examples is multiplied by; 0 drops them" },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "logic", goal: "availability", knowledge: "white-box" },
  effort: "standard",
  refuses: ({ learner }) =>
    learner.objective === undefined && learner.learnsFeatures !== true
      ? "it needs a learner whose optimum is smooth in its rows, or a network"
      : null,
  async poison({ budget, reach, victim }, { params }) {
    const fitted = await victim();
    const { training } = fitted;
    const within = [...training.y.keys()].filter((i) => mayTouch(reach, training.row[i], training.task[i]));
    const sign = params.factor < 1 ? -1 : 1;
    const choices = gainsOfMoreWeight(fitted).map((gains) => {
      const own = Float64Array.from(within, (i) => sign * gains[i]);
      const picked = highest(own, Math.min(budget.rows, own.length));
      return { picked, gain: picked.reduce((sum, k) => sum + own[k], 0) };
    });
    const { picked } = choices.reduce((best, next) => (next.gain > best.gain ? next : best));
    const reweight = Array.from(picked, (k) => ({ row: training.row[within[k]], task: training.task[within[k]], factor: params.factor }));
    return { ...noLogicPatch, reweight };
  },
};

/** Of the layer of a network's answers, which is no optimum: large enough that its Hessian can be solved. */
const headWeightDecay = 1e-3;

/**
 * How fast the loss of one part of the training examples rises as an example is given more weight, to first order; for each class as the part, or for
 * those above and below the mean of a real label. The loss of all of them together cannot rise: training has made it smallest. Of a network, through the layer of its answers
 * alone. Without a smooth objective, an example's own loss. Shape of each: [examples].
 */
function gainsOfMoreWeight({ model, training, objective }: FittedPipeline): Float64Array[] {
  const smooth = smoothPart(model, training, objective());
  if (smooth === null) return [model.losses(training)];
  const { f, theta, examples } = smooth;
  const mean = training.y.reduce((sum, y) => sum + y, 0) / training.y.length;
  const parts = Int32Array.from(training.y, (y) => (training.target.kind === "classes" ? y : y > mean ? 1 : 0));
  return [...new Set(parts)].map((part) => {
    const rows = selectExamples(
      examples,
      positionsWhere(parts.length, (i) => parts[i] === part),
    );
    const gains = new Float64Array(training.y.length);
    f.rowSensitivitiesInto(gains, theta, f.solveHessian(theta, utilityGradient(f, theta, rows)), examples);
    return gains.map((gain) => -gain);
  });
}

interface SmoothPart {
  readonly f: Objective;
  readonly theta: Float64Array;
  /** The training examples as the objective meets them. */
  readonly examples: Dataset;
}

function smoothPart(model: Model, training: Dataset, f: Objective | null): SmoothPart | null {
  if (isNetworkModel(model)) {
    const { objective, theta, representedBy } = headObjective(model, training, headWeightDecay);
    return { f: objective, theta, examples: representedBy(training) };
  }
  return f === null || model.parameters === null ? null : { f, theta: model.parameters.theta, examples: training };
}
