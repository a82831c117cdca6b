import type { Cell, TrialSpec } from "../../study/kind.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { Poison } from "../../core/poison.ts";

/** What a worker is started with: the kind of the study, the module that exports it, and its input as the kind shares it, arrays in shared memory. */
export interface WorkerData {
  readonly kind: string;
  readonly module: string;
  readonly input: unknown;
  /** Modules whose methods join the catalog first. */
  readonly methods: readonly string[];
}

/** A cell to be run. `learnerParams` are those tuned for its seed and learner, once somebody has tuned them. */
export interface CellTask {
  readonly cell: Cell;
  readonly wanted: readonly TrialSpec[];
  readonly learnerParams: unknown;
}

export type WorkerReply =
  /** Everything that a worker needs is loaded: what it dies of from now on is due to the work. */
  | { readonly type: "ready" }
  | { readonly type: "tuned"; readonly learnerParams: unknown }
  | { readonly type: "done"; readonly records: readonly TrialRecord[]; readonly poison: Poison | null }
  | { readonly type: "error"; readonly isUsage: boolean; readonly message: string; readonly stack: string | undefined };
