import type { Table } from "../../core/table.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { Cell } from "../../study/plan.ts";
import type { RatingsStudyConfig } from "../../study/ratings/ratings-config.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { PlannedCell, StoredPoison } from "../runs/manifest.ts";

/** What a worker is started with; the arrays of the table are shared, not copied. */
export interface WorkerData {
  readonly table: Table;
  readonly config: StudyConfig;
}

/** The same for a study of a recommender. */
export interface RatingsWorkerData {
  readonly ratings: Ratings;
  readonly config: RatingsStudyConfig;
}

/** A cell to be run. `learnerParams` are those tuned for its seed, once somebody has tuned them. */
export interface CellTask<C extends PlannedCell = Cell> {
  readonly cell: C;
  readonly wanted: C["trials"];
  readonly learnerParams: unknown;
}

export type WorkerReply =
  /** Everything that a worker needs is loaded: what it dies of from now on is due to the work. */
  | { readonly type: "ready" }
  | { readonly type: "tuned"; readonly learnerParams: unknown }
  | { readonly type: "done"; readonly records: readonly TrialRecord[]; readonly poison: StoredPoison | null }
  | { readonly type: "error"; readonly isUsage: boolean; readonly message: string; readonly stack: string | undefined };
