import type { RunContext } from "./context.ts";
import type { Dataset } from "./dataset.ts";
import type { Model } from "./learner.ts";
import type { MethodInfo, TargetKind } from "./method.ts";

export interface DetectorContext<P = any> extends RunContext {
  readonly params: P;
  /** Trains the pipeline's learner, with its tuned parameters, on some of the rows. */
  fit(data: Dataset, start?: Model | null): Promise<Model>;
}

/** Gives every row (source, task, model) a suspicion score. */
export interface Detector<P = any> extends MethodInfo<P> {
  readonly kind: "detector";
  readonly subject: "row" | "source" | "task" | "model";
  readonly targets: readonly TargetKind[];
  /** Higher = more suspicious; finite. Shape: [rows], [sources] or [tasks] by `subject`. */
  score(data: Dataset, context: DetectorContext<P>): Promise<Float64Array>;
}
