import type { Target } from "./dataset.ts";
import { type Table, columnOf } from "./table.ts";

/**
 * Labelled examples of a table. A table with one label has one example per labelled row; with several labels, each label is a task and a row
 * has an example in every task where its label is there. Shapes: row, task, y [examples].
 */
export interface Examples {
  readonly row: Int32Array;
  /** Index into `taskNames(table)`. */
  readonly task: Int32Array;
  /** Class index or real label. */
  readonly y: Float64Array;
}

const onlyTask = "all";

/** Class labels share one dictionary over all label columns, which is the list of classes. */
export function targetOf(table: Table): Target {
  const label = columnOf(table, table.roles.labels[0]);
  if (label.kind === "vector") throw new Error("a vector column cannot be a label");
  return label.kind === "number" ? { kind: "real" } : { kind: "classes", names: label.names };
}

/** Several labels: their names. A task column: its values, then "(none)" for rows without one. Neither: one task. */
export function taskNames(table: Table): readonly string[] {
  const { labels, task } = table.roles;
  if (labels.length > 1) return labels;
  if (task === null) return [onlyTask];
  const column = columnOf(table, task);
  if (column.kind === "number" || column.kind === "vector") throw new Error("a task column is read as a category");
  return column.codes.includes(-1) ? [...column.names, "(none)"] : column.names;
}

/** The examples of these rows (all rows by default), row by row and within a row label by label. */
export function listExamples(table: Table, rows: Int32Array = allRows(table)): Examples {
  const { labels, task } = table.roles;
  const taskColumn = task === null || labels.length > 1 ? null : columnOf(table, task);
  const missingTask = taskNames(table).length - 1;
  const values = labels.map((label) => labelValues(table, label));
  const capacity = rows.length * labels.length;
  const out = { row: new Int32Array(capacity), task: new Int32Array(capacity), y: new Float64Array(capacity) };
  let count = 0;
  for (const row of rows) {
    for (let label = 0; label < values.length; label++) {
      const y = values[label][row];
      if (Number.isNaN(y)) continue;
      out.row[count] = row;
      out.y[count] = y;
      if (labels.length > 1) out.task[count] = label;
      else if (taskColumn !== null && "codes" in taskColumn) {
        const code = taskColumn.codes[row];
        out.task[count] = code < 0 ? missingTask : code;
      }
      count++;
    }
  }
  return { row: out.row.slice(0, count), task: out.task.slice(0, count), y: out.y.slice(0, count) };
}

/** For each of these rows, the tasks in which it has an example, ascending; a row without one has no entry. */
export function tasksByRow(table: Table, rows: Iterable<number>): Map<number, number[]> {
  const examples = listExamples(table, Int32Array.from(new Set(rows)));
  const tasks = new Map<number, number[]>();
  for (let i = 0; i < examples.row.length; i++) {
    const known = tasks.get(examples.row[i]);
    if (known === undefined) tasks.set(examples.row[i], [examples.task[i]]);
    else known.push(examples.task[i]);
  }
  return tasks;
}

/** The label column in which an example of this task stands. */
export function labelOfTask(table: Table, task: number): string {
  return table.roles.labels.length > 1 ? table.roles.labels[task] : table.roles.labels[0];
}

export function allRows(table: Table): Int32Array {
  return Int32Array.from({ length: table.rows }, (_, row) => row);
}

/** Class indices or real labels, NaN where missing. Shape: [rows]. */
function labelValues(table: Table, label: string): Float64Array {
  const column = columnOf(table, label);
  if (column.kind === "number") return column.values;
  if (column.kind === "vector") throw new Error("a vector column cannot be a label");
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : code));
}
