import type { RunContext } from "./context.ts";
import type { Learner } from "./learner.ts";
import type { MethodInfo, TargetKind } from "./method.ts";
import type { FittedPipeline, Pipeline, TrainingSet } from "./pipeline.ts";
import type { Poison } from "./poison.ts";
import type { Table } from "./table.ts";
import type { Budget, Reach, ThreatModel } from "./threat.ts";

export interface AttackInput {
  readonly clean: TrainingSet;
  readonly pipeline: Pipeline;
  readonly budget: Budget;
  readonly reach: Reach;
  /** The pipeline trained on the clean data, computed once and shared; only for an attacker who may know it. */
  victim(): Promise<FittedPipeline>;
}

/** What an attack would be up against. */
export interface AttackSetting {
  readonly table: Table;
  readonly learner: Learner;
  readonly sharing: "pooled" | "separate";
}

/** Chooses poison within a budget; what it returns is checked by the guard before it is applied. */
export interface Attack<P = any> extends MethodInfo<P> {
  readonly kind: "attack";
  readonly data: "table";
  readonly targets: readonly TargetKind[];
  readonly threat: ThreatModel;
  /** Why it cannot attack such a pipeline, in words; absent or null where it can. */
  refuses?(setting: AttackSetting): string | null;
  poison(input: AttackInput, options: RunContext & { readonly params: P }): Promise<Poison>;
}
