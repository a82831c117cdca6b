import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { UsageError } from "../../core/errors.ts";
import { loadDuckDB } from "../open-database.ts";
import type { RawData } from "./raw.ts";

/** The table in the database that holds what was read, row by row in the order of the files; `rowid` is the row. */
export const rawTable = "raw_rows";

/** Columns that one query computes something of: what the planner does takes longer than linearly in them. */
export const columnsAtOnce = 32;

/** The name that column j bears inside the database: names from files never reach SQL. */
export function internalName(column: number): string {
  return `v${column}`;
}

/** The rows of a small result. */
export async function queryRows(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS();
}

/** Numbers of columns of the raw table, NaN = NULL; those that are in memory already as they are. Shape of each: [rows]. */
export async function fetchNumbers(
  connection: DuckDBConnection,
  sources: readonly (string | Float64Array)[],
  rows: number,
): Promise<Float64Array[]> {
  const out = sources.map((source) => (typeof source === "string" ? new Float64Array(rows) : source));
  const asked = sources.flatMap((source, j) => (typeof source === "string" ? [{ source, j }] : []));
  for (let from = 0; from < asked.length; from += columnsAtOnce) {
    const some = asked.slice(from, from + columnsAtOnce);
    await fetchInto(
      connection,
      some.map(({ j }) => out[j]),
      some.map(({ source }) => source),
    );
  }
  return out;
}

async function fetchInto(connection: DuckDBConnection, out: readonly Float64Array[], expressions: readonly string[]): Promise<void> {
  const result = await connection.stream(`SELECT rowid::DOUBLE, ${expressions.join(", ")} FROM ${rawTable} ORDER BY rowid`);
  for (let at = 0; ;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const count = checkOrder(chunk, at);
    for (let j = 0; j < out.length; j++) {
      const vector = doublesOf(chunk, j + 1);
      out[j].set(vector.items.subarray(0, count), at);
      for (let i = 0; i < count; i++) if (!vector.validity.itemValid(i)) out[j][at + i] = NaN;
    }
    at += count;
  }
}

/** Texts of column j as codes into the distinct ones, −1 = empty; from memory where they are there. */
export function textsOf(raw: RawData, j: number): Promise<{ codes: Int32Array; names: string[] }> {
  const { texts, textsAgain } = raw.columns[j];
  if (textsAgain !== undefined) return textsAgain();
  return texts === undefined ? fetchTexts(raw.connection, `nullif(${internalName(j)}, '')`, raw.rows) : Promise.resolve(texts);
}

/** Texts of one column as codes into the distinct ones in order of first appearance; −1 = NULL. Shape: codes [rows]. */
export async function fetchTexts(
  connection: DuckDBConnection,
  expression: string,
  rows: number,
): Promise<{ codes: Int32Array; names: string[] }> {
  const { codes, names, add } = collectTexts(rows);
  const result = await connection.stream(`SELECT rowid::DOUBLE, ${expression} FROM ${rawTable} ORDER BY rowid`);
  for (let at = 0; ;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return { codes, names };
    add(chunk, 1, at, checkOrder(chunk, at));
    at += chunk.rowCount;
  }
}

interface CollectedTexts {
  readonly codes: Int32Array;
  readonly names: string[];
  /** Takes a column of the next chunk. */
  add(chunk: DuckDBDataChunk, column: number, at: number, count: number): void;
}

export function collectTexts(rows: number): CollectedTexts {
  const codes = new Int32Array(rows);
  const names: string[] = [];
  const known = new Map<string, number>();
  const add = (chunk: DuckDBDataChunk, column: number, at: number, count: number): void => {
    const vector = chunk.getColumnVector(column);
    for (let i = 0; i < count; i++) {
      const text = vector.getItem(i) as string | null;
      if (text === null) {
        codes[at + i] = -1;
        continue;
      }
      let code = known.get(text);
      if (code === undefined) known.set(text, (code = names.push(text) - 1));
      codes[at + i] = code;
    }
  };
  return { codes, names, add };
}

/** Takes rows of texts (null = missing) one by one and appends them to the raw table, some thousands of cells at a time. */
export interface TextAppender {
  append(row: readonly (string | null)[]): void;
  finish(): void;
}

export async function appendTexts(connection: DuckDBConnection, columns: number): Promise<TextAppender> {
  const { DuckDBDataChunk, VARCHAR } = loadDuckDB();
  const appender = await connection.createAppender(rawTable);
  const types = Array.from({ length: columns }, () => VARCHAR);
  const most = 2048;
  let rows: (readonly (string | null)[])[] = [];
  const flush = (): void => {
    if (rows.length === 0) return;
    const chunk = DuckDBDataChunk.create(types, rows.length);
    for (let j = 0; j < columns; j++) {
      const values: (string | null)[] = new Array<string | null>(rows.length);
      for (let i = 0; i < rows.length; i++) values[i] = rows[i][j] ?? null;
      chunk.setColumnValues(j, values);
    }
    appender.appendDataChunk(chunk);
    rows = [];
  };
  return {
    append(row) {
      if (rows.push(row) === most) flush();
    },
    finish() {
      flush();
      appender.closeSync();
    },
  };
}

/** @param places of the columns among all, where some are in memory */
export async function createRawTable(connection: DuckDBConnection, types: readonly string[], places?: readonly number[]): Promise<void> {
  const columns = types.map((type, j) => `${internalName(places?.[j] ?? j)} ${type}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${rawTable} (${columns.join(", ")})`);
}

/** Runs what needs memory; running out of it is the request's fault, not a bug. */
export async function withinMemory<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && /out of memory/i.test(error.message)) {
      throw new UsageError("the data does not fit into the memory allowed for it: read fewer rows or columns, or use a larger machine");
    }
    throw error;
  }
}

/** The rows of the chunk, once it is sure that they are the next ones. */
function checkOrder(chunk: DuckDBDataChunk, at: number): number {
  const row = doublesOf(chunk, 0).items[0];
  if (row !== at) throw new Error(`the database gave row ${row} where row ${at} was due`);
  return chunk.rowCount;
}

/** The whole buffer of a column of doubles; the binding's own types offer one boxed value at a time. */
export function doublesOf(chunk: DuckDBDataChunk, column: number): Doubles {
  const vector: unknown = chunk.getColumnVector(column);
  return vector as Doubles;
}

interface Doubles {
  readonly items: Float64Array;
  /** `data` is null where all are there. */
  readonly validity: { readonly data: unknown; itemValid(row: number): boolean };
}
