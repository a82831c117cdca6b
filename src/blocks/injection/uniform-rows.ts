import type { Rng } from "../../numeric/random.ts";
import { positionsWhere } from "../../core/dataset.ts";
import { type Examples, labelOfTask } from "../../core/examples.ts";
import type { NumberSpec } from "../../core/params.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import { type RawRow } from "../../core/poison.ts";
import { type Cell, cellOf, columnOf } from "../../core/table.ts";
import { quantileOfSorted } from "../feasible/box.ts";
import { ascentParams } from "./ascent-params.ts";
import { apportion, farLabels } from "./injection-starts.ts";

export const uniformTail: NumberSpec = {
  ...ascentParams.tail,
  help: "numbers stay between this percentile of the clean rows and its opposite",
};

export interface UniformRowsRequest {
  readonly clean: TrainingSet;
  /** Clean training examples within reach. */
  readonly examples: Examples;
  readonly tasks: number;
  readonly rows: number;
  /** Share of the clean training rows beyond each side of the range in which a number is drawn. */
  readonly tail: number;
  /** The label of an inserted row of this task. */
  labelOf(task: number, draw: Rng): Cell;
}

/**
 * Rows with every number drawn evenly between two percentiles of the clean training rows, words and categories from a random row of the task, over the
 * tasks in proportion to their clean rows. Nobody is named as their source.
 */
export function uniformRows(
  { clean: { table, rows }, examples, tasks, rows: wanted, tail, labelOf }: UniformRowsRequest,
  rng: Rng,
): RawRow[] {
  const sizes = new Float64Array(tasks);
  for (const task of examples.task) sizes[task]++;
  const ranges = new Map<string, { low: number; high: number }>();
  for (const name of table.roles.features) {
    const column = columnOf(table, name);
    if (column.kind !== "number") continue;
    const known = Float64Array.from(rows, (row) => column.values[row])
      .filter((value) => !Number.isNaN(value))
      .sort();
    if (known.length > 0) ranges.set(name, { low: quantileOfSorted(known, tail), high: quantileOfSorted(known, 1 - tail) });
  }
  return [...apportion(sizes, wanted)].flatMap((count, task) => {
    const own = positionsWhere(examples.row.length, (i) => examples.task[i] === task);
    const ofTask = rng.fork("task").fork(task);
    return Array.from({ length: count }, (_, k): RawRow => {
      const draw = ofTask.fork(k);
      const donor = examples.row[own[draw.integer(own.length)]];
      const cells = table.roles.features.map((name): [string, Cell] => {
        const range = ranges.get(name);
        const cell = range === undefined ? cellOf(columnOf(table, name), donor) : range.low + draw.uniform() * (range.high - range.low);
        return [name, cell];
      });
      if (table.roles.task !== null) cells.push([table.roles.task, cellOf(columnOf(table, table.roles.task), donor)]);
      return { kind: "raw", cells: Object.fromEntries([...cells, [labelOfTask(table, task), labelOf(task, draw)]]) };
    });
  });
}

/** As far from the mean of a task's real labels as 99 % of them are, on either side, within their range; for each task with examples. */
export function farEnds(examples: Examples): Map<number, { low: number; high: number }> {
  return new Map(
    [...new Set(examples.task)].map((task) => [
      task,
      farLabels(
        examples,
        positionsWhere(examples.row.length, (i) => examples.task[i] === task),
      ),
    ]),
  );
}
