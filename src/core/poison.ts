import type { Intent } from "./intent.ts";
import type { Profile } from "./ratings.ts";
import type { TriggerRule } from "./row-filter.ts";
import type { Cell, SparseCell } from "./table.ts";

/** What an attacker did, as a patch; patch.ts holds it to its threat, applies it and takes it back, and nothing else does. */
export type Poison = TablePoison | AccountPoison;

/** To a table, or to what is learned from one. */
export type TablePoison = DataPoison | UpstreamPoison | LogicPatch;

interface Purposeful {
  /** What is meant where the goal is targeted or a backdoor. */
  readonly intent?: Intent;
}

/** To the training data. Rows are rows of the clean table; `before` makes the patch reversible and checkable. */
export interface DataPoison extends Purposeful {
  readonly kind: "data";
  readonly relabel: readonly CellChange[];
  readonly edit: readonly (CellChange | FeatureChange)[];
  readonly insert: readonly (RawRow | FeatureRow)[];
}

export interface CellChange {
  readonly row: number;
  readonly column: string;
  readonly before: Cell;
  readonly after: Cell;
}

/** New encoded features for an existing example; only possible with a frozen encoder. Shape: x [features]. */
export interface FeatureChange {
  readonly row: number;
  readonly task: number;
  readonly x: readonly number[];
}

/** A row that can be written to a file: one cell per column, missing where left out. */
export interface RawRow {
  readonly kind: "raw";
  readonly cells: Readonly<Record<string, Cell>>;
}

/** A row in encoded space; it can be trained on but not written to a file. y is a class index or a real label. Shape: x [features], or its entries that are not 0. */
export interface FeatureRow {
  readonly kind: "features";
  readonly x: readonly number[] | SparseCell;
  readonly y: number;
  readonly task: number;
}

/** To the data that a base model was pretrained on, whose rows the patch names; or to the base model that is handed out. */
export interface UpstreamPoison extends Purposeful {
  readonly kind: "upstream";
  readonly pretraining: DataPoison;
  /** Handed out in place of what pretraining makes; see `BaseModel`. */
  readonly base?: { readonly sizes: readonly number[]; readonly theta: readonly number[] };
}

/** To the learner or the trained model itself; the data stay as they are. */
export interface LogicPatch extends Purposeful {
  readonly kind: "logic";
  /** Training examples whose loss is silently multiplied; 0 drops them. */
  readonly reweight: readonly { readonly row: number; readonly task: number; readonly factor: number }[];
  /** Training examples that training takes for this class index or real label. */
  readonly mislabel: readonly { readonly row: number; readonly task: number; readonly y: number }[];
  /** Settings of the learner that training uses in place of the agreed ones. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Parameters overwritten after training. */
  readonly parameters: readonly { readonly index: number; readonly value: number }[];
  /** Answers given in place of the model's; the first rule that holds for a row wins. */
  readonly rules: readonly TriggerRule[];
}

/** Fake accounts that an attacker registered: a patch that only adds. Accounts come after the genuine users, in this order. */
export interface AccountPoison {
  readonly kind: "accounts";
  readonly accounts: readonly Profile[];
}

export const noLogicPatch: LogicPatch = { kind: "logic", reweight: [], mislabel: [], settings: {}, parameters: [], rules: [] };

export const noDataPoison: DataPoison = { kind: "data", relabel: [], edit: [], insert: [] };

export const noUpstreamPoison: UpstreamPoison = { kind: "upstream", pretraining: noDataPoison };

/** True when every part of the patch can be written to a file or given to somebody else's training command. */
export function isRaw(poison: DataPoison): boolean {
  return poison.edit.every((change) => "column" in change) && poison.insert.every((row) => row.kind === "raw");
}
