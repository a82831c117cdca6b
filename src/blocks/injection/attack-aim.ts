import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";

/** What an attacker raises, as a function U of where training ends. */
export interface Aim {
  valueOf(model: Model): number;
  /** ∇θ U. Shape: theta, result [parameters]. */
  gradientOf(objective: Objective, theta: Float64Array): Float64Array;
}

/** The weighted loss of these rows (Muñoz-González et al. 2017, eq. 1). */
export function lossAim(rows: Dataset): Aim {
  return {
    valueOf: (model) => weightedLoss(model, rows),
    gradientOf: (objective, theta) => utilityGradient(objective, theta, rows),
  };
}

/** ½ ‖θ − θ_clean‖² (Jagielski et al. 2018, section III-C): how far the model is moved, wherever that shows. */
export function distanceAim(clean: Float64Array): Aim {
  return {
    valueOf(model) {
      const theta = model.parameters?.theta ?? clean;
      return theta.reduce((sum, value, j) => sum + 0.5 * (value - clean[j]) ** 2, 0);
    },
    gradientOf: (_, theta) => theta.map((value, j) => value - clean[j]),
  };
}

/** Σ_k weight_k ℓ(row_k) under a model. */
export function weightedLoss(model: Model, rows: Dataset): number {
  return model.losses(rows).reduce((sum, loss, k) => sum + loss * (rows.weight?.[k] ?? 1), 0);
}

/** ∇θ U. */
export function utilityGradient(objective: Objective, theta: Float64Array, rows: Dataset): Float64Array {
  const sum = new Float64Array(objective.size);
  const one = new Float64Array(objective.size);
  const everything = { from: 0, to: objective.size };
  for (let k = 0; k < rows.y.length; k++) {
    const { from, to } = objective.rowBlock?.(rows.task[k]) ?? everything;
    one.fill(0, from, to);
    objective.addRowGradientInto(one, theta, rows, k);
    const weight = rows.weight?.[k] ?? 1;
    for (let j = from; j < to; j++) sum[j] += weight * one[j];
  }
  return sum;
}
