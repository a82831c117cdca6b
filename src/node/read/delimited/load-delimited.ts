import type { DuckDBConnection } from "@duckdb/node-api";
import { basename } from "node:path";
import { UsageError } from "../../../core/errors.ts";
import { appendTexts, createRawTable, internalName, queryRows, rawTable } from "../duckdb.ts";
import { literal, openDatabase } from "../../open-database.ts";
import type { FoundFiles } from "../reader.ts";
import { missingRules } from "../missing.ts";
import { parseRecord } from "./parse-record.ts";
import { readPlainNumbers, readTextsAgain } from "./read-plain-numbers.ts";
import type { RawColumn, RawData } from "../raw.ts";
import { type TextFile, readText } from "./read-text.ts";
import { type WideCells, readWide } from "./read-wide.ts";
import type { Dialect, Note, ReadRequest, SourceFile } from "../request.ts";
import { type RecordSpan, type Scan, recordsOf, scanRecords } from "./scan-records.ts";
import { type Sniffed, recordShape, sniffDialect } from "./sniff-dialect.ts";

interface Scanned {
  readonly path: string;
  readonly dialect: Dialect;
  readonly unnamed: ReadonlySet<string>;
  readonly source: SourceFile;
  /** The records of data where they are parsed here; else DuckDB reads the file. */
  readonly byHand: { readonly bytes: Buffer; readonly records: readonly RecordSpan[] } | null;
  readonly scan: Pick<Scan, "longestBytes" | "multiline" | "zeros" | "hasUnderscore">;
  readonly newline: Dialect["newline"];
}

/**
 * CSV, TSV and their like. Our own scan decides what the records are; DuckDB then reads what is plain, with nothing left to guess, and must find as many.
 * Everything else is parsed here.
 */
export async function loadDelimited(
  found: FoundFiles,
  request: ReadRequest,
  memoryLimitBytes: number,
  numbersAs: "numbers" | "texts" = "numbers",
): Promise<RawData> {
  const notes: Note[] = [];
  const scanned: Scanned[] = [];
  for (const path of found.paths) {
    const first = scanned[0]?.dialect;
    const asked =
      first === undefined ? request : { ...request, header: first.header, delimiter: writtenDelimiter(first), quoted: first.quoted };
    const one = await scanFile(path, found, asked, notes);
    if (first !== undefined) refuseOtherColumns(found.paths[0], first, path, one.dialect);
    scanned.push(one);
  }
  const connection = await openDatabase(found.paths, memoryLimitBytes);
  const { dialect, unnamed, newline } = scanned[0];
  const files = scanned.map(({ source }) => source);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const types = dialect.columns.map(() => "VARCHAR");
  const about = { rows, files, dialect: { ...dialect, newline }, notes, vectors: [], unreadable: new Map<string, string>() };
  const nameOf = (name: string) => ({ name, ...(unnamed.has(name) ? { isUnnamed: true } : {}) });
  if (numbersAs === "numbers" && isWide(files, dialect)) {
    const { numbers, texts } = loadWide(scanned, request);
    await createRawTable(
      connection,
      [...texts.keys(), 0].map(() => "VARCHAR"),
      [...texts.keys(), dialect.columns.length],
    );
    const table = await appendTexts(connection, texts.size + 1);
    for (let row = 0; row < rows; row++) table.append([...[...texts.values()].map((cells) => cells[row]), null]);
    table.finish();
    const columns = dialect.columns.map((name, j): RawColumn => {
      const values = numbers.get(j);
      return values === undefined
        ? { ...nameOf(name), storage: "text", texts: codesOf(texts.get(j) ?? []) }
        : { ...nameOf(name), storage: "number", values };
    });
    return { connection, columns, ...about };
  }
  const isByHand = scanned.some(({ byHand }) => byHand !== null);
  if (numbersAs === "numbers" && !isByHand) {
    const numbers = await loadNumbers(connection, scanned, request);
    const others = dialect.columns.flatMap((_, j) => (numbers?.values.has(j) === true ? [] : [j]));
    if (numbers !== null && numbers.values.size > 0 && (await loadByDatabase(connection, scanned, rows, others))) {
      const columns = dialect.columns.map((name, j): RawColumn => {
        const values = numbers.values.get(j);
        return { ...nameOf(name), storage: "text", ...(values === undefined ? {} : { values, textsAgain: () => numbers.textsOf(j) }) };
      });
      return { connection, columns, ...about };
    }
  }
  if (isByHand || !(await loadByDatabase(connection, scanned, rows))) {
    await createRawTable(connection, types);
    for (const one of scanned) await loadByHand(connection, one);
  }
  return { connection, columns: dialect.columns.map((name) => ({ ...nameOf(name), storage: "text" })), ...about };
}

/** Columns in which every cell is a number or missing, those with a role that needs their texts left out; null where the database reads other rows than we do. */
async function loadNumbers(
  connection: DuckDBConnection,
  scanned: readonly Scanned[],
  request: ReadRequest,
): Promise<{
  readonly values: ReadonlyMap<number, Float64Array>;
  textsOf(column: number): Promise<{ codes: Int32Array; names: string[] }>;
} | null> {
  const { columns } = scanned[0].dialect;
  const places = (names: readonly (string | null | undefined)[]): Set<number> =>
    new Set(columns.flatMap((name, j) => (names.includes(name) || names.includes(String(j + 1)) ? [j] : [])));
  const named = places([request.task, request.source, request.id, ...request.text]);
  const candidates = columns.flatMap((_, j) => (named.has(j) || scanned.some(({ scan }) => scan.zeros[j] === 1) ? [] : [j]));
  const files = scanned.map(({ path, dialect, scan, source }) => ({
    path,
    source: `read_csv($1, ${csvOptions(dialect, scan)})`,
    rows: source.rows,
  }));
  const options = {
    rules: missingRules(request.missing, request.notMissing),
    hasUnderscore: scanned.some(({ scan }) => scan.hasUnderscore),
    measured: places(request.labels),
  };
  try {
    const values = await readPlainNumbers(connection, files, candidates, options);
    return values && { values, textsOf: (column) => readTextsAgain(connection, files, column) };
  } catch (error) {
    if (error instanceof Error && /out of memory/i.test(error.message)) throw error;
    return null;
  }
}

/** Columns from which the database is left out of it, if the files are no larger than what can be held beside the numbers. */
const wideFrom = 400;
const mostWideBytes = 2 ** 30;

function isWide(files: readonly SourceFile[], dialect: Dialect): boolean {
  return dialect.columns.length >= wideFrom && files.reduce((sum, { bytes }) => sum + bytes, 0) <= mostWideBytes;
}

function codesOf(cells: readonly string[]): { codes: Int32Array; names: string[] } {
  const known = new Map<string, number>();
  const codes = Int32Array.from(cells, (cell) => {
    if (cell === "") return -1;
    const code = known.get(cell) ?? known.size;
    if (code === known.size) known.set(cell, code);
    return code;
  });
  return { codes, names: [...known.keys()] };
}

function loadWide(scanned: readonly Scanned[], { labels, task, source, id }: ReadRequest): WideCells {
  const { columns } = scanned[0].dialect;
  const roles = new Set([...labels, task, source, id]);
  const keptAsText = new Set(columns.flatMap((name, j) => (roles.has(name) || roles.has(String(j + 1)) ? [j] : [])));
  const parts = scanned.map(({ path, dialect, byHand }) => ({ ...(byHand ?? withRecords(path, dialect)), shape: recordShape(dialect) }));
  return readWide(parts, columns.length, keptAsText, (part, row, cells) => {
    const { path, dialect } = scanned[part];
    const fault = faultOf(path, dialect, parts[part].records[row], cells, row + 1);
    if (fault !== null) throw fault;
  });
}

/** The records of data of a whole file: without header, and without rows of nothing but empty cells at the end. */
export function dataRecords(path: string, bytes: Buffer, dialect: Dialect): RecordSpan[] {
  return withoutEmptyEnd(recordsOf(path, bytes, recordShape(dialect)), dialect);
}

function withoutEmptyEnd(all: readonly RecordSpan[], dialect: Dialect): RecordSpan[] {
  const records = all.slice(Number(dialect.header));
  while (isEmptyRow(records[records.length - 1], dialect)) records.pop();
  return records;
}

/** Where data row `row` (from 0) of a file of records begins: its line, from 1. */
export async function lineOfRow(path: string, dialect: Dialect, row: number): Promise<number> {
  if (dialect.encoding?.startsWith("utf-16") === true) return dataRecords(path, readText(path).bytes, dialect)[row].line;
  const wanted = row + Number(dialect.header);
  let seen = 0;
  let line = 0;
  await scanRecords(path, recordShape(dialect), (record) => {
    if (seen++ === wanted) line = record.line;
  });
  return line;
}

async function scanFile(path: string, found: FoundFiles, request: ReadRequest, notes: Note[]): Promise<Scanned> {
  let sniffed = await sniffDialect(path, found.format, request);
  if (isPlain(path, sniffed.dialect)) {
    const scan = await scanPlain(path, sniffed.dialect, request);
    if (scan?.isUtf8 === true && !scan.odd && scan.emptyRows === 0) {
      notes.push(...sniffed.notes);
      const source = { path, bytes: scan.bytes, sha256: scan.sha256, rows: checkRows(path, sniffed, scan.records) };
      return { path, ...sniffed, source, byHand: null, scan, newline: scan.newline };
    }
  }
  const text = readText(path);
  // A line beyond the head says that it is no UTF-8 after all.
  if (text.encoding !== sniffed.dialect.encoding) sniffed = await sniffDialect(path, found.format, request, text.encoding);
  try {
    return parseFile(path, sniffed, text, notes);
  } catch (error) {
    if (!(error instanceof UsageError) || request.quoted !== undefined || sniffed.dialect.delimiter !== "\t" || !sniffed.dialect.quoted)
      throw error;
    return parseFile(path, await sniffDialect(path, found.format, { ...request, quoted: false }, text.encoding), text, [
      { level: "info", text: `${path}: quotes are taken as they stand, for they do not enclose cells (override with --quoted)` },
    ]);
  }
}

function parseFile(path: string, sniffed: Sniffed, text: TextFile, notes: Note[]): Scanned {
  const { dialect } = sniffed;
  const all = recordsOf(path, text.bytes, recordShape(dialect));
  const records = withoutEmptyEnd(all, dialect);
  const rows = checkRows(path, sniffed, records.length + Number(dialect.header));
  notes.push(...text.notes, ...sniffed.notes);
  const emptyRows = all.length - Number(dialect.header) - rows;
  if (emptyRows > 0)
    notes.push({
      level: "info",
      text: `${path}: ${emptyRows === 1 ? "a row" : `${emptyRows} rows`} of empty cells at the end left out`,
    });
  return {
    ...{ path, ...sniffed, newline: dialect.newline, scan: { longestBytes: 0, multiline: false, zeros: [], hasUnderscore: true } },
    source: { path, bytes: text.size, sha256: text.sha256, rows },
    byHand: { bytes: text.bytes, records },
  };
}

/** What DuckDB and we are sure to read alike. */
function isPlain(path: string, { wide, encoding, skippedLines = 0, rowNames }: Dialect): boolean {
  return wide === undefined && encoding === "utf-8" && skippedLines === 0 && rowNames !== true && !/[*?[\]]/.test(path);
}

/** Null where the quotes of a file of tabs turn out to be letters like any other. */
async function scanPlain(path: string, dialect: Dialect, request: ReadRequest): Promise<(Scan & { emptyRows: number }) | null> {
  let seen = 0;
  let emptyRows = 0;
  let pending: UsageError | null = null;
  const check = (record: RecordSpan): void => {
    const row = ++seen - Number(dialect.header);
    if (row > 0 && isEmptyRow(record, dialect)) {
      emptyRows++;
      pending ??= faultOf(path, dialect, record, record.cells, row);
      return;
    }
    const fault = pending ?? faultOf(path, dialect, record, record.cells, row);
    if (fault !== null) throw fault;
    emptyRows = 0;
  };
  try {
    const scan = await scanRecords(path, recordShape(dialect), check);
    return { ...scan, emptyRows };
  } catch (error) {
    if (error instanceof UsageError && request.quoted === undefined && dialect.delimiter === "\t" && dialect.quoted) return null;
    throw error;
  }
}

function isEmptyRow(record: RecordSpan | undefined, dialect: Dialect): boolean {
  return record?.isBare === true && (dialect.columns.length > 1 || dialect.wide !== undefined);
}

function faultOf(path: string, dialect: Dialect, record: RecordSpan, cells: number, row: number): UsageError | null {
  const expected = dialect.columns.length;
  if (cells === expected || (row === 0 && dialect.rowNames === true)) return null;
  const against = dialect.header ? `the header names ${expected}` : `the first row has ${expected}`;
  return new UsageError(`${path}: row ${row} (line ${record.line}) has ${cells} ${cells === 1 ? "cell" : "cells"} where ${against}`);
}

function checkRows(path: string, { dialect }: Sniffed, records: number): number {
  const rows = records - Number(dialect.header);
  if (rows <= 0) throw new UsageError(`${path} has a header and no data rows`);
  return rows;
}

/** Columns as texts, all by default. False when DuckDB refuses a file or finds another number of rows than there are. */
async function loadByDatabase(
  connection: DuckDBConnection,
  scanned: readonly Scanned[],
  rows: number,
  chosen?: readonly number[],
): Promise<boolean> {
  const places = chosen ?? [...scanned[0].dialect.columns.keys()];
  if (places.length === 0) return true;
  await createRawTable(
    connection,
    places.map(() => "VARCHAR"),
    places,
  );
  try {
    for (const { path, dialect, scan } of scanned) {
      const sql = `INSERT INTO ${rawTable} SELECT ${places.map(internalName).join(", ")} FROM read_csv($1, ${csvOptions(dialect, scan)})`;
      await connection.run(sql, [path]);
    }
  } catch (error) {
    if (error instanceof Error && /out of memory/i.test(error.message)) throw error;
    return false;
  }
  const [{ count }] = await queryRows(connection, `SELECT count(*)::DOUBLE AS count FROM ${rawTable}`);
  return count === rows;
}

function csvOptions(dialect: Dialect, scan: Pick<Scan, "longestBytes" | "multiline">): string {
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

async function loadByHand(connection: DuckDBConnection, { path, dialect, byHand }: Scanned): Promise<void> {
  const shape = recordShape(dialect);
  const { bytes, records } = byHand ?? withRecords(path, dialect);
  const expected = dialect.columns.length;
  const table = await appendTexts(connection, expected);
  for (let i = 0; i < records.length; i++) {
    const cells = parseRecord(bytes, records[i], shape);
    const fault = faultOf(path, dialect, records[i], cells.length, i + 1);
    if (fault !== null) throw fault;
    table.append(cells.map(({ text }) => text));
  }
  table.finish();
}

function withRecords(path: string, dialect: Dialect): { bytes: Buffer; records: readonly RecordSpan[] } {
  const { bytes } = readText(path);
  return { bytes, records: dataRecords(path, bytes, dialect) };
}

/** As `--delimiter` would say it. */
function writtenDelimiter({ delimiter, wide }: Dialect): string {
  return wide === "blanks" ? "spaces" : delimiter;
}

function refuseOtherColumns(firstPath: string, first: Dialect, path: string, dialect: Dialect): void {
  const same = first.columns.length === dialect.columns.length && first.columns.every((name, i) => name === dialect.columns[i]);
  if (!same) {
    const at = dialect.columns.findIndex((name, i) => name !== first.columns[i]);
    const detail =
      at >= 0 && at < first.columns.length
        ? `column ${at + 1} is "${dialect.columns[at]}", there it is "${first.columns[at]}"`
        : `${dialect.columns.length} columns, there are ${first.columns.length}`;
    throw new UsageError(
      `${path} has other columns than ${basename(firstPath)}: ${detail}; files read together must have the same columns`,
    );
  }
  if (first.skippedLines !== dialect.skippedLines)
    throw new UsageError(
      `${path} has ${dialect.skippedLines ?? 0} lines before its header and ${basename(firstPath)} ${first.skippedLines ?? 0}; files read together must be written alike`,
    );
}
