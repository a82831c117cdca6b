import { positionsByKey } from "../../numeric/orders/positions-by-key.ts";
import { stackRows } from "../../numeric/matrices/matrix.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { farLabels } from "../injection/injection-starts.ts";

/**
 * The same rows with the label that contradicts them: the other of two classes, or a real label at the other side of its task's mean, as far from it as
 * 99 % of the task's labels are, within their range.
 */
export function flipLabels(data: Dataset): Dataset {
  if (data.target.kind === "classes") return { ...data, y: data.y.map((y) => 1 - y) };
  const sides = rowsByTask(data).map((rows) => farLabels(data, rows));
  return { ...data, y: data.y.map((y, i) => (y > sides[data.task[i]].mean ? sides[data.task[i]].low : sides[data.task[i]].high)) };
}

export function rowsOfTask(data: Dataset, task: number): Int32Array {
  return positionsWhere(data.y.length, (i) => data.task[i] === task);
}

/** `rowsOfTask` of every task, found in one pass. Shape: [tasks]. */
export function rowsByTask({ task, tasks }: Dataset): Int32Array[] {
  return positionsByKey(task, tasks.length);
}

/** The clean rows and below them copies of some rows of `from`. */
export function withCopies(clean: Dataset, from: Dataset, picked: Int32Array): Dataset {
  const added = selectExamples(from, picked);
  const nobody = new Int32Array(picked.length).fill(-1);
  return {
    ...clean,
    x: stackRows(clean.x, added.x),
    y: Float64Array.from([...clean.y, ...added.y]),
    weight: clean.weight === null ? null : Float64Array.from([...clean.weight, ...new Float64Array(picked.length).fill(1)]),
    task: Int32Array.from([...clean.task, ...added.task]),
    source: Int32Array.from([...clean.source, ...nobody]),
    row: Int32Array.from([...clean.row, ...nobody]),
  };
}
