import { lacksObjective, needObjective } from "../blocks/outliers/needs-objective.ts";
import { keepClasses } from "../blocks/relabel/keep-classes.ts";
import { stopIfCancelled } from "../core/context.ts";
import { positionsWhere, selectExamples } from "../core/dataset.ts";
import { NumericalError, UsageError } from "../core/errors.ts";
import type { Objective } from "../core/objective.ts";
import type { FittingRepair } from "../core/repair.ts";
import { dot, norm } from "../numeric/matrices/vector.ts";

interface NewtonUnlearningParams {
  steps: number;
}

/** Of the gradient's norm before the first step: below it the next step would end in rounding. */
const settled = 1e-6;
const mostHalvings = 30;
/** Share of the fall that the gradient promises. */
const leastFall = 1e-4;

/**
 * Differs from the paper in taking more than one step, each halved until the objective on what is kept falls enough (Armijo), and in adding no noise: it
 * repairs a model and hides nothing. One step is exact where the objective is quadratic. Where the Hessian is singular, it trains again instead.
 */
export const newtonUnlearning: FittingRepair<NewtonUnlearningParams> = {
  kind: "repair",
  stage: "fit",
  id: "newton-unlearning",
  title: "Newton unlearning",
  summary: "Trains on all rows, and takes those that a detector flags out of the trained model by Newton steps, without training again.",
  source: {
    cite: "Guo et al. 2020, Certified Data Removal from Machine Learning Models, ICML, §3, the Newton update",
    url: "https://arxiv.org/abs/1911.03030",
  },
  params: {
    steps: { type: "number", default: 3, min: 1, max: 100, integer: true, help: "most Newton steps; they end when the gradient is gone" },
  },
  effort: "standard",
  targets: ["classes", "real"],
  needsFlags: true,
  refuses: lacksObjective,
  async repair(data, { params, fit, objective, flagged, signal }) {
    if (!flagged) throw new UsageError("newton-unlearning goes by what a detector flags, and this one only ranks: name another");
    const model = await fit(data);
    const dropped = flagged.slice();
    keepClasses(dropped, data.y, data.target.kind === "classes" ? data.target.names.length : 0);
    const kept = selectExamples(
      data,
      positionsWhere(data.y.length, (i) => dropped[i] === 0),
    );
    if (kept.y.length === data.y.length || kept.y.length === 0) return model;
    const f = needObjective("newton-unlearning", objective?.(kept) ?? null);
    const start = model.parameters?.theta;
    if (start === undefined || model.withParameters === undefined)
      throw new UsageError("newton-unlearning moves parameters, and this model has none");
    const theta = start.slice();
    try {
      newtonSteps(f, theta, params.steps, () => {
        stopIfCancelled(signal);
      });
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      return fit(kept, model);
    }
    return model.withParameters(theta);
  },
};

/** θ ← θ − t H⁻¹ ∇F, t the first of 1, ½, ¼, … at which F falls as it should. */
function newtonSteps(f: Objective, theta: Float64Array, steps: number, stop: () => void): void {
  const gradient = new Float64Array(f.size);
  const next = new Float64Array(f.size);
  let value = f.gradientInto(gradient, theta);
  const enough = settled * norm(gradient);
  for (let step = 0; step < steps && norm(gradient) > enough; step++) {
    stop();
    const direction = f.solveHessian(theta, gradient);
    const slope = dot(gradient, direction);
    for (let share = 1, halvings = 0; ; share /= 2, halvings++) {
      if (halvings > mostHalvings) return;
      for (let j = 0; j < theta.length; j++) next[j] = theta[j] - share * direction[j];
      if (f.value(next) <= value - leastFall * share * slope) break;
    }
    theta.set(next);
    value = f.gradientInto(gradient, theta);
  }
}
