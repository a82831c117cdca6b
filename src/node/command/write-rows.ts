import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { type Cell, type Column, cellOf } from "../../core/table.ts";

export const rowFormats = ["csv", "jsonl"] as const;
export type RowFormat = (typeof rowFormats)[number];

/** A column of a file that is written: its name, and what stands in its k-th row. */
export interface WrittenColumn {
  readonly name: string;
  readonly cell: (k: number) => Cell;
}

/** Rows that are turned into text at once. */
const rowsAtOnce = 4096;

/** Writes a new file of so many rows; returns the SHA-256 of its bytes. */
export function writeRows(path: string, format: RowFormat, columns: readonly WrittenColumn[], rows: number): string {
  const hash = createHash("sha256");
  const file = openSync(path, "wx");
  try {
    const write = (text: string): void => {
      const bytes = Buffer.from(text, "utf8");
      hash.update(bytes);
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    };
    if (format === "csv") write(csvLine(columns.map(({ name }) => name)));
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const lines: string[] = [];
      for (let k = from; k < Math.min(rows, from + rowsAtOnce); k++)
        lines.push(format === "csv" ? csvLine(columns.map(({ cell }) => cell(k))) : jsonLine(columns, k));
      write(lines.join(""));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

/** What stands in a column at the rows of a list. */
export function cellsOf(column: Column, rows: (k: number) => number): WrittenColumn {
  return { name: column.name, cell: (k) => cellOf(column, rows(k)) };
}

/** RFC 4180, with "\n" at the end; a missing cell is empty. */
function csvLine(cells: readonly Cell[]): string {
  const fields = cells.map((cell) => {
    const text = cell === null ? "" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  // A line with nothing in it would be taken for none.
  return `${fields.length === 1 && fields[0] === "" ? '""' : fields.join(",")}\n`;
}

/** Written key by key: a column may be named like a member of every object. */
function jsonLine(columns: readonly WrittenColumn[], k: number): string {
  return `{${columns.map(({ name, cell }) => `${JSON.stringify(name)}:${JSON.stringify(cell(k))}`).join(",")}}\n`;
}
