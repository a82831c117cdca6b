import type { Poison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { Cell, TrialSpec } from "../../study/plan.ts";
import type { TrialRecord } from "../../study/record.ts";

/** What a worker is started with; the arrays of the table are shared, not copied. */
export interface WorkerData {
  readonly table: Table;
  readonly config: StudyConfig;
}

/** A cell to be run. `learnerParams` are those tuned for its seed, once somebody has tuned them. */
export interface CellTask {
  readonly cell: Cell;
  readonly wanted: readonly TrialSpec[];
  readonly learnerParams: unknown;
}

export type WorkerReply =
  | { readonly type: "tuned"; readonly seed: number; readonly learnerParams: unknown }
  | { readonly type: "done"; readonly records: readonly TrialRecord[]; readonly poison: Poison | null }
  | { readonly type: "error"; readonly isUsage: boolean; readonly message: string; readonly stack: string | undefined };
