import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../core/errors.ts";
import { identifier, literal } from "../open-database.ts";
import { doublesOf, queryRows } from "../read/duckdb.ts";
import type { FoundFiles } from "../read/reader.ts";
import type { ReadRequest } from "../read/request.ts";
import type { Spill } from "./open-spill.ts";
import { resolveColumns } from "../read/resolve-columns.ts";

/** Reviews as a view of the database: `theriac_rows` has the columns of the files and `record`, the row from 0. */
export interface SourceRows {
  readonly rows: number;
  readonly classes: readonly string[];
  readonly source: string | null;
  readonly date: string | null;
  /** Expressions of what the map asks of a row, each a DOUBLE but the text. */
  readonly cells: {
    readonly record: string;
    readonly label: string;
    readonly source: string;
    readonly posted: string;
    readonly text: string;
  };
}

export const sourceView = "theriac_rows";
export const recordColumn = "theriac_record";
const mostClasses = 20;
/** Of no source and no day; a plain -1.0 would be a decimal. */
const none = "CAST(-1 AS DOUBLE)";
const readers: Readonly<Record<string, string>> = {
  parquet: "read_parquet(FILES)",
  csv: "read_csv(FILES, all_varchar = true, header = true)",
  tsv: "read_csv(FILES, all_varchar = true, header = true, delim = '\t')",
};

/** @throws UsageError where these are no reviews with one label of a few classes */
export async function openSourceRows(
  { connection, reader: rowReader }: Pick<Spill, "connection" | "reader">,
  { paths, format }: FoundFiles,
  request: ReadRequest,
): Promise<SourceRows> {
  const reader = readers[format];
  if (reader === undefined) throw new UsageError(`--memory reads Parquet, CSV and TSV, and ${paths[0]} is ${format}: convert it`);
  const from = reader.replace("FILES", `[${paths.map(literal).join(", ")}]`);
  const ask = <T>(sql: string): Promise<T[]> => asked(paths[0], () => queryRows(connection, sql) as Promise<T[]>);
  const view = `CREATE VIEW ${sourceView} AS SELECT row_number() OVER () - 1 AS ${recordColumn}, * FROM ${from}`;
  await ask(view);
  await rowReader.run(view);
  const described = await ask<{ column_name: string; column_type: string }>(`DESCRIBE ${sourceView}`);
  const columns = described.map(({ column_name: name }) => name).filter((name) => name !== recordColumn);
  const roles = resolveColumns(request, columns, new Map(), paths[0]);
  if (roles.labels.length !== 1) throw new UsageError(`--memory needs one --label, got ${roles.labels.length}: scan each label by itself`);
  if (roles.text.length === 0) throw new UsageError("--memory needs --text: it reads reviews, and looks at no other columns");
  if (roles.task !== null) throw new UsageError("--memory knows no --task: leave it out, or scan the tasks one by one");
  if (roles.features.length > 0) throw new UsageError("--memory looks at --text alone: leave --features out");
  const label = `CAST(${identifier(roles.labels[0])} AS VARCHAR)`;
  const counted = await ask<{ label: string; held: bigint }>(
    `SELECT ${label} AS label, COUNT(*) AS held FROM ${sourceView} WHERE ${label} <> '' GROUP BY 1 ORDER BY 1 LIMIT ${mostClasses + 1}`,
  );
  if (counted.length < 2 || counted.length > mostClasses)
    throw new UsageError(
      `--memory needs a label of 2 to ${mostClasses} classes, and ${roles.labels[0]} has ${counted.length > mostClasses ? "more" : counted.length}`,
    );
  const [{ all }] = await ask<{ all: bigint }>(`SELECT COUNT(*) AS "all" FROM ${from}`);
  if (all >= 2n ** 31n) throw new UsageError(`${all} rows: --memory counts to ${2 ** 31 - 1}; scan the files in parts`);
  const classes = counted.map((one) => one.label);
  const used = new Set([...roles.labels, ...roles.text, ...roles.drop, roles.source, roles.id]);
  const date = await dateColumn(
    described.filter(({ column_name: name }) => name !== recordColumn && !used.has(name)),
    ask,
  );
  const source = roles.source === null ? null : `CAST(${identifier(roles.source)} AS VARCHAR)`;
  const texts = roles.text.map((name) => `CAST(${identifier(name)} AS VARCHAR)`);
  return {
    rows: Number(all),
    classes,
    source: roles.source,
    date,
    cells: {
      record: `CAST(${recordColumn} AS DOUBLE)`,
      label: `CAST(coalesce(list_position([${classes.map(literal).join(", ")}], ${label}), 0) - 1 AS DOUBLE)`,
      source: source === null ? none : `CASE WHEN ${source} <> '' THEN CAST(hash(${source}) >> 11 AS DOUBLE) ELSE ${none} END`,
      posted:
        date === null ? none : `CAST(coalesce(date_diff('day', DATE '1970-01-01', TRY_CAST(${identifier(date)} AS DATE)), -1) AS DOUBLE)`,
      text: texts.length === 1 ? `coalesce(${texts[0]}, '')` : `concat_ws(chr(10), ${texts.join(", ")})`,
    },
  };
}

/** The first column of dates, by its type or by what its first texts look like. */
async function dateColumn(
  columns: readonly { column_name: string; column_type: string }[],
  ask: <T>(sql: string) => Promise<T[]>,
): Promise<string | null> {
  for (const { column_name: name, column_type: type } of columns) {
    if (type === "DATE" || type.startsWith("TIMESTAMP")) return name;
    if (type !== "VARCHAR") continue;
    const cell = identifier(name);
    const [{ held, dates }] = await ask<{ held: bigint; dates: bigint }>(
      `SELECT COUNT(*) AS held, COUNT(TRY_CAST(cell AS DATE)) AS dates FROM (SELECT ${cell} AS cell FROM ${sourceView} LIMIT 1000) WHERE cell <> ''`,
    );
    if (held > 0n && 20n * dates >= 19n * held) return name;
  }
  return null;
}

/** A batch of rows. Shapes: each [count]. */
export interface Batch {
  readonly count: number;
  readonly records: Float64Array;
  readonly labels: Float64Array;
  readonly sources: Float64Array;
  readonly days: Float64Array;
  text(at: number): string;
}

/** A condition that all rows meet. */
export const everyRow = "true";

/**
 * Hands over the rows in their order, some thousands at a time. @param where a condition on the record that samples them
 *
 * @param reader a connection that is asked nothing else meanwhile
 */
export async function eachBatch(
  reader: DuckDBConnection,
  { cells, rows }: SourceRows,
  take: (batch: Batch) => void | Promise<void>,
  where = everyRow,
): Promise<void> {
  const result = await reader.stream(
    `SELECT ${cells.record}, ${cells.label}, ${cells.source}, ${cells.posted}, ${cells.text} FROM ${sourceView} WHERE ${where}`,
  );
  let read = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    read += chunk.rowCount;
    const texts = chunk.getColumnVector(4);
    await take({
      count: chunk.rowCount,
      records: doublesOf(chunk, 0).items,
      labels: doublesOf(chunk, 1).items,
      sources: doublesOf(chunk, 2).items,
      days: doublesOf(chunk, 3).items,
      text: (at) => texts.getItem(at) as string,
    });
  }
  if (where === everyRow && read !== rows) throw new Error(`the database gave ${read} rows of ${rows}`);
}

async function asked<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    if (/Conversion|Invalid Input|CSV Error|IO Error|Parser Error/i.test(message))
      throw new UsageError(`${path} cannot be read: ${message.split("\n")[0]}`);
    throw error;
  }
}
