import { targetOf, taskNames } from "../examples.ts";
import type { TrainingSet } from "../pipeline.ts";
import type { CellChange, DataPoison, FeatureRow, RawRow } from "../poison.ts";
import { type Cell, type Column, type SparseCell, cellIn, cellOf, columnOf } from "../table.ts";

/**
 * How a patch holds a value that it may not, in words; null when it holds none. Numbers must stay within what the clean training rows of that column
 * hold, and labels, tasks and sources must be ones that the data allow, because anything else is caught by the simplest check. Rows count from 1 in words.
 */
export function findBadValue(poison: DataPoison, { table, rows }: TrainingSet): string | null {
  const check = makeCellCheck(rows);
  for (const change of [...poison.relabel, ...poison.edit.filter((change): change is CellChange => "column" in change)]) {
    const column = columnOf(table, change.column);
    if (!sameCell(cellOf(column, change.row), change.before))
      return `row ${change.row + 1} of "${change.column}" does not hold ${JSON.stringify(change.before)}`;
    const fault = check(column, change.after);
    if (fault !== null) return `row ${change.row + 1}: ${fault}`;
  }
  return (
    findBadRelabelling(poison, { table, rows }) ??
    findBadEdit(poison, { table, rows }) ??
    firstOf(poison.insert, (row, i) => {
      const fault = row.kind === "features" ? faultOfFeatures(row, { table, rows }, check) : faultOfRaw(row, { table, rows }, check);
      return fault === null ? null : `inserted row ${i + 1} ${fault}`;
    })
  );
}

function findBadRelabelling(poison: DataPoison, { table }: TrainingSet): string | null {
  const target = targetOf(table);
  return firstOf(poison.relabel, ({ row, column, after }) => {
    if (!table.roles.labels.includes(column)) return `"${column}" is not a label`;
    if (after === null) return `row ${row + 1} of "${column}" would lose its label`;
    const isKnown = target.kind === "real" || target.names.includes(String(after));
    return isKnown ? null : `row ${row + 1} gets the class ${JSON.stringify(after)}, which the data do not know`;
  });
}

function findBadEdit(poison: DataPoison, { table }: TrainingSet): string | null {
  const { labels, features } = table.roles;
  return firstOf(poison.edit, (change) => {
    if ("x" in change) return change.x.every(Number.isFinite) ? null : `a changed feature of row ${change.row + 1} is not finite`;
    if (labels.includes(change.column)) return `"${change.column}" is a label, and the change is declared as one of inputs`;
    return features.includes(change.column) ? null : `"${change.column}" is no feature, so it is not an input that could be changed`;
  });
}

type CellCheck = (column: Column, cell: Cell) => string | null;

function faultOfFeatures(row: FeatureRow, { table }: TrainingSet, check: CellCheck): string | null {
  const target = targetOf(table);
  const values = "indices" in row.x ? row.x.values : row.x;
  if (!values.every(Number.isFinite)) return "has a feature that is not finite";
  if (taskNames(table)[row.task] === undefined) return "has a task that the data do not know";
  if (target.kind === "classes") return target.names[row.y] === undefined ? "has a class that the data do not know" : null;
  const { labels } = table.roles;
  const fault = check(columnOf(table, labels.length > 1 ? labels[row.task] : labels[0]), row.y);
  return fault === null ? null : `has a bad label: ${fault}`;
}

function faultOfRaw(row: RawRow, { table }: TrainingSet, check: CellCheck): string | null {
  const { labels, task, source, id } = table.roles;
  const target = targetOf(table);
  if (labels.every((label) => cellIn(row.cells, label) === null)) return "has no label";
  for (const [name, cell] of Object.entries(row.cells)) {
    const column = columnOf(table, name);
    const fault = check(column, cell);
    if (fault !== null) return `has a bad cell: ${fault}`;
    // The names of a column of texts are all its texts.
    if (cell === null || !("codes" in column) || !(labels.includes(name) || [task, source, id].includes(name))) continue;
    const isKnown = column.names.includes(String(cell));
    if (labels.includes(name) && target.kind === "classes" && !target.names.includes(String(cell)))
      return "has a class that the data do not know";
    if (name === task && !isKnown) return "has a task that the data do not know";
    if (name !== task && (name === source || name === id) && isKnown)
      return `takes the name of ${JSON.stringify(cell)}, who is somebody else, in "${name}"`;
  }
  const hasTask = task === null || labels.length > 1 || cellIn(row.cells, task) !== null || taskNames(table).includes("(none)");
  return hasTask ? null : "has no task";
}

/** Checks cells against what the clean training rows of their column hold; each range is computed once. */
function makeCellCheck(rows: Int32Array): CellCheck {
  const ranges = new Map<string, { low: number; high: number }>();
  return (column, cell) => {
    if (cell === null) return null;
    if (column.kind === "vector")
      return isSparseCell(cell, column.matrix.cols) ? null : `"${column.name}" must hold finite values at ascending positions`;
    if (column.kind !== "number") return typeof cell === "string" ? null : `"${column.name}" must hold text, got ${JSON.stringify(cell)}`;
    if (typeof cell !== "number" || !Number.isFinite(cell)) return `"${column.name}" must be a finite number, got ${JSON.stringify(cell)}`;
    let range = ranges.get(column.name);
    if (range === undefined) ranges.set(column.name, (range = observedRange(column.values, rows)));
    return cell >= range.low && cell <= range.high
      ? null
      : `"${column.name}" must stay within the observed [${range.low}, ${range.high}], got ${cell}`;
  };
}

function isSparseCell(cell: Cell, cols: number): cell is SparseCell {
  if (cell === null || typeof cell !== "object" || cell.indices.length !== cell.values.length) return false;
  const ascending = cell.indices.every(
    (index, p) => Number.isInteger(index) && index >= 0 && index < cols && (p === 0 || cell.indices[p - 1] < index),
  );
  return ascending && cell.values.every(Number.isFinite);
}

/** The smallest and the largest value of these rows, missing ones left out. Shape: values [rows of the table]. */
export function observedRange(values: Float64Array, rows: Int32Array): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    if (values[row] < low) low = values[row];
    if (values[row] > high) high = values[row];
  }
  return { low, high };
}

function sameCell(a: Cell, b: Cell): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function firstOf<T>(items: readonly T[], fault: (item: T, i: number) => string | null): string | null {
  for (const [i, item] of items.entries()) {
    const found = fault(item, i);
    if (found !== null) return found;
  }
  return null;
}
