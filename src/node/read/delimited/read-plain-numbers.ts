import type { DuckDBConnection } from "@duckdb/node-api";
import { collectTexts, columnsAtOnce, doublesOf, internalName } from "../duckdb.ts";
import { missingSql } from "../missing-sql.ts";
import type { MissingRules } from "../missing.ts";

/** A delimited file as the database reads it, all columns as texts. */
export interface PlainFile {
  readonly path: string;
  /** `read_csv($1, …)`. */
  readonly source: string;
  readonly rows: number;
}

/** Rows at the beginning that decide whether the rest of a column is tried. */
const sampled = 2048;

/**
 * Columns of files in which every cell is a number or means "missing", without their texts ever being kept: cells are parsed once, as they stream by, and a column
 * with any other cell is left to be read as text.
 *
 * @param candidates places of columns, none with a code such as 007 @param measured places of those that are classes where all they hold are whole numbers
 * @returns numbers by place, NaN = missing; null where the database does not find the rows that there are
 */
export async function readPlainNumbers(
  connection: DuckDBConnection,
  files: readonly PlainFile[],
  candidates: readonly number[],
  {
    rules,
    hasUnderscore,
    measured,
  }: { readonly rules: MissingRules; readonly hasUnderscore: boolean; readonly measured: ReadonlySet<number> },
): Promise<ReadonlyMap<number, Float64Array> | null> {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const number = (j: number): string => {
    const value = `TRY_CAST(${internalName(j)} AS DOUBLE)`;
    return hasUnderscore ? `CASE WHEN NOT contains(${internalName(j)}, '_') THEN ${value} END` : value;
  };
  const likely = await likelyNumbers(connection, files[0], candidates, { number, rules, measured });
  const out = new Map<number, Float64Array>();
  for (let from = 0; from < likely.length; from += columnsAtOnce) {
    const some = likely.slice(from, from + columnsAtOnce);
    const values = some.map(() => new Float64Array(rows));
    const others = new Int32Array(some.length);
    let at = 0;
    for (const { path, source } of files) {
      const result = await connection.stream(`SELECT ${some.map(number).join(", ")} FROM ${source}`, [path]);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        const count = chunk.rowCount;
        if (at + count > rows) return null;
        for (let j = 0; j < some.length; j++) {
          const { items, validity } = doublesOf(chunk, j);
          values[j].set(items.length === count ? items : items.subarray(0, count), at);
          if (validity.data === null) continue;
          for (let i = 0; i < count; i++)
            if (!validity.itemValid(i)) {
              values[j][at + i] = NaN;
              others[j]++;
            }
        }
        at += count;
      }
    }
    if (at !== rows) return null;
    const missing = await countMissing(
      connection,
      files,
      some.filter((_, j) => others[j] > 0),
      { number, rules },
    );
    some.forEach((place, j) => {
      if ((missing.get(place) ?? 0) === others[j]) out.set(place, values[j]);
    });
  }
  return out;
}

interface Conditions {
  number(j: number): string;
  readonly rules: MissingRules;
}

/** Rows of each column whose cell is no number and means "missing". */
async function countMissing(
  connection: DuckDBConnection,
  files: readonly PlainFile[],
  columns: readonly number[],
  { number, rules }: Conditions,
): Promise<Map<number, number>> {
  const out = new Map<number, number>();
  if (columns.length === 0) return out;
  const counts = columns.map((j) => `count(*) FILTER (${number(j)} IS NULL AND ${missingSql(internalName(j), rules)})::DOUBLE AS n${j}`);
  for (const { path, source } of files) {
    const [row] = (await connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${source}`, [path])).getRowObjectsJS();
    for (const j of columns) out.set(j, (out.get(j) ?? 0) + Number(row[`n${j}`]));
  }
  return out;
}

/** Cells of one column as codes into distinct texts, −1 = empty. @throws Error where there are other rows than before */
export async function readTextsAgain(
  connection: DuckDBConnection,
  files: readonly PlainFile[],
  column: number,
): Promise<{ codes: Int32Array; names: string[] }> {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const { codes, names, add } = collectTexts(rows);
  let at = 0;
  for (const { path, source } of files) {
    const result = await connection.stream(`SELECT nullif(${internalName(column)}, '') FROM ${source}`, [path]);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      add(chunk, 0, at, chunk.rowCount);
      at += chunk.rowCount;
    }
  }
  if (at !== rows) throw new Error(`the file had ${rows} rows and now has ${at}`);
  return { codes, names };
}

async function likelyNumbers(
  connection: DuckDBConnection,
  { path, source }: PlainFile,
  candidates: readonly number[],
  { number, rules, measured }: Conditions & { readonly measured: ReadonlySet<number> },
): Promise<number[]> {
  const found: number[] = [];
  for (let from = 0; from < candidates.length; from += columnsAtOnce) {
    const some = candidates.slice(from, from + columnsAtOnce);
    const asked = some.map(
      (_, k) => `bool_and(n${k} IS NOT NULL OR ${missingSql(`t${k}`, rules)}) AS all${k}, bool_or(n${k} % 1 <> 0) AS some${k}`,
    );
    const cells = some.map((j, k) => `${internalName(j)} AS t${k}, ${number(j)} AS n${k}`);
    const head = `SELECT ${cells.join(", ")} FROM ${source} LIMIT ${sampled}`;
    const [row] = (await connection.runAndReadAll(`SELECT ${asked.join(", ")} FROM (${head})`, [path])).getRowObjectsJS();
    found.push(...some.filter((j, k) => row[`all${k}`] === true && (!measured.has(j) || row[`some${k}`] === true)));
  }
  return found;
}
