import type { Rng } from "../../numeric/random.ts";
import { type Examples, labelOfTask, targetOf } from "../../core/examples.ts";
import type { CellChange } from "../../core/poison.ts";
import { type Cell, type Table, cellOf, columnOf } from "../../core/table.ts";

/**
 * Gives an example a label that is wrong: another class, drawn evenly, or for a real label its mirror image `low + high − y` within the range
 * that its task shows in these examples (Jagielski et al. 2018 take 1 − y for labels in [0, 1]).
 */
export function makeWrongLabels(table: Table, examples: Examples): (position: number, rng: Rng) => Cell {
  const target = targetOf(table);
  if (target.kind === "classes") {
    return (position, rng) => {
      const drawn = rng.integer(target.names.length - 1);
      return target.names[drawn < examples.y[position] ? drawn : drawn + 1];
    };
  }
  const ranges = labelRanges(examples);
  return (position) => {
    const range = ranges.get(examples.task[position]);
    if (range === undefined) throw new Error("every example has a task");
    // Rounding must not push a mirrored extreme out of the range.
    return Math.min(range.high, Math.max(range.low, range.low + range.high - examples.y[position]));
  };
}

/** Smallest and largest real label of each task. */
export function labelRanges(examples: Examples): Map<number, { low: number; high: number }> {
  const ranges = new Map<number, { low: number; high: number }>();
  for (let i = 0; i < examples.y.length; i++) {
    const range = ranges.get(examples.task[i]);
    const y = examples.y[i];
    if (range === undefined) ranges.set(examples.task[i], { low: y, high: y });
    else ranges.set(examples.task[i], { low: Math.min(range.low, y), high: Math.max(range.high, y) });
  }
  return ranges;
}

/** The change of one example's label. */
export function relabelling(table: Table, examples: Examples, position: number, after: Cell): CellChange {
  const column = labelOfTask(table, examples.task[position]);
  const row = examples.row[position];
  return { row, column, before: cellOf(columnOf(table, column), row), after };
}
