import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { type Cell, type Column, cellOf } from "../../core/table.ts";
import type { WrittenColumn, WrittenFile } from "./written.ts";
import { writeParquetRows } from "./parquet-rows.ts";

export const rowFormats = ["csv", "jsonl", "parquet"] as const;
export type RowFormat = (typeof rowFormats)[number];

/** Rows that are turned into text at once. */
const rowsAtOnce = 4096;

/** Writes a new file of so many rows; says what it is. */
export async function writeRows(path: string, format: RowFormat, columns: readonly WrittenColumn[], rows: number): Promise<WrittenFile> {
  if (format === "parquet") return writeParquet(path, columns, rows);
  const name = basename(path);
  const sha256 = writeText(path, (write) => {
    if (format === "csv") write(csvLine(columns.map((column) => column.name)));
    for (let from = 0; from < rows; from += rowsAtOnce) write(linesOf(format, columns, from, Math.min(rows, from + rowsAtOnce)));
  });
  return { name, sha256 };
}

/** Writes a new file piece by piece; returns the SHA-256 of its bytes. */
export function writeText(path: string, pieces: (write: (text: string) => void) => void): string {
  const hash = createHash("sha256");
  const file = openSync(path, "wx");
  try {
    pieces((text) => {
      const bytes = Buffer.from(text, "utf8");
      hash.update(bytes);
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    });
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

/** The same rows by DuckDB, which need not write the same bytes again: what they say has a digest of its own. */
async function writeParquet(path: string, columns: readonly WrittenColumn[], rows: number): Promise<WrittenFile> {
  const content = createHash("sha256");
  for (let from = 0; from < rows; from += rowsAtOnce) content.update(linesOf("jsonl", columns, from, Math.min(rows, from + rowsAtOnce)));
  await writeParquetRows(path, columns, rows);
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  return { name: basename(path), sha256, content: content.digest("hex") };
}

function linesOf(format: "csv" | "jsonl", columns: readonly WrittenColumn[], from: number, to: number): string {
  const lines: string[] = [];
  for (let k = from; k < to; k++) lines.push(format === "csv" ? csvLine(columns.map(({ cell }) => cell(k))) : jsonLine(columns, k));
  return lines.join("");
}

/** What stands in a column at the rows of a list. */
export function cellsOf(column: Column, rows: (k: number) => number): WrittenColumn {
  const type = column.kind === "number" ? "number" : column.kind === "vector" ? "list" : "text";
  return { name: column.name, type, cell: (k) => cellOf(column, rows(k)) };
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
