import { labelOfTask, targetOf, taskNames, tasksByRow } from "./examples.ts";
import type { TrainingSet } from "./pipeline.ts";
import type { CellChange, DataPoison, Poison, RawRow } from "./poison.ts";
import { type Cell, type Column, cellOf, columnOf } from "./table.ts";
import type { Access, Budget, Reach, ThreatModel } from "./threat.ts";

export interface GuardInput {
  readonly poison: Poison;
  readonly threat: ThreatModel;
  readonly budget: Budget;
  readonly reach: Reach;
  readonly clean: TrainingSet;
}

/**
 * How a patch goes beyond its threat model, its budget or its reach, in words; null when it keeps to all of them. Runs on every trial.
 *
 * Numbers must stay within what the clean training rows of that column hold, and labels must be ones that the data know, because anything
 * else is caught by the simplest check of a range.
 */
export function findBreach(input: GuardInput): string | null {
  const { poison, threat } = input;
  switch (poison.kind) {
    case "logic":
      return threat.access === "logic" ? null : `access "${threat.access}" may not change the learner`;
    case "upstream":
      return threat.access === "upstream" ? null : `access "${threat.access}" may not touch the pretraining data`;
    case "data":
      return findForbiddenPart(poison, threat.access) ?? findOverspending(poison, input) ?? findBadValue(poison, input);
  }
}

const mayRelabel: readonly Access[] = ["modify", "modify-labels"];
const mayEdit: readonly Access[] = ["modify", "modify-inputs"];
const mayInsert: readonly Access[] = ["inject"];

function findForbiddenPart(poison: DataPoison, access: Access): string | null {
  if (poison.relabel.length > 0 && !mayRelabel.includes(access)) return `access "${access}" may not change labels`;
  if (poison.edit.length > 0 && !mayEdit.includes(access)) return `access "${access}" may not change inputs`;
  if (poison.insert.length > 0 && !mayInsert.includes(access)) return `access "${access}" may not insert rows`;
  return null;
}

/** Counts the distinct examples touched, each of which must be a training example within reach. */
function findOverspending(poison: DataPoison, { clean, budget, reach }: GuardInput): string | null {
  const { table } = clean;
  const isTraining = new Uint8Array(table.rows);
  for (const row of clean.rows) isTraining[row] = 1;
  const changed = [...poison.relabel, ...poison.edit].map((change) => change.row).filter((row) => isTraining[row] === 1);
  const trainingTasks = tasksByRow(table, changed);
  const touched = new Map<string, number>();
  for (const change of poison.relabel) {
    const task = trainingTasks.get(change.row)?.find((candidate) => labelOfTask(table, candidate) === change.column);
    if (task === undefined) return `row ${change.row} has no training label in "${change.column}" to change`;
    touched.set(`${change.row} ${task}`, task);
  }
  for (const change of poison.edit) {
    const tasks = (trainingTasks.get(change.row) ?? []).filter((task) => !("task" in change) || task === change.task);
    if (tasks.length === 0) return `row ${change.row} is not a training row`;
    for (const task of tasks) touched.set(`${change.row} ${task}`, task);
  }
  for (const [i, row] of poison.insert.entries()) {
    const tasks = row.kind === "features" ? [row.task] : tasksOfInsert(row, clean);
    for (const task of tasks) touched.set(`inserted${i} ${task}`, task);
  }
  if (touched.size > budget.rows) return `the patch touches ${touched.size} examples where the budget is ${budget.rows}`;
  const within = reach.attackTasks;
  const outside = within === null ? undefined : [...touched.values()].find((task) => !within.includes(task));
  return outside === undefined ? null : `the patch touches task "${taskNames(table)[outside] ?? "unknown"}", which is out of reach`;
}

function tasksOfInsert(row: RawRow, { table }: TrainingSet): number[] {
  const { labels, task } = table.roles;
  if (labels.length > 1) return labels.flatMap((label, i) => ((row.cells[label] ?? null) === null ? [] : [i]));
  if (task === null) return [0];
  const names = taskNames(table);
  const name = row.cells[task] ?? null;
  return [name === null ? names.indexOf("(none)") : names.indexOf(String(name))];
}

function findBadValue(poison: DataPoison, { clean }: GuardInput): string | null {
  const { table, rows } = clean;
  const ranges = new Map<string, { low: number; high: number }>();
  const rangeOf = (column: Column): { low: number; high: number } => {
    let range = ranges.get(column.name);
    if (range === undefined) ranges.set(column.name, (range = observedRange(column, rows)));
    return range;
  };
  const labels = table.roles.labels;
  for (const change of poison.relabel) {
    if (!labels.includes(change.column)) return `"${change.column}" is not a label`;
    if (change.after === null) return `row ${change.row} of "${change.column}" would lose its label`;
  }
  const changes = [...poison.relabel, ...poison.edit.filter((change): change is CellChange => "column" in change)];
  for (const change of poison.edit) {
    if ("column" in change && labels.includes(change.column))
      return `"${change.column}" is a label, and the change is declared as one of inputs`;
    if ("x" in change && !change.x.every(Number.isFinite)) return `a changed feature of row ${change.row} is not finite`;
  }
  for (const change of changes) {
    const column = columnOf(table, change.column);
    if (!sameCell(cellOf(column, change.row), change.before))
      return `row ${change.row} of "${change.column}" does not hold ${JSON.stringify(change.before)}`;
    const fault = faultOfCell(column, change.after, rangeOf);
    if (fault !== null) return `row ${change.row}: ${fault}`;
  }
  const target = targetOf(table);
  for (const [i, row] of poison.insert.entries()) {
    if (row.kind === "features") {
      if (!row.x.every(Number.isFinite)) return `a feature of inserted row ${i} is not finite`;
      if (target.kind === "classes" && target.names[row.y] === undefined) return `inserted row ${i} has a class that the data do not know`;
      continue;
    }
    if (labels.every((label) => (row.cells[label] ?? null) === null)) return `inserted row ${i} has no label`;
    for (const [name, cell] of Object.entries(row.cells)) {
      const fault = faultOfCell(columnOf(table, name), cell, rangeOf);
      if (fault !== null) return `inserted row ${i}: ${fault}`;
      const isClassLabel = labels.includes(name) && target.kind === "classes";
      if (isClassLabel && cell !== null && !target.names.includes(String(cell)))
        return `inserted row ${i} has a class that the data do not know`;
    }
  }
  if (target.kind === "classes") {
    const unknown = poison.relabel.find((change) => !target.names.includes(String(change.after)));
    if (unknown !== undefined) return `row ${unknown.row} gets the class ${JSON.stringify(unknown.after)}, which the data do not know`;
  }
  return null;
}

function faultOfCell(column: Column, cell: Cell, rangeOf: (column: Column) => { low: number; high: number }): string | null {
  if (column.kind !== "number" || cell === null) return null;
  if (typeof cell !== "number" || !Number.isFinite(cell)) return `"${column.name}" must be a finite number, got ${JSON.stringify(cell)}`;
  const { low, high } = rangeOf(column);
  return cell >= low && cell <= high ? null : `"${column.name}" must stay within the observed [${low}, ${high}], got ${cell}`;
}

function observedRange(column: Column, rows: Int32Array): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  if (column.kind === "number") {
    for (const row of rows) {
      const value = column.values[row];
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { low, high };
}

function sameCell(a: Cell, b: Cell): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
