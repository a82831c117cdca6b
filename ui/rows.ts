import type { Cell, Column } from "../src/report/page/document.ts";
import { cellText, isFigure, isNoted } from "./format.ts";

export interface SortOrder {
  readonly column: number;
  readonly isFalling: boolean;
}

type Rows = readonly (readonly Cell[])[];

/** `3`, or `-3` for falling; anything else is no order. */
export function readOrder(text: string): SortOrder | null {
  const match = /^(-?)(\d{1,3})$/.exec(text);
  return match === null ? null : { column: Number(match[2]), isFalling: match[1] === "-" };
}

export function distinctOf(rows: Rows, k: number, column: Column): string[] {
  const values = new Set(rows.map((row) => textOf(row[k], column)));
  return [...values].slice(0, 200);
}

/** Rows that hold all the words asked for and the values chosen, in the order asked for: numbers as numbers, what is unknown last. */
export function pick(
  rows: Rows,
  columns: readonly Column[],
  { query, chosen, order }: { readonly query: string; readonly chosen: Readonly<Record<number, string>>; readonly order: SortOrder | null },
): Rows {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const picks = Object.entries(chosen).filter(([, value]) => value !== "");
  const found = rows.filter((row) => {
    if (picks.some(([k, value]) => textOf(row[Number(k)], columns[Number(k)]) !== value)) return false;
    if (words.length === 0) return true;
    const text = row
      .map((cell, k) => cellText(cell, columns[k]))
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (order === null || order.column >= columns.length) return found;
  const sign = order.isFalling ? -1 : 1;
  const keyed = found.map((row) => ({ row, key: keyOf(row[order.column]) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    if (typeof a.key === "number" && typeof b.key === "number") return sign * (a.key - b.key);
    return sign * collator.compare(String(a.key), String(b.key));
  });
  return keyed.map(({ row }) => row);
}

const collator = new Intl.Collator("en", { numeric: true });

function keyOf(cell: Cell): string | number | null {
  if (cell === null || typeof cell === "string" || typeof cell === "number") return cell;
  return isFigure(cell) ? cell.value : cell.text;
}

function textOf(cell: Cell, column: Column): string {
  return isNoted(cell) ? cell.text : cellText(cell, column);
}
