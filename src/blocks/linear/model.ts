import type { Dataset, Features, Target } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { type MarginLoss, logisticProbability } from "./margin-losses.ts";
import { blockScoresInto, outputsOf, targetOf } from "./layout.ts";
import { softmaxInPlace } from "./softmax-objective.ts";

export interface LinearModelSpec {
  /** As `linear-layout.ts` lays it out. */
  readonly theta: Float64Array;
  readonly features: Features;
  readonly target: Target;
  /** One-vs-rest where there are several outputs; "softmax" couples them. */
  readonly loss: MarginLoss | "softmax";
}

/** scores = X wᵀ + b, with the probabilities that the logistic losses give them. */
export function linearModel(spec: LinearModelSpec): Model {
  const { theta, features, target, loss } = spec;
  const outputs = outputsOf(target);

  function scores(data: Dataset): Float64Array {
    const rows = data.x.rows;
    const column = new Float64Array(rows);
    if (outputs === 1) {
      blockScoresInto(column, data.x, theta, 0);
      return column;
    }
    const out = new Float64Array(rows * outputs);
    for (let k = 0; k < outputs; k++) {
      blockScoresInto(column, data.x, theta, k);
      for (let i = 0; i < rows; i++) out[i * outputs + k] = column[i];
    }
    return out;
  }

  function probabilities(data: Dataset): Float64Array | null {
    if (target.kind === "real" || !(loss === "softmax" || (loss.id === "logistic" && outputs === 1))) return null;
    const z = scores(data);
    if (loss === "softmax") {
      for (let i = 0; i < data.x.rows; i++) softmaxInPlace(z, i * outputs, outputs);
      return z;
    }
    const classes = target.names.length;
    const out = new Float64Array(z.length * classes);
    for (let i = 0; i < z.length; i++) {
      out[i * classes] = logisticProbability(-z[i]);
      if (classes === 2) out[i * classes + 1] = logisticProbability(z[i]);
    }
    return out;
  }

  function losses(data: Dataset): Float64Array {
    const z = scores(data);
    const out = new Float64Array(data.x.rows);
    for (let i = 0; i < out.length; i++) {
      if (loss === "softmax") {
        const ofLabel = z[i * outputs + data.y[i]];
        out[i] = softmaxInPlace(z, i * outputs, outputs) - ofLabel;
      } else for (let k = 0; k < outputs; k++) out[i] += loss.value(z[i * outputs + k], targetOf(target, k, data.y[i]));
    }
    return out;
  }

  function lossSlopes(data: Dataset): Float64Array {
    const z = scores(data);
    for (let i = 0; i < data.x.rows; i++) {
      if (loss === "softmax") {
        softmaxInPlace(z, i * outputs, outputs);
        z[i * outputs + data.y[i]] -= 1;
      } else for (let k = 0; k < outputs; k++) z[i * outputs + k] = loss.slope(z[i * outputs + k], targetOf(target, k, data.y[i]));
    }
    return z;
  }

  return {
    outputs,
    scores,
    probabilities,
    losses,
    lossSlopes,
    parameters: { theta, features },
    withParameters: (moved) => linearModel({ ...spec, theta: moved }),
  };
}
