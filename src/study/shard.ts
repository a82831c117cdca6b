import type { Cell } from "./kind.ts";
import { groupOf } from "./run-study.ts";

/** A part of a plan that one run computes. */
export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/**
 * The cells of a shard. Those that share a setup lie one after another, and the whole is cut where the trials come to equal parts, so that a plan of `g` groups in
 * `n` shards is set up at most `g + n − 1` times. Cells that wait for what others show are in no shard.
 *
 * @param stageOf the stage of a cell; 0 = it waits for nothing
 */
export function cellsOfShard(cells: readonly Cell[], stageOf: (cell: Cell) => number, { index, of }: Shard): Cell[] {
  const free = inGroups(cells.filter((cell) => stageOf(cell) === 0)).flat();
  const total = free.reduce((sum, { trials }) => sum + trials.length, 0);
  let before = 0;
  return free.filter(({ trials }) => {
    const middle = before + trials.length / 2;
    before += trials.length;
    return Math.floor((middle / total) * of) === index - 1;
  });
}

/** The cells by what they share, in the order in which each group first appears. */
export function inGroups<C extends Pick<Cell, "seed" | "learner">>(cells: readonly C[]): C[][] {
  const groups = new Map<string, C[]>();
  for (const cell of cells) {
    const key = groupOf(cell);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()];
}
