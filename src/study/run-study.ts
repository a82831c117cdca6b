import type { Signal } from "../core/context.ts";
import { stopIfCancelled } from "../core/context.ts";
import type { NumericalError } from "../core/errors.ts";
import type { Poison } from "../core/poison.ts";
import type { Cell } from "./plan.ts";
import type { TrialRecord } from "./record.ts";
import { runCell } from "./run-cell.ts";
import { type SeedSetup, type StudyInput, makeStudyEncoder, trySetUpSeed } from "./seed-setup.ts";

export interface StudyOptions {
  /** Milliseconds of any steady clock, for the times in records. */
  readonly now: () => number;
  readonly signal?: Signal | undefined;
  /** Trials recorded earlier; they are not run again. */
  readonly recorded?: ReadonlySet<string>;
  /** Called as each cell ends, in the order of the plan. */
  readonly onCell: (cell: Cell, records: readonly TrialRecord[], poison: Poison | null) => Promise<void> | void;
  /** `done` and `total` in trials. */
  readonly onProgress?: (done: number, total: number, running: Cell) => void;
}

/** Runs the cells of a plan one after another. Records go out through `onCell`. */
export async function runStudy(input: StudyInput, cells: readonly Cell[], options: StudyOptions): Promise<void> {
  const encoder = makeStudyEncoder(input);
  const total = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  let done = 0;
  let setup: SeedSetup | NumericalError | null = null;
  let setupSeed: number | null = null;
  for (const cell of cells) {
    stopIfCancelled(options.signal);
    const wanted = cell.trials.filter((trial) => options.recorded?.has(trial.id) !== true);
    if (wanted.length > 0) {
      options.onProgress?.(done, total, cell);
      if (setup === null || setupSeed !== cell.seed) {
        setup = await trySetUpSeed(input, encoder, cell.seed, { signal: options.signal });
        setupSeed = cell.seed;
      }
      const { records, poison } = await runCell(input, setup, cell, wanted, { signal: options.signal, now: options.now });
      await options.onCell(cell, records, poison);
    }
    done += cell.trials.length;
  }
}
