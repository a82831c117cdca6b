import type { Dataset, Features, Target } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import { rowDot } from "../../numeric/matrices/matrix.ts";
import { targetOf } from "../linear/layout.ts";
import { logisticLoss, logisticProbability, squareLoss } from "../linear/margin-losses.ts";
import { relationPenalty } from "./penalty.ts";
import type { MtrlSettings } from "./problem.ts";

/** A linear model for each task, trained together, with what the training found out about how the tasks are related. */
export interface MtrlModel extends Model {
  readonly tasks: readonly string[];
  readonly settings: MtrlSettings;
  /** The task covariance Ω = S / tr S: symmetric, positive definite, trace 1. Shape: [tasks, tasks]. */
  readonly relation: Float64Array;
  /** The weights that Ω is made of: w_i of each task, with the bias where it is regularised. Shape: [tasks, features (+ 1)]. */
  readonly weights: Float64Array;
  readonly parameters: { readonly theta: Float64Array; readonly features: Features };
  withParameters(theta: Float64Array): MtrlModel;
}

export function isMtrlModel(model: Model): model is MtrlModel {
  return "relation" in model && "tasks" in model;
}

/** @param owner the method that asks @throws UsageError where the model relates no tasks */
export function relatedModel(model: Model, owner: string): MtrlModel {
  if (!isMtrlModel(model)) throw new UsageError(`${owner} needs a model that knows how its tasks are related: the learner mtrl`);
  return model;
}

export interface MtrlModelSpec {
  /** [w_i, b_i] task by task. */
  readonly theta: Float64Array;
  readonly features: Features;
  readonly target: Target;
  readonly tasks: readonly string[];
  readonly settings: MtrlSettings;
}

/** Each row is scored by the model of its task; tasks are matched by index. */
export function mtrlModel(spec: MtrlModelSpec): MtrlModel {
  const { theta, features, target, tasks, settings } = spec;
  const cols = features.names.length;
  const width = settings.bias === "free" ? cols : cols + 1;
  const loss = target.kind === "real" ? squareLoss : logisticLoss;
  let relation: Float64Array | null = null;

  function scores(data: Dataset): Float64Array {
    return Float64Array.from(data.task, (task, i) => {
      const offset = task * (cols + 1);
      return rowDot(data.x, i, theta, offset) + theta[offset + cols];
    });
  }

  function weights(): Float64Array {
    const out = new Float64Array(tasks.length * width);
    for (let i = 0; i < tasks.length; i++) out.set(theta.subarray(i * (cols + 1), i * (cols + 1) + width), i * width);
    return out;
  }

  return {
    outputs: 1,
    tasks,
    settings,
    scores,
    probabilities(data) {
      if (target.kind === "real") return null;
      const classes = target.names.length;
      const out = new Float64Array(data.task.length * classes);
      scores(data).forEach((z, i) => {
        out[i * classes] = logisticProbability(-z);
        if (classes === 2) out[i * classes + 1] = logisticProbability(z);
      });
      return out;
    },
    losses: (data) => scores(data).map((z, i) => loss.value(z, targetOf(target, 0, data.y[i]))),
    lossSlopes: (data) => scores(data).map((z, i) => loss.slope(z, targetOf(target, 0, data.y[i]))),
    get weights() {
      return weights();
    },
    get relation() {
      return (relation ??= relationPenalty(settings, tasks.length, width)(weights()).relation());
    },
    parameters: { theta, features },
    withParameters: (moved) => mtrlModel({ ...spec, theta: moved }),
  };
}
