import type { DuckDBConnection } from "@duckdb/node-api";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { UsageError } from "../../core/errors.ts";
import { appendTexts, createRawTable, internalName, literal, openDatabase, queryRows, rawTable } from "./duckdb.ts";
import type { FoundFiles } from "./find-files.ts";
import { parseRecord } from "./parse-record.ts";
import type { RawData } from "./raw.ts";
import type { Dialect, Note, ReadRequest, SourceFile } from "./request.ts";
import { type RecordSpan, type Scan, recordsOf, scanRecords } from "./scan-records.ts";
import { recordShape, sniffDialect } from "./sniff-dialect.ts";

interface Scanned {
  readonly path: string;
  readonly dialect: Dialect;
  readonly scan: Scan;
}

/** CSV and TSV. Our own scan decides what the records are; DuckDB then reads them with nothing left to guess, and must find as many. */
export async function loadDelimited(found: FoundFiles, request: ReadRequest, memoryLimitBytes: number): Promise<RawData> {
  const notes: Note[] = [];
  const scanned: Scanned[] = [];
  for (const path of found.paths) {
    const first = scanned[0]?.dialect;
    const { dialect, notes: own } = await sniffDialect(
      path,
      found.format,
      first === undefined ? request : { ...request, header: first.header, delimiter: first.delimiter },
    );
    notes.push(...own);
    if (first !== undefined) refuseOtherColumns(found.paths[0], first, path, dialect);
    scanned.push({ path, dialect, scan: await scanDelimited(path, dialect) });
  }
  const files: SourceFile[] = scanned.map(({ path, dialect, scan }) => {
    const rows = scan.records - Number(dialect.header);
    if (rows <= 0) throw new UsageError(`${path} has a header and no data rows`);
    return { path, bytes: scan.bytes, sha256: scan.sha256, rows };
  });

  const connection = await openDatabase(found.paths, memoryLimitBytes);
  const { dialect } = scanned[0];
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  // What a stricter reader might read differently is parsed here.
  const strange = scanned.some(({ path, scan }) => scan.odd || /[*?[\]]/.test(path));
  const types = dialect.columns.map(() => "VARCHAR");
  await createRawTable(connection, types);
  if (strange || !(await loadByDatabase(connection, scanned, rows))) {
    await createRawTable(connection, types);
    for (const one of scanned) await loadByHand(connection, one.path, one.dialect);
  }
  return {
    connection,
    columns: dialect.columns.map((name) => ({ name, storage: "text" })),
    rows,
    files,
    dialect: { ...dialect, newline: scanned[0].scan.newline },
    notes,
    unreadable: new Map(),
  };
}

/** Where data row `row` (from 0) of a file of records begins: its line, from 1. */
export async function lineOfRow(path: string, dialect: Dialect, row: number): Promise<number> {
  const wanted = row + Number(dialect.header);
  let seen = 0;
  let line = 0;
  await scanRecords(path, recordShape(dialect), (record) => {
    if (seen++ === wanted) line = record.line;
  });
  return line;
}

async function scanDelimited(path: string, dialect: Dialect): Promise<Scan> {
  const expected = dialect.columns.length;
  let seen = 0;
  const check = (record: RecordSpan): void => {
    const row = ++seen - Number(dialect.header);
    if (record.cells === expected) return;
    const against = dialect.header ? `the header names ${expected}` : `the first row has ${expected}`;
    throw new UsageError(
      `${path}: row ${row} (line ${record.line}) has ${record.cells} ${record.cells === 1 ? "cell" : "cells"} where ${against}`,
    );
  };
  return scanRecords(path, recordShape(dialect), check);
}

/** False when DuckDB refuses a file or finds another number of rows than there are. */
async function loadByDatabase(connection: DuckDBConnection, scanned: readonly Scanned[], rows: number): Promise<boolean> {
  try {
    for (const { path, dialect, scan } of scanned) {
      const sql = `INSERT INTO ${rawTable} SELECT * FROM read_csv($1, ${csvOptions(dialect, scan)})`;
      await connection.run(sql, [path]);
    }
  } catch (error) {
    if (error instanceof Error && /out of memory/i.test(error.message)) throw error;
    return false;
  }
  const [{ count }] = await queryRows(connection, `SELECT count(*)::DOUBLE AS count FROM ${rawTable}`);
  return count === rows;
}

function csvOptions(dialect: Dialect, scan: Scan): string {
  const columns = dialect.columns.map((_, j) => `${literal(internalName(j))}: 'VARCHAR'`).join(", ");
  const quote = dialect.quoted ? `'"'` : "''";
  return [
    "auto_detect = false",
    `columns = {${columns}}`,
    `delim = ${literal(dialect.delimiter)}`,
    `quote = ${quote}`,
    `escape = ${quote}`,
    `header = ${dialect.header}`,
    "skip = 0",
    "comment = ''",
    "strict_mode = true",
    "null_padding = false",
    "ignore_errors = false",
    "nullstr = []::VARCHAR[]",
    `compression = '${dialect.compression}'`,
    `max_line_size = ${Math.max(2 << 20, 2 * scan.longestBytes)}`,
    // A thread that starts in the middle of a quoted cell must guess where it is.
    `parallel = ${!scan.multiline}`,
  ].join(", ");
}

async function loadByHand(connection: DuckDBConnection, path: string, dialect: Dialect): Promise<void> {
  const shape = recordShape(dialect);
  const bytes = readUnpacked(path, dialect);
  const records = recordsOf(path, bytes, shape).slice(Number(dialect.header));
  const columns: string[][] = dialect.columns.map(() => []);
  for (const record of records) parseRecord(bytes, record, shape).forEach((cell, j) => columns[j].push(cell.text));
  await appendTexts(connection, columns, records.length);
}

export function readUnpacked(path: string, dialect: Dialect): Buffer {
  const bytes = readFileSync(path);
  return dialect.compression === "gzip" ? gunzipSync(bytes) : bytes;
}

function refuseOtherColumns(firstPath: string, first: Dialect, path: string, dialect: Dialect): void {
  const same = first.columns.length === dialect.columns.length && first.columns.every((name, i) => name === dialect.columns[i]);
  if (same) return;
  const at = dialect.columns.findIndex((name, i) => name !== first.columns[i]);
  const detail =
    at >= 0 && at < first.columns.length
      ? `column ${at + 1} is "${dialect.columns[at]}", there it is "${first.columns[at]}"`
      : `${dialect.columns.length} columns, there are ${first.columns.length}`;
  throw new UsageError(`${path} has other columns than ${basename(firstPath)}: ${detail}; files read together must have the same columns`);
}
