import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import { injectedDataset, withInjected, type InjectedRows } from "./injected-rows.ts";
import { utilityGradient } from "./attack-aim.ts";
import { trySolve } from "./implicit-gradient.ts";

export interface GainProblem {
  readonly clean: Dataset;
  readonly utility: Dataset;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  objectiveOf(data: Dataset): Objective;
}

/**
 * What the injected rows of each task do to U, to first order: −c_a Σ v·[∇θ ℓ(x̂, ŷ; θ) − ḡ_a] over the rows of task a, where H v = ∇U and ḡ_a is the mean
 * gradient of the task's clean rows, whose shares an added row takes (see core/objective.ts). All 0 where the loss does not
 * bend. Shape: [tasks].
 */
export async function gainsByTask({ clean, utility, fit, objectiveOf }: GainProblem, injected: InjectedRows): Promise<Float64Array> {
  const data = withInjected(clean, injected);
  const { parameters } = await fit(data, null);
  if (parameters === null) throw new Error("gains need a model with parameters");
  const objective = objectiveOf(data);
  const v = trySolve(objective, parameters.theta, utilityGradient(objective, parameters.theta, utility));
  if (v === null) return new Float64Array(clean.tasks.length);
  const sensitivities = (rows: Dataset): Float64Array => {
    const out = new Float64Array(rows.y.length);
    objective.rowSensitivitiesInto(out, parameters.theta, v, rows);
    return out;
  };
  const tasks = clean.tasks.length;
  const means = new Float64Array(tasks);
  const counts = new Float64Array(tasks);
  sensitivities(clean).forEach((value, i) => {
    counts[clean.task[i]]++;
    means[clean.task[i]] += (value - means[clean.task[i]]) / counts[clean.task[i]];
  });
  const gains = new Float64Array(tasks);
  sensitivities(injectedDataset(clean, injected)).forEach((value, i) => {
    const task = injected.task[i];
    gains[task] += objective.rowShare(task) * (means[task] - value);
  });
  return gains;
}
