import { type Signal, stopIfCancelled } from "../core/context.ts";
import { NumericalError } from "../core/errors.ts";
import type { Poison } from "../core/poison.ts";
import type { StudyConfig } from "./config.ts";
import type { Cell, Scene, SetUp, StudyKind } from "./kind.ts";
import { tableKind } from "./kinds/table.ts";
import { planCells } from "./plan.ts";
import type { TrialRecord } from "./record.ts";
import { runCell } from "./run-cell.ts";
import type { StudyInput } from "./table/seed-setup.ts";

export interface StudyOptions<P = Poison> {
  /** Milliseconds of any steady clock, for the times in records. */
  readonly now: () => number;
  readonly signal?: Signal | undefined;
  /** Trials recorded earlier; they are not run again. */
  readonly recorded?: ReadonlySet<string>;
  /** Called as each cell ends, in the order of the plan. */
  readonly onCell: (cell: Cell, records: readonly TrialRecord[], poison: P | null) => Promise<void> | void;
  /** `done` and `total` in trials. */
  readonly onProgress?: (done: number, total: number, running: Cell) => void;
}

/** The cells of a study of a table; see `planCells`. */
export function planStudy(config: StudyConfig, identity: unknown, digest: (text: string) => string): Cell[] {
  return planCells(tableKind.plan, config, identity, digest);
}

/** Runs the cells of a plan for a table one after another. Records go out through `onCell`. */
export async function runStudy(input: StudyInput, cells: readonly Cell[], options: StudyOptions): Promise<void> {
  return runCells(tableKind, input, cells, options);
}

/** The same for any kind of data whose cells wait for nothing. */
async function runCells<I, P>(
  kind: StudyKind<I, P>,
  input: I,
  cells: readonly Cell[],
  { now, signal, recorded, onCell, onProgress }: StudyOptions<P>,
): Promise<void> {
  const setUp = kind.open(input);
  const total = cells.reduce((sum, cell) => sum + cell.trials.length, 0);
  let done = 0;
  let group: string | null = null;
  let scene: Scene<P> | NumericalError | null = null;
  for (const cell of cells) {
    stopIfCancelled(signal);
    const wanted = cell.trials.filter((trial) => recorded?.has(trial.id) !== true);
    if (wanted.length > 0) {
      onProgress?.(done, total, cell);
      if (scene === null || group !== groupOf(cell)) scene = await trySetUp(setUp, cell, signal);
      group = groupOf(cell);
      const { records, poison } = await runCell(kind, input, scene, cell, wanted, { signal, now });
      await onCell(cell, records, poison);
    }
    done += cell.trials.length;
  }
}

/** Cells of one group share a scene. */
export function groupOf({ seed, learner }: Pick<Cell, "seed" | "learner">): string {
  return `${seed} ${learner.id}`;
}

/** The scene of a cell, with the error in its place where the numbers do not allow it: every trial of its group has then failed. */
export async function trySetUp<P>(
  setUp: SetUp<P>,
  cell: Pick<Cell, "seed" | "learner">,
  signal: Signal | undefined,
  tuned?: unknown,
): Promise<Scene<P> | NumericalError> {
  try {
    return await setUp(cell, { signal }, tuned);
  } catch (error) {
    if (error instanceof NumericalError) return error;
    throw error;
  }
}
