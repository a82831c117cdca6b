import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import { type SymmetricOperator, inverseRootProduct } from "../../numeric/solvers/lanczos.ts";
import { type Rng, makeRng } from "../../numeric/random.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import { meanLossGradient } from "./row-gradients.ts";

/** θ of a model that an objective belongs to. */
export function thetaOf(model: Model): Float64Array {
  if (model.parameters === null) throw new Error("a model with an objective has parameters");
  return model.parameters.theta;
}

/**
 * H⁻¹ g; where no training row bends the loss along a part of g, as where a squared hinge is 0 for all, nothing moves along it (the pseudo-inverse).
 */
function solveBent(objective: Objective, theta: Float64Array, g: Float64Array): Float64Array {
  try {
    return objective.solveHessian(theta, g);
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
  }
  const options = { tolerance: 1e-8, maxSteps: 200 };
  const hessian = hessianOf(objective, theta);
  return inverseRootProduct(hessian, inverseRootProduct(hessian, g, makeRng("flat"), options), makeRng("flat"), options);
}

function hessianOf(objective: Objective, theta: Float64Array): SymmetricOperator {
  return { size: objective.size, multiplyInto: (product, v) => objective.hessianVectorInto(product, theta, v) };
}

/** c_i of every training row. Shape: [rows]. */
function sharesOf(objective: Objective, { task, weight }: Dataset): Float64Array {
  return Float64Array.from(task, (t, i) => objective.rowShare(t) * (weight?.[i] ?? 1));
}

/**
 * How far the mean loss of `held` would fall, to first order, if the model were trained without a row: positive = the row does harm. With v = H⁻¹ ∇U and
 * s_i = v·∇ℓ_i, removal changes U by c_i / (1 − c_i) (s_i − Σ c_j s_j), the sum over the rows that share with i what it leaves: its optimum balances the penalty
 * (`objective.ts`). Koh & Liang 2017 leave that sum out. Shape: [train rows].
 *
 * @param objective of `train`, at whose optimum `model` is
 */
export function harmOnHeld(objective: Objective, model: Model, train: Dataset, held: Dataset): Float64Array {
  const theta = thetaOf(model);
  const v = solveBent(objective, theta, meanLossGradient(objective, model, held));
  const out = new Float64Array(train.y.length);
  objective.rowSensitivitiesInto(out, theta, v, train);
  const share = sharesOf(objective, train);
  let total = 0;
  for (const c of share) total += c;
  const isOneSum = total < 1.5;
  const mean = new Float64Array(train.tasks.length);
  for (let i = 0; i < out.length; i++) mean[isOneSum ? 0 : train.task[i]] += share[i] * out[i];
  for (let i = 0; i < out.length; i++) {
    const c = share[i];
    out[i] = c < 1 ? (-c / (1 - c)) * (out[i] - mean[isOneSum ? 0 : train.task[i]]) : 0;
  }
  return out;
}

/**
 * c_i ∇ℓ_iᵀ H⁻¹ ∇ℓ_i: how far a row's own loss would rise, to first order, if its share c_i were taken from it. Where solving for every row is too much work,
 * from random vectors: E (g·H^{−1/2} ξ)² = gᵀ H⁻¹ g for standard normal ξ, within about √(2 / probes). Shape: [rows].
 *
 * @param objective of `data`, at whose optimum `model` is
 * @param exactWork most multiplications for which every row has a solution of its own
 */
export function selfInfluence(
  objective: Objective,
  model: Model,
  data: Dataset,
  {
    probes,
    rng,
    onProgress,
    exactWork = 4e8,
  }: {
    readonly probes: number;
    readonly rng: Rng;
    readonly onProgress?: (done: number) => void;
    readonly exactWork?: number;
  },
): Float64Array {
  const theta = thetaOf(model);
  const { size } = objective;
  const share = sharesOf(objective, data);
  const out = new Float64Array(data.y.length);
  if (size <= 600 && data.y.length * size * size <= exactWork) {
    const g = new Float64Array(size);
    for (let i = 0; i < out.length; i++) {
      objective.rowGradientInto(g, theta, data, i);
      out[i] = share[i] * dot(g, solveBent(objective, theta, g));
    }
    return out;
  }
  const hessian = hessianOf(objective, theta);
  const along = new Float64Array(data.y.length);
  for (let probe = 0; probe < probes; probe++) {
    const draw = rng.fork(probe);
    const noise = Float64Array.from({ length: size }, () => draw.normal());
    const v = inverseRootProduct(hessian, noise, draw.fork("krylov"), { tolerance: 1e-2, maxSteps: 60 });
    objective.rowSensitivitiesInto(along, theta, v, data);
    for (let i = 0; i < out.length; i++) out[i] += (share[i] * along[i] * along[i]) / probes;
    onProgress?.((probe + 1) / probes);
  }
  return out;
}
