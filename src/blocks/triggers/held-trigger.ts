import type { Examples } from "../../core/examples.ts";
import { type Column, type Table, columnOf } from "../../core/table.ts";
import type { TriggerPart } from "../../core/trigger.ts";
import { isMark, wordsOf } from "../../core/text/words.ts";

/** A word or a cell that rows hold already. */
export interface HeldTrigger {
  readonly part: TriggerPart;
  /** Positions of the examples of other classes that hold it. */
  readonly others: readonly number[];
  /** How many examples of the class in question hold it. */
  readonly own: number;
}

/**
 * The word or cell that says most for a class once every example of another class that holds it is relabelled: held by at most `most` of those, and by as many
 * examples in all as can be, so that none is left that denies it. null where nothing is held so.
 */
export function heldTrigger(table: Table, examples: Examples, answer: number, most: number): HeldTrigger | null {
  let best: HeldTrigger | null = null;
  for (const name of table.roles.features) {
    for (const held of heldIn(columnOf(table, name), examples, answer)) {
      if (held.others.length === 0 || held.others.length > most) continue;
      if (best === null || held.others.length > best.others.length || (held.others.length === best.others.length && held.own > best.own))
        best = held;
    }
  }
  return best;
}

function heldIn(column: Column, { row, y }: Examples, answer: number): HeldTrigger[] {
  if (column.kind === "vector") return [];
  const holders = new Map<string | number, { others: number[]; own: number }>();
  for (let i = 0; i < row.length; i++)
    for (const value of valuesOf(column, row[i])) {
      let held = holders.get(value);
      if (held === undefined) holders.set(value, (held = { others: [], own: 0 }));
      if (y[i] === answer) held.own++;
      else held.others.push(i);
    }
  const partOf = (value: string | number): TriggerPart =>
    column.kind === "text" ? { kind: "phrase", column: column.name, phrase: String(value) } : { kind: "cell", column: column.name, value };
  return [...holders].map(([value, held]) => ({ part: partOf(value), ...held }));
}

function valuesOf(column: Exclude<Column, { kind: "vector" }>, row: number): Iterable<string | number> {
  if (column.kind === "number") return Number.isNaN(column.values[row]) ? [] : [column.values[row]];
  if (column.codes[row] < 0) return [];
  const cell = column.names[column.codes[row]];
  return column.kind === "text" ? new Set(wordsOf(cell).filter((word) => !isMark(word))) : [cell];
}
