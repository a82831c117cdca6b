import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";

/** The examples of each task that has any, apart: a row of a table with several labels is one example of each, with the same features. */
export function* partsByTask(data: Dataset): Generator<{ readonly part: Dataset; readonly rows: Int32Array }> {
  for (let task = 0; task < data.tasks.length; task++) {
    const rows = positionsWhere(data.y.length, (i) => data.task[i] === task);
    if (rows.length > 0) yield { part: rows.length === data.y.length ? data : selectExamples(data, rows), rows };
  }
}
