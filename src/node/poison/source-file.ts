import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { type Table, cellOf } from "../../core/table.ts";
import type { Dialect, ReadResult, SourceFile } from "../read/request.ts";
import { delimitedRewriter, printCell } from "./rewrite-delimited.ts";
import { jsonlRewriter } from "./rewrite-jsonl.ts";
import { svmlightRewriter } from "./rewrite-svmlight.ts";
import type { Rewriter } from "./rewriter.ts";

export interface Source {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The bytes of a file that was read, as they were; of Parquet, which is read alone, the same table as CSV. @throws UsageError where they changed */
export function openSource(read: ReadResult, file: SourceFile = read.files[0]): { source: Source; dialect: Dialect; isConverted: boolean } {
  const { path, sha256 } = file;
  if (read.dialect.format === "idx" || read.dialect.format === "images")
    throw new UsageError(`${path}: a changed copy of images cannot be written`);
  const bytes = readFileSync(path);
  if (digest(bytes) !== sha256) throw new UsageError(`${path} has changed since it was read`);
  if (read.dialect.format !== "parquet") return { source: { path, bytes }, dialect: read.dialect, isConverted: false };
  const dialect: Dialect = { ...read.dialect, format: "csv", delimiter: ",", quoted: true, header: true, numbers: {} };
  const name = `${basename(path, extname(path))}.csv`;
  return { source: { path: join(dirname(path), name), bytes: renderCsv(read.table, dialect) }, dialect, isConverted: true };
}

function renderCsv(table: Table, dialect: Dialect): Buffer {
  const lines = [dialect.columns.map((name) => printCell("", name, name, dialect, false)).join(",")];
  for (let row = 0; row < table.rows; row++) {
    const line = table.columns.map((column) => printCell("", column.name, cellOf(column, row), dialect, false)).join(",");
    lines.push(line === "" ? '""' : line);
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

export function rewriterFor(path: string, bytes: Buffer, dialect: Dialect): Rewriter {
  if (dialect.format === "jsonl") return jsonlRewriter(path, bytes, dialect);
  if (dialect.format === "svmlight") return svmlightRewriter(path, bytes, dialect);
  return delimitedRewriter(path, bytes, dialect);
}

export function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
