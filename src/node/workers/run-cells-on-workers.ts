import type { TrialRecord } from "../../study/record.ts";
import type { Cell, TrialSpec } from "../../study/kind.ts";
import type { CellDone, WantedCell } from "./messages.ts";
import { type PoolOptions, openPool } from "./worker-pool.ts";

/** What the cells of a study are run by. */
export interface CellWork {
  /** The file that a worker runs, and what it is started with. */
  readonly script: URL;
  readonly data: unknown;
  /** Cells of one group share a setup. */
  groupOf(cell: Cell): string;
  /** Whether the first worker of a group tunes parameters, which it passes on: until then nobody can help with the group. */
  readonly isTuned: boolean;
  /** The record of a trial whose worker died. */
  failed(cell: Cell, trial: TrialSpec, error: string): TrialRecord;
}

export interface CellWorkOptions extends PoolOptions {
  readonly recorded?: ReadonlySet<string>;
  /** @param patch the text of the cell's patch; null = it has none */
  onCell(cell: Cell, records: readonly TrialRecord[], patch: string | null): void | Promise<void>;
  onProgress?(done: number, total: number, running: Cell): void;
}

/**
 * Runs the cells of a plan on worker threads; those of one group share a split, tuned parameters and a clean model. A worker that dies fails the trials that it was running.
 * @throws what kept the last worker from starting
 */
export async function runCellsOnWorkers(work: CellWork, cells: readonly Cell[], options: CellWorkOptions): Promise<void> {
  const total = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  const tasks = cells
    .map((cell): WantedCell => ({ cell, wanted: cell.trials.filter((trial) => options.recorded?.has(trial.id) !== true) }))
    .filter((task) => task.wanted.length > 0);
  let done = total - tasks.reduce((sum, task) => sum + task.wanted.length, 0);
  const { script, data, isTuned } = work;
  const pool = openPool<WantedCell, CellDone>(
    {
      ...{ script, data, isTuned },
      groupOf: ({ cell }) => work.groupOf(cell),
      trailOf: ({ cell }) => `${work.groupOf(cell)} ${JSON.stringify(cell.attack)}`,
      died: ({ cell, wanted }, error) => ({ records: wanted.map((trial) => work.failed(cell, trial, error)), patch: null }),
    },
    options,
  );
  try {
    await pool.run(tasks, {
      onStart: ({ cell }) => options.onProgress?.(done, total, cell),
      async onDone({ cell, wanted }, { records, patch }) {
        await options.onCell(cell, records, patch);
        done += wanted.length;
      },
    });
  } finally {
    await pool.close();
  }
}
