import { linearModel } from "../blocks/linear/model.ts";
import { outputsOf, rowShares, startingTheta, targetsOf } from "../blocks/linear/layout.ts";
import { linearObjective } from "../blocks/linear/objective.ts";
import { type LinearParams, linearParams } from "../blocks/linear/params.ts";
import { hingeLoss, squaredHingeLoss } from "../blocks/linear/margin-losses.ts";
import { minimise } from "../blocks/linear/minimise.ts";
import { hingeProblemOf, solveHinge } from "../blocks/linear/solve-hinge.ts";
import { tuneWeightDecay } from "../blocks/linear/tune-weight-decay.ts";
import { stopIfCancelled } from "../core/context.ts";
import type { Dataset } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import type { FitOptions, Learner, Model } from "../core/learner.ts";
import { solveHingeByCoordinateDescent } from "../numeric/solvers/hinge-coordinate-descent.ts";
import { multiplyRowsInto } from "../numeric/matrices/matrix-vector.ts";

export interface LinearSvmParams extends LinearParams {
  readonly loss: "squared-hinge" | "hinge";
}
type Tuned = LinearSvmParams & { readonly weightDecay: number };

export const linearSvm: Learner<LinearSvmParams> = {
  kind: "learner",
  id: "linear-svm",
  title: "Linear support vector machine",
  summary: "A linear classifier with a wide margin; beyond two classes, each class against the rest.",
  source: {
    cite: "Fan, Chang, Hsieh, Wang & Lin 2008, LIBLINEAR: a library for large linear classification, JMLR 9",
    url: "https://www.jmlr.org/papers/v9/fan08a.html",
  },
  targets: ["classes"],
  params: {
    loss: {
      type: "choice",
      default: "squared-hinge",
      options: ["squared-hinge", "hinge"],
      help: "max(0, 1 − tz)² is smooth, so attacks and influence can differentiate through training; max(0, 1 − tz) is the classic one",
    },
    ...linearParams,
  },
  tune,
  async fit(data, options) {
    return train(data, await tune(data, options), options, options.start);
  },
  objective(data, params) {
    return params.loss === "hinge" ? null : linearObjective(data, { ...(params as Tuned), loss: squaredHingeLoss });
  },
  linear: (params) => params as Tuned,
  hinge: (params) => (params.loss === "hinge" ? (params as Tuned) : null),
};

async function tune(data: Dataset, options: FitOptions<LinearSvmParams>): Promise<Tuned> {
  const { weightDecay, ...others } = options.params;
  if (weightDecay !== "auto") return { ...others, weightDecay };
  const rough = { ...others, tolerance: Math.max(1e-3, others.tolerance) };
  const chosen = await tuneWeightDecay(data, {
    ...options,
    prepare: (part) => (candidate, start) => train(part, { ...rough, weightDecay: candidate }, options, start),
  });
  return { ...others, weightDecay: chosen };
}

function train(data: Dataset, params: Tuned, options: FitOptions, start: Model | null | undefined): Model {
  const { features, target } = data;
  const outputs = outputsOf(target);
  const theta = startingTheta(start, features, outputs);
  const size = features.names.length + 1;
  for (let output = 0; output < outputs; output++) {
    const block = theta.subarray(output * size, (output + 1) * size);
    block.set(
      params.loss === "hinge" ? hingeTheta(data, params, options, block, output) : squaredHingeTheta(data, params, options, block, output),
    );
  }
  return linearModel({ theta, features, target, loss: params.loss === "hinge" ? hingeLoss : squaredHingeLoss });
}

/**
 * Newton's method; where the data are nearly separable and λ is weak, the rows that count change with every step and it crawls: then dual coordinate
 * descent finds which rows they are.
 */
function squaredHingeTheta(data: Dataset, params: Tuned, { rng, signal }: FitOptions, start: Float64Array, output: number): Float64Array {
  const f = linearObjective(data, { ...params, loss: squaredHingeLoss, output });
  const { x } = data;
  const { weightDecay, tolerance } = params;
  const entries = x.kind === "dense" ? x.data.length : x.values.length;
  const maxEpochs = Math.max(1000, Math.floor(4e9 / Math.max(1, entries + x.rows)));
  const rescue = (stuck: Float64Array): Float64Array => {
    const t = targetsOf(data, output);
    const upper = rowShares(data).map((share) => share / weightDecay);
    const alpha = new Float64Array(x.rows);
    multiplyRowsInto(alpha, x, stuck, 0, 0, x.rows);
    for (let i = 0; i < x.rows; i++) alpha[i] = 2 * upper[i] * Math.max(0, 1 - t[i] * (alpha[i] + stuck[x.cols]));
    return solveHingeByCoordinateDescent(
      { x, t, upper, freeBias: params.bias === "free", squared: true },
      { tolerance: 1e-6, maxEpochs, start: alpha, rng: rng.fork("linear-svm").fork(output), stop: () => stopIfCancelled(signal) },
    ).theta;
  };
  return minimise(f, start, { tolerance, signal, rescue: weightDecay > 0 ? rescue : undefined });
}

/** Divided by λ, the problem is that of `hinge.ts` with C_i = c_i / λ. */
function hingeTheta(data: Dataset, params: Tuned, { rng, signal }: FitOptions, start: Float64Array, output: number): Float64Array {
  if (!(params.weightDecay > 0)) throw new UsageError("linear-svm.weightDecay must be above 0 for the hinge loss, got 0");
  return solveHinge(hingeProblemOf(data, { ...params, output }), {
    tolerance: params.tolerance,
    rng: rng.fork("linear-svm").fork(output),
    start,
    stop: () => stopIfCancelled(signal),
  }).theta;
}
