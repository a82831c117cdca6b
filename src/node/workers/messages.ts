import type { Cell, TrialSpec } from "../../study/kind.ts";
import type { TrialRecord } from "../../study/record.ts";

/** What a worker is started with: the kind of the study, the module that exports it, and its input as the kind shares it, arrays in shared memory. */
export interface WorkerData {
  readonly kind: string;
  readonly module: string;
  readonly input: unknown;
  /** Modules whose methods join the catalog first. */
  readonly methods: readonly string[];
}

/** Trials of a cell that are to be run. */
export interface WantedCell {
  readonly cell: Cell;
  readonly wanted: readonly TrialSpec[];
}

/** The same as it is sent. `learnerParams` are those tuned for its seed and learner, once somebody has tuned them. */
export interface CellTask extends WantedCell {
  readonly learnerParams: unknown;
}

/** What a cell came to. `patch` is the text of its patch, null where it has none. */
export interface CellDone {
  readonly records: readonly TrialRecord[];
  readonly patch: string | null;
}

/** @template D what a task comes to */
export type WorkerReply<D extends object = CellDone> =
  /** Everything that a worker needs is loaded: what it dies of from now on is due to the work. */
  { readonly type: "ready" } | { readonly type: "tuned"; readonly learnerParams: unknown } | ({ readonly type: "done" } & D) | ErrorReply;

export interface ErrorReply {
  readonly type: "error";
  readonly isUsage: boolean;
  readonly message: string;
  readonly stack: string | undefined;
}
