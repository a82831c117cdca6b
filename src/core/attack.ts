import type { RunContext } from "./context.ts";
import type { Dataset } from "./dataset.ts";
import type { BaseModel, Learner } from "./learner.ts";
import type { MethodInfo, TargetKind } from "./method.ts";
import type { FittedPipeline, Pipeline, TrainingSet } from "./pipeline.ts";
import type { TablePoison } from "./poison.ts";
import type { RowFilter } from "./row-filter.ts";
import type { Table } from "./table.ts";
import type { Budget, Reach, ThreatModel } from "./threat.ts";

/** Where an attack leaves what it found, for itself with a larger budget on the same rows. What that is, it alone knows. */
export interface Findings {
  /** What it left with a smaller budget; null = nothing. */
  readonly before: unknown;
  keep(found: unknown): void;
}

export interface AttackInput {
  readonly clean: TrainingSet;
  readonly pipeline: Pipeline;
  readonly budget: Budget;
  readonly reach: Reach;
  /** Whom a targeted attack is to harm; absent = the attack chooses. */
  readonly target?: AttackTarget;
  /** What the pipeline builds on; absent where it builds on nothing that others made. */
  readonly upstream?: UpstreamView;
  /** What an attack that goes on starts from; absent = it begins anew, and nobody asks what it found. */
  readonly findings?: Findings;
  /** The pipeline trained on the clean data, computed once and shared; only for an attacker who may know it. */
  victim(): Promise<FittedPipeline>;
}

/** A base model and what it was pretrained on, with nothing done to it. */
export interface UpstreamView {
  readonly clean: TrainingSet;
  readonly base: BaseModel;
  /** Examples of these rows as the base model meets them. */
  encode(table: Table, rows: Int32Array): Dataset;
}

export interface AttackTarget {
  /** The group as filters on raw cells, of which one must hold; null = none was named. */
  readonly anyOf: readonly RowFilter[] | null;
  /** Rows that will be predicted, of the group where one is named: an attacker knows their inputs and must not look at their labels. */
  readonly rows: Int32Array;
}

/** What an attack would be up against. */
export interface AttackSetting {
  readonly table: Table;
  readonly learner: Learner;
  readonly sharing: "pooled" | "separate";
  /** True where it builds on a base model that others pretrained. */
  readonly buildsOnOthers?: boolean;
  /** See `LearningSetting`. */
  readonly standsIn?: true;
}

/** Chooses poison within a budget; what it returns is checked by the guard before it is applied. */
export interface Attack<P = any> extends MethodInfo<P> {
  readonly kind: "attack";
  readonly data: "table";
  readonly targets: readonly TargetKind[];
  readonly threat: ThreatModel;
  /** True where what it makes are points among the features: cells where they come from numbers and categories, no texts where they come from words. */
  readonly movesFeatures?: true;
  /** True where it can go on from what it found with a smaller budget. */
  readonly goesOn?: true;
  /** What differs where it is tried unasked at quick effort, which is to be over soon; null = it is not tried then. */
  atQuick?(setting: AttackSetting): Partial<P> | null;
  /** Why it cannot attack such a pipeline, in words; absent or null where it can. */
  refuses?(setting: AttackSetting): string | null;
  poison(input: AttackInput, options: RunContext & { readonly params: P }): Promise<TablePoison>;
}
