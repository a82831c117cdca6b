import type { Cell } from "../../study/kind.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { AnyAuditKind } from "../kinds/audit-kind.ts";
import { isToBeRedone } from "../runs/run-folder.ts";
import type { CellWorkOptions } from "./run-cells-on-workers.ts";
import { runOnWorkers } from "./run-on-workers.ts";

export interface StagesOptions extends CellWorkOptions {
  /** All that is recorded, by this run and those before it. */
  recordsSoFar(): Promise<readonly TrialRecord[]>;
}

/** Runs the cells of a study; where some wait for what the others show, these first. */
export async function runStages(kind: AnyAuditKind, input: unknown, cells: readonly Cell[], options: StagesOptions): Promise<void> {
  const { later } = kind.study;
  if (later === undefined) return runOnWorkers(kind, input, cells, options);
  const stages = [...new Set(cells.map((cell) => later.stageOf(cell)))].sort((a, b) => a - b);
  const total = trialsOf(cells);
  let before = 0;
  for (const stage of stages) {
    const some = cells.filter((cell) => later.stageOf(cell) === stage);
    let given = input;
    if (stage > 0) {
      const records = await options.recordsSoFar();
      // What is to be run again could aim the rest otherwise, so that the rest waits for it.
      if (records.some(isToBeRedone)) return;
      given = later.aim(input, records);
    }
    const offset = before;
    await runOnWorkers(kind, given, some, {
      ...options,
      onProgress: (done, _, running) => options.onProgress?.(offset + done, total, running),
    });
    before += trialsOf(some);
  }
}

function trialsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { trials }) => sum + trials.length, 0);
}
