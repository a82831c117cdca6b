import type { DenseMatrix } from "../numeric/matrices/matrix.ts";
import type { RunContext } from "./context.ts";
import type { Dataset, Features, Target } from "./dataset.ts";
import type { MethodInfo, TargetKind } from "./method.ts";
import type { Objective } from "./objective.ts";
import type { Table } from "./table.ts";

/** A trained model. Data given to it has the features that it was trained on. */
export interface Model {
  /** 1 for a real target or two classes (a positive score means class 1), else the number of classes (the largest score wins). */
  readonly outputs: number;
  /** Decision values, before any link function. Shape: [rows, outputs]. */
  scores(data: Dataset): Float64Array;
  /** Class probabilities, or null where the model has none. Shape: [rows, classes]. */
  probabilities(data: Dataset): Float64Array | null;
  /** The learner's own loss of every row at its label, regularisation left out. Shape: [rows]. */
  losses(data: Dataset): Float64Array;
  /** Derivatives of `losses` in the decision values, of a kink one of its slopes; absent where scores are not linear in the features. Shape: [rows, outputs]. */
  lossSlopes?(data: Dataset): Float64Array;
  /** The parameters θ as its `Objective` lays them out, with the features they belong to; null where there is no such vector. */
  readonly parameters: { readonly theta: Float64Array; readonly features: Features } | null;
  /** The same model with other parameters (tampered, or moved by a Newton step); absent where there are none. */
  withParameters?(theta: Float64Array): Model;
  /** An ensemble with each of its members changed; absent where the model is one. */
  mapMembers?(change: (member: Model) => Model): Model;
  /** Root mean square over these rows of what each parameter is multiplied by, 0 for biases; absent where θ is blocks of a weight for each feature and a bias. Shape: as θ. */
  parameterInputs?(data: Dataset): Float64Array;
  /** The learned features that the scores are linear in, as a network's penultimate layer; absent where nothing is learned below the scores. Shape: [rows, width]. */
  represent?(data: Dataset): DenseMatrix;
  /** Σ_u slopes_iu ∂h_iu/∂x_i of each row, h = `represent`; there where that is. Shapes: slopes [rows, width], result [rows, features]. */
  representSlopes?(data: Dataset, slopes: DenseMatrix): DenseMatrix;
}

/** The layers below the answers that somebody else trained: h ← max(0, W h + b) after every one of them. */
export interface BaseModel {
  /** Width of each layer: features, then units. */
  readonly sizes: readonly number[];
  /** Layer after layer and unit after unit: its weights, then its bias. */
  readonly theta: Float64Array;
}

export interface FitOptions<P = any> extends RunContext {
  readonly params: P;
  /** A model to start from; it may have been trained on other features, which are matched by name. */
  readonly start?: Model | null;
  /** What the learner builds on; absent = nobody handed it anything. Only for learners with `pretrain`. */
  readonly base?: BaseModel | undefined;
}

/** What a linear model is trained with: λ of the penalty (λ/2) ‖w‖², whether that counts the bias, and when training stops. */
export interface LinearSettings {
  readonly weightDecay: number;
  readonly bias: "free" | "regularised";
  readonly tolerance: number;
}

/** What tasks are related with: λ₂, λ₁ and ε of multi-task relationship learning (blocks/mtrl/problem.ts). */
export interface RelationSettings extends LinearSettings {
  readonly relationDecay: number;
  readonly epsilon: number;
}

/** What a learner that learns from raw rows is to learn from and to answer. */
export interface OutsideTask {
  readonly table: Table;
  /** Rows to learn from, in this order, with a class index or a number for each. Shapes: [training rows]. */
  readonly train: { readonly rows: Int32Array; readonly y: Float64Array };
  /** Rows to answer, part after part; the learner is not shown their labels. */
  readonly test: readonly { readonly table: Table; readonly rows: Int32Array }[];
  readonly seed: number;
}

/** Decision values as of `Model.scores`. Shape: scores [rows of all parts, outputs]. */
export interface OutsideAnswers {
  readonly outputs: number;
  readonly scores: Float64Array;
}

/** A learner into which nobody looks: raw rows go in, answers come out. */
export interface OutsideLearning<P = any> {
  /** Learners of the catalog that may stand for it where a model has to be looked into, the first of equals first. */
  surrogates(params: P, target: Target): readonly string[];
  /** Learns anew and answers; with `isRepeated` once more, though the answer is known. @throws NumericalError that says why there is no answer */
  answer(params: P, task: OutsideTask, options: Pick<RunContext, "signal"> & { readonly isRepeated?: boolean }): Promise<OutsideAnswers>;
  /** 0: attackers ask it nothing; 1: how a rehearsal of each attack goes; more: so many patches of each too, of which the worst on held-out training rows is used. */
  queries(params: P): number;
  /** The parameters as a record and a report may show them. */
  shown(params: P): unknown;
}

export interface Learner<P = any> extends MethodInfo<P> {
  readonly kind: "learner";
  readonly targets: readonly TargetKind[];
  /** Present where it learns from raw rows outside this program: `fit` then throws, and others stand for it. */
  readonly outside?: OutsideLearning<P>;
  /** True where its models have `represent`. */
  readonly learnsFeatures?: boolean;
  /**
   * True where the model depends on the order of the rows and on random numbers, not on the optimum alone: the same rows in the same order with the same seed give
   * the same model up to rounding.
   */
  readonly followsOrder?: boolean;
  /** Why it cannot learn such a label, in words; absent or null where it can. */
  refuses?(target: Target): string | null;
  /** What it needs and does not find on this machine, in words, with the remedy; absent or null where nothing is missing. */
  lacks?(): string | null;
  fit(data: Dataset, options: FitOptions<P>): Promise<Model>;
  /** Replaces each `"auto"` by what cross-validation on `data` chooses; returns parameters that need no more choosing. */
  tune(data: Dataset, options: FitOptions<P>): Promise<P>;
  /** Makes what others build on: present where a base model can be trained on other rows, perhaps with other labels, and handed over. */
  pretrain?(data: Dataset, options: FitOptions<P>): Promise<BaseModel>;
  /** Present where the optimum is smooth in the data; null for settings where it is not (see `hinge`). Parameters must be tuned. */
  objective?(data: Dataset, params: P): Objective | null;
  /** Of one model that is linear in its features, with θ in a block [w, b] for each output: what it is trained with. Parameters must be tuned. */
  linear?(params: P): LinearSettings;
  /** Of a support vector machine: what it is trained with where its loss is the plain hinge, whose kinks leave no objective; null where the hinge is squared. */
  hinge?(params: P): LinearSettings | null;
  /** Of a learner that relates its tasks: with what. Parameters must be tuned. */
  relation?(params: P): RelationSettings;
}

/** Predicted class indices, or predicted values of a real target. Shape: [rows]. */
export function predict(model: Model, data: Dataset): Float64Array {
  const scores = model.scores(data);
  if (data.target.kind === "real") return scores;
  return classesOfScores(scores, model.outputs);
}

/** The class that each row of scores means; ties go to the smaller index. Shapes: scores [rows, outputs], result [rows]. */
export function classesOfScores(scores: Float64Array, outputs: number): Float64Array {
  const classes = new Float64Array(scores.length / outputs);
  for (let i = 0; i < classes.length; i++) {
    if (outputs === 1) {
      classes[i] = scores[i] > 0 ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let k = 1; k < outputs; k++) if (scores[i * outputs + k] > scores[i * outputs + best]) best = k;
    classes[i] = best;
  }
  return classes;
}
