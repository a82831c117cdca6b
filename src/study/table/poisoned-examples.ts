import type { Dataset } from "../../core/dataset.ts";
import { labelOfTask } from "../../core/examples.ts";
import type { TablePoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";

/** 1 for each training example that the patch touched. Shape: [examples]. */
export function poisonedExamples(data: Dataset, poison: TablePoison | null, clean: Table): Uint8Array {
  const mask = new Uint8Array(data.y.length);
  if (poison === null) return mask;
  const touched = new Set<string>();
  const wholeRows = new Set<number>();
  if (poison.kind === "data") {
    for (const { row, column } of poison.relabel) touched.add(`${row} ${column}`);
    for (const change of poison.edit) {
      if ("task" in change) touched.add(`${change.row} ${labelOfTask(clean, change.task)} ${change.task}`);
      else wholeRows.add(change.row);
    }
  } else if (poison.kind === "logic") {
    for (const { row, task } of [...poison.reweight, ...poison.mislabel]) touched.add(`${row} ${labelOfTask(clean, task)} ${task}`);
  }
  for (let i = 0; i < mask.length; i++) {
    const row = data.row[i];
    const label = labelOfTask(clean, data.task[i]);
    const isInserted = row < 0 || row >= clean.rows;
    if (isInserted || wholeRows.has(row) || touched.has(`${row} ${label}`) || touched.has(`${row} ${label} ${data.task[i]}`)) mask[i] = 1;
  }
  return mask;
}
