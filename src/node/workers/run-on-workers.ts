import type { Cell } from "../../study/kind.ts";
import { failedRecord } from "../../study/run-cell.ts";
import { groupOf } from "../../study/run-study.ts";
import type { AnyAuditKind } from "../kinds/audit-kind.ts";
import { ownModules } from "../methods/own-methods.ts";
import type { WorkerData } from "./messages.ts";
import { type CellWorkOptions, runCellsOnWorkers } from "./run-cells-on-workers.ts";

/** Runs the cells of a study; the records are those of `runStudy` to the byte, times apart. */
export async function runOnWorkers(
  { id, module, study, share }: AnyAuditKind,
  input: unknown,
  cells: readonly Cell[],
  options: CellWorkOptions,
): Promise<void> {
  const data: WorkerData = { kind: id, module, input: share(input), methods: ownModules().map(({ path }) => path) };
  await runCellsOnWorkers(
    {
      script: new URL("./study-worker.js", import.meta.url),
      data,
      groupOf,
      isTuned: study.isTuned,
      failed: (cell, trial, error) => failedRecord(study, input, cell, trial, error),
    },
    cells,
    options,
  );
}
