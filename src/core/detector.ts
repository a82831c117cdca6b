import type { RunContext } from "./context.ts";
import type { Dataset } from "./dataset.ts";
import type { Model } from "./learner.ts";
import type { MethodInfo, TargetKind } from "./method.ts";
import type { LearningSetting } from "./pipeline.ts";

/** What is known of earlier data of the same tasks that nobody could touch. */
export interface TrustedRelation {
  /** The task covariance Ω learned from them, tasks in the order of the data; any scale. Shape: [tasks, tasks]. */
  readonly relation: Float64Array;
}

export interface DetectorContext<P = any> extends RunContext {
  readonly params: P;
  /** Trains the pipeline's learner, with its tuned parameters, on some of the rows. */
  fit(data: Dataset, start?: Model | null): Promise<Model>;
  /** Absent or null in an audit, which has no earlier data. */
  readonly trusted?: TrustedRelation | null;
}

/** Gives every row (source, task, model) a suspicion score. */
export interface Detector<P = any> extends MethodInfo<P> {
  readonly kind: "detector";
  readonly subject: "row" | "source" | "task" | "model";
  readonly targets: readonly TargetKind[];
  /** Why it cannot score what such a learner learns from, in words; absent or null where it can. */
  refuses?(setting: LearningSetting): string | null;
  /** Higher = more suspicious; finite. Shape: [rows], [sources] or [tasks] by `subject`. */
  score(data: Dataset, context: DetectorContext<P>): Promise<Float64Array>;
}
