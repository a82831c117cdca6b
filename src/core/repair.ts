import type { RunContext } from "./context.ts";
import type { Dataset } from "./dataset.ts";
import type { Model } from "./learner.ts";
import type { MethodInfo, TargetKind } from "./method.ts";
import type { Objective } from "./objective.ts";
import type { LearningSetting } from "./pipeline.ts";

interface RepairInfo<P> extends MethodInfo<P> {
  readonly kind: "repair";
  readonly targets: readonly TargetKind[];
  /** True where it goes by what a detector itself flags, so that one that only ranks will not do. */
  readonly needsFlags?: boolean;
  /** True where some rows count less once it is done. */
  readonly givesWeights?: true;
  /** True where it learns from verified rows. */
  readonly needsTrusted?: boolean;
  /** Why it cannot repair the training of such a learner, in words; absent or null where it can. */
  refuses?(setting: LearningSetting): string | null;
}

/** How much of the training data is wrong, as far as detectors can say. */
export interface Suspected {
  /** Share of the examples: the most that a detector flags beyond the false alarms that it expects. In [0, 1]. */
  readonly share: number;
}

/** What a repair may train with. */
export interface RepairContext<P> extends RunContext {
  readonly params: P;
  /** The pipeline's learner, with its tuned parameters. */
  readonly learnerParams: unknown;
  /** Trains that learner on some of the rows, with some of its parameters replaced. */
  fit(data: Dataset, start?: Model | null, replaced?: Readonly<Record<string, unknown>>): Promise<Model>;
  /** What the pipeline's learner minimises over these rows; null or absent where it has no derivative. */
  objective?(data: Dataset): Objective | null;
  /** Of the detector that a repair goes by: 1 for each row that its own rule flags. Absent or null where it only ranks, or there is none. Shape: [rows]. */
  readonly flagged?: Uint8Array | null;
  /** Worked out once for all repairs of the same rows; absent or null where no detector that was asked says how many of its flags are false. */
  readonly suspected?: (() => Promise<Suspected | null>) | undefined;
  /** Rows that somebody has verified and nobody could poison, encoded as the training rows are; absent or null where there are none. */
  readonly trusted?: Dataset | null;
}

/** Turns suspect data into cleaner data, by the suspicion of its rows. */
export interface CleaningRepair<P = any> extends RepairInfo<P> {
  readonly stage: "clean";
  repair(data: Dataset, scores: Float64Array, context: RepairContext<P>): Promise<Dataset>;
}

/** Trains in a way that poison hurts less. */
export interface FittingRepair<P = any> extends RepairInfo<P> {
  readonly stage: "fit";
  repair(data: Dataset, context: RepairContext<P>): Promise<Model>;
}

export type Repair<P = any> = CleaningRepair<P> | FittingRepair<P>;
