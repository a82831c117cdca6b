import { linearModel } from "../blocks/linear/model.ts";
import { startingTheta } from "../blocks/linear/layout.ts";
import { type LinearObjective, linearObjective } from "../blocks/linear/objective.ts";
import { type LinearParams, linearParams } from "../blocks/linear/params.ts";
import { logisticLoss } from "../blocks/linear/margin-losses.ts";
import { minimise } from "../blocks/linear/minimise.ts";
import { removeGaugeInPlace, softmaxObjective } from "../blocks/linear/softmax-objective.ts";
import { tuneWeightDecay } from "../blocks/linear/tune-weight-decay.ts";
import type { Dataset } from "../core/dataset.ts";
import type { FitOptions, Learner, Model } from "../core/learner.ts";

export type LogisticParams = LinearParams;
type Tuned = LogisticParams & { readonly weightDecay: number };

export const logistic: Learner<LogisticParams> = {
  kind: "learner",
  id: "logistic",
  title: "Logistic regression",
  summary: "A linear model of the log odds of each class, trained to convergence, with class probabilities.",
  source: {
    cite: "Hastie, Tibshirani & Friedman 2009, The Elements of Statistical Learning, section 4.4",
    url: "https://hastie.su.domains/ElemStatLearn/",
  },
  targets: ["classes"],
  params: linearParams,
  tune,
  async fit(data, options) {
    return train(data, await tune(data, options), options, options.start);
  },
  objective: (data, params) => objectiveOf(data, params as Tuned),
  linear: (params) => params as Tuned,
};

async function tune(data: Dataset, options: FitOptions<LogisticParams>): Promise<Tuned> {
  const { weightDecay, ...others } = options.params;
  if (weightDecay !== "auto") return { ...others, weightDecay };
  const rough = { ...others, tolerance: Math.max(1e-2, others.tolerance) };
  const chosen = await tuneWeightDecay(data, {
    ...options,
    prepare: (part) => (candidate, start) => train(part, { ...rough, weightDecay: candidate }, options, start),
  });
  return { ...others, weightDecay: chosen };
}

function train(data: Dataset, params: Tuned, { signal }: FitOptions, start: Model | null | undefined): Model {
  const { features, target } = data;
  const f = objectiveOf(data, params);
  const blocks = f.size / (features.names.length + 1);
  const theta = minimise(f, startingTheta(start, features, blocks), { tolerance: params.tolerance, signal });
  if (!isBinary(data)) removeGaugeInPlace(theta, blocks, params);
  return linearModel({ theta, features, target, loss: isBinary(data) ? logisticLoss : "softmax" });
}

/** Σ_i c_i ln(1 + e^{−t_i z_i}) + (λ/2)‖w‖² for two classes, the softmax's cross-entropy for more. */
function objectiveOf(data: Dataset, params: Tuned): LinearObjective {
  return isBinary(data) ? linearObjective(data, { ...params, loss: logisticLoss }) : softmaxObjective(data, params);
}

function isBinary(data: Dataset): boolean {
  return data.target.kind === "classes" && data.target.names.length <= 2;
}
