import type { RunContext } from "./context.ts";
import type { Dataset } from "./dataset.ts";
import type { Learner, Model } from "./learner.ts";
import type { Objective } from "./objective.ts";
import type { TablePoison } from "./poison.ts";
import type { Cell, Table } from "./table.ts";
import type { WordColumn } from "./text/word-column.ts";

/** The rows of a table that a pipeline is trained on. */
export interface TrainingSet {
  readonly table: Table;
  readonly rows: Int32Array;
}

/** What a detector or a repair would work with. */
export interface LearningSetting {
  readonly learner: Learner;
  /** As far as they are chosen; absent where nobody asked. */
  readonly learnerParams?: unknown;
  readonly sharing: "pooled" | "separate";
  /** True where it stands for a learner into which nobody looks, which is handed raw rows and trains by itself. */
  readonly standsIn?: true;
}

/** A pipeline turns a training table into a model: encode, detect and repair, learn. */
export interface Pipeline {
  readonly learner: Learner;
  /** Parameters of the learner with nothing left to choose. */
  readonly learnerParams: unknown;
  /** Trains on the training set with the poison applied to it (none by default). */
  fit(
    clean: TrainingSet,
    options: RunContext & { readonly poison?: TablePoison | null; readonly start?: FittedPipeline | null },
  ): Promise<FittedPipeline>;
}

export interface FittedPipeline {
  readonly model: Model;
  /** Every training example as encoded, poison included, before any repair. */
  readonly training: Dataset;
  /** What the learner was given in the end. */
  readonly repaired: Dataset;
  /** Examples of these rows, through the encoder that was fitted in training. */
  encode(table: Table, rows: Int32Array): Dataset;
  /** Cells that are encoded as these features; null where there are none, as for words. Shape: x [features]. */
  decode(x: Float64Array): Record<string, Cell> | null;
  /** The same of the columns that have such cells, numbers and vectors; the others are left out. */
  decodePart(x: Float64Array): Record<string, Cell>;
  /** The counts behind the features of each text column, for the examples of these rows; none where no column is text. */
  words(table: Table, rows: Int32Array): WordColumn[];
  /** The learner's objective on `repaired`; null where it has none. */
  objective(): Objective | null;
}
