import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import type { Aim } from "./attack-aim.ts";
import { injectedDataset } from "./injected-rows.ts";
import type { BilevelProblem } from "./bilevel-ascent.ts";

/** ‖H v − g‖ / ‖g‖ that will do for a direction in which to climb. */
export const climbingTolerance = 1e-3;

/**
 * The derivatives of U(θ) in injected rows by the implicit function theorem: with H v = ∇U at the trained θ,
 *
 *   ∂U/∂x̂ = −c ∂/∂x [v·∇θ ℓ(x̂, ŷ; θ)],   ∂U/∂ŷ = −c ∂/∂y [v·∇θ ℓ(x̂, ŷ; θ)],
 *
 * c the share of one row in the training loss, so that one solve serves all rows (Muñoz-González et al. 2017, eq. 5).
 */
export function implicitGradient(objectiveOf: (data: Dataset) => Objective, aim: Aim): Pick<BilevelProblem, "valueOf" | "gradientInto"> {
  return {
    valueOf: (model) => aim.valueOf(model),
    gradientInto(out, { data, injected, model }) {
      const objective = objectiveOf(data);
      const theta = parametersOf(model);
      const v = objective.solveHessian(theta, aim.gradientOf(objective, theta), climbingTolerance);
      const added = injectedDataset(data, injected);
      const { cols } = injected.x;
      for (let i = 0; i < injected.y.length; i++) {
        const share = objective.rowShare(injected.task[i]);
        const own = out.x.subarray(i * cols, (i + 1) * cols);
        objective.rowDerivativeInto(own, theta, v, added, i);
        for (let j = 0; j < cols; j++) own[j] *= -share;
        if (data.target.kind === "real") out.y[i] = -share * objective.labelDerivative(theta, v, added, i);
      }
    },
  };
}

/** Null where the loss does not bend (a task told apart without error and without a penalty on its bias): there is no gradient to follow there. */
export function trySolve(objective: Objective, theta: Float64Array, g: Float64Array, tolerance?: number): Float64Array | null {
  try {
    return objective.solveHessian(theta, g, tolerance);
  } catch (error) {
    if (error instanceof NumericalError) return null;
    throw error;
  }
}

function parametersOf(model: Model): Float64Array {
  if (model.parameters === null) throw new Error("an ascent needs a model with parameters");
  return model.parameters.theta;
}
