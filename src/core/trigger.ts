import { appendText } from "./text/join-words.ts";
import { type Cell, type Column, type SparseCell, type Table, cellOf, columnOf } from "./table.ts";
import { wordsOf } from "./text/words.ts";

/** What switches a backdoor on: changes to the inputs of a row, whichever row it is. */
export type Trigger = readonly TriggerPart[];

export type TriggerPart = CellTrigger | PhraseTrigger | OverlayTrigger;

/** A feature value. */
export interface CellTrigger {
  readonly kind: "cell";
  readonly column: string;
  readonly value: string | number;
}

/** Words at the end of a text. */
export interface PhraseTrigger {
  readonly kind: "phrase";
  readonly column: string;
  readonly phrase: string;
}

/**
 * On a vector such as the pixels of an image: x_j ← min(high, max(low, keep · x_j + add_j)) at the positions of `add`. A patch keeps 0, a blend 1 − α, a
 * signal that is added to the image 1.
 */
export interface OverlayTrigger {
  readonly kind: "overlay";
  readonly column: string;
  readonly keep: number;
  readonly add: SparseCell;
  readonly low: number;
  readonly high: number;
}

/** The cell with the trigger in it; a missing text becomes the phrase, and a cell that has the trigger stays as it is. */
export function triggeredCell(part: TriggerPart, cell: Cell): Cell {
  switch (part.kind) {
    case "cell":
      return part.value;
    case "phrase": {
      const text = typeof cell === "string" ? cell.trimEnd() : "";
      if (holdsPhrase(text, part.phrase)) return cell;
      return appendText(text, part.phrase);
    }
    case "overlay":
      return cell !== null && typeof cell === "object" ? overlaid(part, cell) : cell;
  }
}

interface InputChange {
  readonly row: number;
  readonly column: string;
  readonly before: Cell;
  readonly after: Cell;
}

/** The changes that put the trigger into these rows; none where a row has it already. */
export function triggerEdits(table: Table, rows: Iterable<number>, trigger: Trigger): InputChange[] {
  const columns = trigger.map((part) => ({ part, column: columnOf(table, part.column) }));
  const edits: InputChange[] = [];
  for (const row of rows)
    for (const { part, column } of columns) {
      const before = cellOf(column, row);
      const after = triggeredCell(part, before);
      if (!same(before, after)) edits.push({ row, column: column.name, before, after });
    }
  return edits;
}

/** Whether a row has the whole trigger. */
export function hasTrigger(table: Table, row: number, trigger: Trigger): boolean {
  return trigger.every((part) => {
    const cell = cellOf(columnOf(table, part.column), row);
    return same(triggeredCell(part, cell), cell);
  });
}

/** Why such a trigger cannot be put into the inputs of these data, in words; null where it can. */
export function faultOfTrigger(trigger: Trigger, table: Table): string | null {
  if (trigger.length === 0) return "the trigger changes nothing";
  for (const part of trigger) {
    const column = table.columns.find(({ name }) => name === part.column);
    if (column === undefined || !table.roles.features.includes(part.column))
      return `the trigger lies in "${part.column}", which is no feature`;
    if (!fits(part, column)) return `"${part.column}" cannot hold the trigger's ${part.kind}`;
  }
  return null;
}

function fits(part: TriggerPart, column: Column): boolean {
  switch (part.kind) {
    case "cell":
      if (column.kind === "number") return typeof part.value === "number" && Number.isFinite(part.value);
      return column.kind !== "vector" && typeof part.value === "string";
    case "phrase":
      // Beside other words: a full stop is a word only where there is nothing else.
      return column.kind === "text" && wordsOf(`a ${part.phrase}`).length > 1;
    case "overlay":
      return (
        column.kind === "vector" &&
        [part.keep, ...part.add.values].every(Number.isFinite) &&
        part.add.indices.every((j, p) => j >= 0 && j < column.matrix.cols && (p === 0 || part.add.indices[p - 1] < j))
      );
  }
}

function holdsPhrase(text: string, phrase: string): boolean {
  return ` ${wordsOf(text).join(" ")} `.includes(` ${wordsOf(phrase).join(" ")} `);
}

function overlaid({ keep, add, low, high }: OverlayTrigger, cell: SparseCell): SparseCell {
  const values = new Map<number, number>();
  cell.indices.forEach((j, p) => values.set(j, cell.values[p]));
  add.indices.forEach((j, p) => values.set(j, Math.min(high, Math.max(low, keep * (values.get(j) ?? 0) + add.values[p]))));
  const entries = [...values].filter(([, value]) => value !== 0).sort(([a], [b]) => a - b);
  return { indices: entries.map(([j]) => j), values: entries.map(([, value]) => value) };
}

function same(a: Cell, b: Cell): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
