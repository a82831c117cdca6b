import { type BiasKind, startingTheta } from "../blocks/linear/layout.ts";
import { minimiseMtrl } from "../blocks/mtrl/minimise.ts";
import { isMtrlModel, mtrlModel } from "../blocks/mtrl/model.ts";
import { mtrlObjective } from "../blocks/mtrl/objective.ts";
import type { MtrlSettings } from "../blocks/mtrl/problem.ts";
import { tuneWeightDecay } from "../blocks/linear/tune-weight-decay.ts";
import type { Dataset } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import type { FitOptions, Learner, Model } from "../core/learner.ts";

export interface MtrlParams {
  readonly relationDecay: number | "auto";
  readonly weightDecay: number;
  readonly bias: BiasKind;
  readonly epsilon: number;
  readonly tolerance: number;
}
type Tuned = MtrlParams & { readonly relationDecay: number };

/** Differs from the paper in the loss for classes (logistic, the paper's is the square loss for both) and in solving for W and Ω at once. */
export const mtrl: Learner<MtrlParams> = {
  kind: "learner",
  id: "mtrl",
  title: "Multi-task relationship learning",
  summary: "A linear model for each task, trained together with a covariance of the tasks, so that related tasks help each other.",
  source: {
    cite: "Zhang & Yeung 2010, A Convex Formulation for Learning Task Relationships in Multi-Task Learning, UAI",
    url: "https://arxiv.org/abs/1203.3536",
  },
  targets: ["classes", "real"],
  refuses: (target) =>
    target.kind === "classes" && target.names.length > 2 ? `it learns two classes or a number, not ${target.names.length} classes` : null,
  params: {
    relationDecay: {
      type: "number-or-auto",
      default: "auto",
      min: 0,
      max: 1e6,
      help: 'λ₂ in Σ mean loss of a task + (λ₂/2) tr(W Ω⁻¹ Wᵀ); "auto" takes the λ₂ of 10 … 10^-6 with the smallest held-out loss in 3-fold cross-validation',
    },
    weightDecay: {
      type: "number",
      default: 0,
      min: 0,
      max: 1e6,
      help: "λ₁ in (λ₁/2)‖W‖², which pulls every task to 0 whatever its relatives do",
    },
    bias: {
      type: "choice",
      default: "regularised",
      options: ["free", "regularised"],
      help: "whether a task's bias is one more weight that tasks share, or left alone; free, it runs away where a task's training rows are of one class",
    },
    epsilon: {
      type: "number",
      default: 1e-6,
      min: 1e-12,
      max: 1,
      help: "added to the squared singular values of W, so that Ω is never singular: Ω ∝ (WᵀW + εI)^½",
    },
    tolerance: {
      type: "number",
      default: 1e-8,
      min: 1e-16,
      max: 0.1,
      help: "training stops once the objective is within about this fraction of its minimum",
    },
  },
  tune,
  async fit(data, options) {
    return train(data, await tune(data, options), options, options.start);
  },
  objective(data, params) {
    checkTarget(data);
    return mtrlObjective(data, settingsOf(params as Tuned), { relation: "exact" });
  },
  relation: (params) => params as Tuned,
};

async function tune(data: Dataset, options: FitOptions<MtrlParams>): Promise<Tuned> {
  checkTarget(data);
  const { relationDecay, ...others } = options.params;
  if (relationDecay !== "auto") return { ...others, relationDecay };
  const rough = { ...others, tolerance: Math.max(1e-4, others.tolerance) };
  const chosen = await tuneWeightDecay(data, {
    ...options,
    prepare: (part) => (candidate, start) => train(part, { ...rough, relationDecay: candidate }, options, start),
  });
  return { ...others, relationDecay: chosen };
}

function train(data: Dataset, params: Tuned, { signal }: FitOptions, start: Model | null | undefined): Model {
  const { features, target, tasks } = data;
  const settings = settingsOf(params);
  const isNear = start !== null && start !== undefined && isMtrlModel(start) && start.settings.relationDecay === settings.relationDecay;
  const from = startingTheta(start, features, tasks.length);
  const { point } = minimiseMtrl(data, settings, from, { tolerance: params.tolerance, isNear, signal });
  return mtrlModel({ theta: point.theta, features, target, tasks, settings });
}

function settingsOf({ relationDecay, weightDecay, bias, epsilon }: Tuned): MtrlSettings {
  return { relationDecay, weightDecay, bias, epsilon };
}

function checkTarget({ target }: Dataset): void {
  if (target.kind === "classes" && target.names.length > 2)
    throw new UsageError(`mtrl learns two classes or a number, got ${target.names.length} classes: ${target.names.join(", ")}`);
}
