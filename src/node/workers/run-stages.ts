import type { Cell } from "../../study/kind.ts";
import { needlessRecord } from "../../study/run-cell.ts";
import type { Decided } from "../../study/stopping/decided.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { AnyAuditKind } from "../kinds/audit-kind.ts";
import { isToBeRedone } from "../runs/run-folder.ts";
import type { CellWorkOptions } from "./run-cells-on-workers.ts";
import { runOnWorkers } from "./run-on-workers.ts";

export interface StagesOptions extends CellWorkOptions {
  /** All that is recorded, by this run and those before it. */
  recordsSoFar(): Promise<readonly TrialRecord[]>;
}

/** A stage of a study: its cells, and the records that aim them, in the order of the plan; none where they wait for nothing. */
export interface Stage {
  /** 0 = its cells wait for nothing. */
  readonly number: number;
  readonly cells: readonly Cell[];
  readonly aimedBy: readonly TrialRecord[] | null;
}

/** Runs the cells of one stage. @param input what the study is given, aimed */
export type StageRunner = (kind: AnyAuditKind, input: unknown, stage: Stage, options: CellWorkOptions) => Promise<void>;

const onWorkers: StageRunner = (kind, input, { cells }, options) => runOnWorkers(kind, input, cells, options);

/**
 * Runs the cells of a study; where some wait for what the others show, these first.
 *
 * @param cells those of the plan that this run computes @param run where: by default on worker threads of this process
 */
export async function runStages(
  kind: AnyAuditKind,
  input: unknown,
  cells: readonly Cell[],
  options: StagesOptions,
  run: StageRunner = onWorkers,
): Promise<void> {
  const { later } = kind.study;
  if (later === undefined) return run(kind, input, { number: 0, cells, aimedBy: null }, options);
  const { config } = input as { readonly config: unknown };
  const stageOf = (cell: Cell): number => later.stageOf(cell, config);
  const stages = [...new Set(cells.map(stageOf))].sort((a, b) => a - b);
  const total = trialsOf(cells);
  let before = 0;
  for (const number of stages) {
    let some = cells.filter((cell) => stageOf(cell) === number);
    const inStage = trialsOf(some);
    let given = input;
    let aimedBy: readonly TrialRecord[] | null = null;
    if (number > 0) {
      const earlier = new Set(cells.flatMap((cell) => (stageOf(cell) < number ? cell.trials.map(({ id }) => id) : [])));
      aimedBy = inOrder(await options.recordsSoFar(), cells).filter(({ id }) => earlier.has(id));
      // What is to be run again could aim the rest otherwise, so that the rest waits for it.
      if (aimedBy.some(isToBeRedone)) return;
      given = later.aim(input, aimedBy);
      const left = later.leftOut?.(given, cells, number, aimedBy) ?? new Map<Cell, Decided>();
      await noteLeftOut(kind, given, left, options);
      some = some.filter((cell) => !left.has(cell));
    }
    const offset = before + inStage - trialsOf(some);
    await run(
      kind,
      given,
      { number, cells: some, aimedBy },
      { ...options, onProgress: (done, _, running) => options.onProgress?.(offset + done, total, running) },
    );
    before += inStage;
  }
}

/** Writes down which trials are not run, and since when they are not needed. */
async function noteLeftOut(
  { study }: AnyAuditKind,
  input: unknown,
  left: ReadonlyMap<Cell, Decided>,
  { recorded, onCell }: StagesOptions,
): Promise<void> {
  for (const [cell, decided] of left) {
    const wanted = cell.trials.filter(({ id }) => recorded?.has(id) !== true);
    if (wanted.length === 0) continue;
    await onCell(
      cell,
      wanted.map((trial) => needlessRecord(study, input, cell, trial, decided)),
      null,
    );
  }
}

/** Records come as cells end; sums over them are to come out alike on any number of workers. */
function inOrder(records: readonly TrialRecord[], cells: readonly Cell[]): readonly TrialRecord[] {
  const place = new Map(cells.flatMap(({ trials }) => trials).map(({ id }, i) => [id, i]));
  return [...records].sort((a, b) => (place.get(a.id) ?? -1) - (place.get(b.id) ?? -1));
}

export function trialsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { trials }) => sum + trials.length, 0);
}
