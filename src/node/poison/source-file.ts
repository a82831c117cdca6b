import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { type Table, cellOf } from "../../core/table.ts";
import { readers } from "../read/readers.ts";
import { standardInput } from "../read/find/standard-input.ts";
import type { Dialect, ReadResult, SourceFile } from "../read/request.ts";
import { printCell } from "../read/rewrite/rewrite-delimited.ts";
import type { Rewriter } from "../read/rewrite/rewriter.ts";

export interface Source {
  readonly path: string;
  readonly bytes: Buffer;
}

/** A file that a copy is written of, or what it becomes where copies are written otherwise. */
export interface OpenedSource extends Source {
  readonly isConverted: boolean;
}

/** What was read, as far as copies of it go; of formats that are copied as CSV with every column. */
export interface Copied extends Pick<ReadResult, "files" | "dialect"> {
  readonly table: Pick<Table, "rows" | "columns">;
}

/** The bytes of a file that was read, as they were; of a format that is read alone, the same table as CSV. @throws UsageError where they changed */
export function openSource(read: Copied, file: SourceFile = read.files[0]): { source: Source; dialect: Dialect; isConverted: boolean } {
  const { path, sha256 } = file;
  const reader = readers[read.dialect.format];
  if (path === standardInput)
    throw new UsageError("a changed copy of what came over standard input cannot be written: save the data to a file and name that");
  if (reader.noCopy !== undefined) throw new UsageError(reader.noCopy(path));
  const bytes = readFileSync(path);
  if (digest(bytes) !== sha256) throw new UsageError(`${path} has changed since it was read`);
  if (bytes[0] === 0xff || bytes[0] === 0xfe)
    throw new UsageError(`${path} is UTF-16: save it as UTF-8, for instance with iconv -f UTF-16 -t UTF-8 ${basename(path)} > NEW`);
  if (read.files.length > 1 && (read.dialect.skippedLines ?? 0) > 0)
    throw new UsageError(`${path} is one of several files with lines before their headers: name one of them`);
  if (reader.copiesAsLines !== undefined) {
    const dialect: Dialect = { ...read.dialect, format: "jsonl", byteOrderMark: false, newline: "\n" };
    return { source: { path: besideAs(path, "jsonl"), bytes: reader.copiesAsLines(path, bytes) }, dialect, isConverted: true };
  }
  const vectors = read.table.columns.find(({ kind }) => kind === "vector");
  if (reader.copiesAsCsv === true && vectors !== undefined)
    throw new UsageError(
      `${path}: a changed copy of ${reader.title} is written as CSV, which has no room for the lists of column "${vectors.name}": write it as JSON lines`,
    );
  if (reader.copiesAsCsv !== true) return { source: { path, bytes }, dialect: read.dialect, isConverted: false };
  const dialect: Dialect = { ...read.dialect, format: "csv", delimiter: ",", quoted: true, header: true, numbers: {} };
  return { source: { path: besideAs(path, "csv"), bytes: renderCsv(read.table, dialect) }, dialect, isConverted: true };
}

function besideAs(path: string, ending: string): string {
  return join(dirname(path), `${basename(path, extname(path))}.${ending}`);
}

function renderCsv(table: Copied["table"], dialect: Dialect): Buffer {
  const lines = [dialect.columns.map((name) => printCell("", name, name, dialect, false)).join(",")];
  for (let row = 0; row < table.rows; row++) {
    const line = table.columns.map((column) => printCell("", column.name, cellOf(column, row), dialect, false)).join(",");
    lines.push(line === "" ? '""' : line);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

export function rewriterFor(path: string, bytes: Buffer, dialect: Dialect): Rewriter {
  const { rewrite, title } = readers[dialect.format];
  if (rewrite === undefined) throw new Error(`${title} has no records that could be written again`);
  const rewriter = rewrite(path, bytes, dialect);
  if (isUtf8(bytes)) return rewriter;
  // Whole records can be moved about; new text would have to be written in the encoding of the old.
  const refuse = (): never => {
    throw new UsageError(
      `${path} is not UTF-8, so no changed copy is written: convert it, for instance with iconv -f CP1252 -t UTF-8 ${basename(path)} > NEW`,
    );
  };
  return { records: rewriter.records, rewrite: refuse, render: refuse };
}

export function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
