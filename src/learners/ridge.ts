import { linearModel } from "../blocks/linear/model.ts";
import { type KeptGram, type LinearObjective, linearObjective } from "../blocks/linear/objective.ts";
import { type LinearParams, linearParams } from "../blocks/linear/params.ts";
import { squareLoss } from "../blocks/linear/margin-losses.ts";
import { tuneWeightDecay } from "../blocks/linear/tune-weight-decay.ts";
import type { Dataset } from "../core/dataset.ts";
import type { FitOptions, Learner, Model } from "../core/learner.ts";
import { addScaledInto, norm } from "../numeric/matrices/vector.ts";

export type RidgeParams = LinearParams;
type Tuned = RidgeParams & { readonly weightDecay: number };

/** The normal equations are factored up to this many features (or rows, where there are fewer of them). */
const factorLimit = 2000;

export const ridge: Learner<RidgeParams> = {
  kind: "learner",
  id: "ridge",
  title: "Ridge regression",
  summary: "A linear model of a real target that minimises half the mean squared error, solved in closed form.",
  source: {
    cite: "Hoerl & Kennard 1970, Ridge regression: biased estimation for nonorthogonal problems, Technometrics 12(1)",
    url: "https://doi.org/10.1080/00401706.1970.10488634",
  },
  targets: ["real"],
  params: linearParams,
  tune,
  async fit(data, options) {
    return train(data, await tune(data, options));
  },
  objective: (data, params) => objectiveOf(data, params as Tuned),
  linear: (params) => params as Tuned,
};

async function tune(data: Dataset, options: FitOptions<RidgeParams>): Promise<Tuned> {
  const { weightDecay, ...others } = options.params;
  if (weightDecay !== "auto") return { ...others, weightDecay };
  const prepare = (part: Dataset): ((candidate: number) => Model) => {
    const gram: KeptGram = { matrix: null };
    return (candidate) => train(part, { ...others, weightDecay: candidate }, gram);
  };
  return { ...others, weightDecay: await tuneWeightDecay(data, { ...options, prepare }) };
}

/** One Newton step from 0 is the solution; a second one mends what rounding did to an ill-conditioned system. */
function train(data: Dataset, params: Tuned, gram?: KeptGram): Model {
  const f = objectiveOf(data, params, gram);
  const theta = new Float64Array(f.size);
  const gradient = new Float64Array(f.size);
  f.gradientInto(gradient, theta);
  const enough = params.tolerance * norm(gradient);
  for (let step = 0; step < 4 && norm(gradient) > enough; step++) {
    addScaledInto(theta, -1, f.solveHessian(theta, gradient));
    f.gradientInto(gradient, theta);
  }
  return linearModel({ theta, features: data.features, target: data.target, loss: squareLoss });
}

function objectiveOf(data: Dataset, params: Tuned, gram?: KeptGram): LinearObjective {
  return linearObjective(data, { ...params, loss: squareLoss, factorLimit, ...(gram === undefined ? {} : { gram }) });
}
