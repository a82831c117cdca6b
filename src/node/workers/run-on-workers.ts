import { catalog } from "../../catalog.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { Table } from "../../core/table.ts";
import { failedRecord } from "../../study/base-record.ts";
import type { StudyConfig } from "../../study/config.ts";
import type { Cell } from "../../study/plan.ts";
import { failedRatingsRecord } from "../../study/ratings/ratings-cell.ts";
import type { RatingsStudyConfig } from "../../study/ratings/ratings-config.ts";
import type { RatingsCell } from "../../study/ratings/ratings-plan.ts";
import type { RatingsWorkerData, WorkerData } from "./messages.ts";
import { type CellWorkOptions, runCellsOnWorkers } from "./run-cells-on-workers.ts";
import { shareRatings } from "./share-ratings.ts";
import { shareTable } from "./share-table.ts";

/** Runs the cells of a study of a table; the records are those of `runStudy` to the byte, times apart. */
export async function runOnWorkers(
  input: { readonly table: Table; readonly config: StudyConfig },
  cells: readonly Cell[],
  options: CellWorkOptions<Cell>,
): Promise<void> {
  const data: WorkerData = { table: shareTable(input.table), config: input.config };
  await runCellsOnWorkers<Cell>(
    {
      script: new URL("./study-worker.js", import.meta.url),
      data,
      groupOf: ({ seed }) => String(seed),
      isTuned: true,
      failed: (cell, trial, error) => failedRecord({ ...input, methods: catalog }, cell, trial, error),
    },
    cells,
    options,
  );
}

/** Runs the cells of a study of a recommender; the records are the same on any number of workers, times apart. */
export async function runRatingsOnWorkers(
  input: { readonly ratings: Ratings; readonly config: RatingsStudyConfig },
  cells: readonly RatingsCell[],
  options: CellWorkOptions<RatingsCell>,
): Promise<void> {
  const data: RatingsWorkerData = { ratings: shareRatings(input.ratings), config: input.config };
  await runCellsOnWorkers<RatingsCell>(
    {
      script: new URL("./ratings-worker.js", import.meta.url),
      data,
      groupOf: ({ seed, engine }) => `${seed} ${engine.id}`,
      isTuned: false,
      failed: (cell, trial, error) => failedRatingsRecord({ ...input, methods: catalog.ratings }, cell, trial, error),
    },
    cells,
    options,
  );
}
