import type { DuckDBConnection } from "@duckdb/node-api";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { identifier, literal, loadDuckDB } from "../open-database.ts";

/** Whole numbers, as narrow as they are. */
export type FlatType = "BIGINT" | "INTEGER" | "SMALLINT";

/** A flat table of whole numbers that grows row by row, as Parquet files of a folder. */
export interface FlatTable {
  /** Buffers of the row that comes next: one for each column, to be set at `at`. */
  readonly columns: readonly Float64Array[];
  at: number;
  /** Rows that were written. */
  rows: number;
  /** Takes the row that was set. */
  next(): void;
  /** To be awaited between batches: writes a part once there is enough. */
  settle(): Promise<void>;
  /** Writes what is left; from then on the table can be asked under its name. */
  finish(): Promise<void>;
}

const chunkRows = 2048;
const rowsOfPart = 4_000_000;

/** Opens a table of that name, whose files lie in `folder/name`; an empty one has one file too. */
export async function openFlatTable(
  connection: DuckDBConnection,
  folder: string,
  name: string,
  types: Readonly<Record<string, FlatType>>,
): Promise<FlatTable> {
  const { DuckDBDataChunk, DOUBLE } = loadDuckDB();
  const names = Object.keys(types);
  const stage = identifier(`stage_${name}`);
  await connection.run(`CREATE OR REPLACE TABLE ${stage} (${names.map((column) => `${identifier(column)} DOUBLE`).join(", ")})`);
  mkdirSync(join(folder, name), { recursive: true });
  const columns = names.map(() => new Float64Array(chunkRows));
  const chunkTypes = names.map(() => DOUBLE);
  let appender = await connection.createAppender(`stage_${name}`);
  let parts = 0;
  let staged = 0;

  function flush(): void {
    if (table.at === 0) return;
    const chunk = DuckDBDataChunk.create(chunkTypes, table.at);
    for (let j = 0; j < columns.length; j++) {
      const vector = chunk.getColumnVector(j) as unknown as { items: Float64Array; flush(): void };
      vector.items.set(columns[j].subarray(0, table.at));
      vector.flush();
    }
    appender.appendDataChunk(chunk);
    staged += table.at;
    table.rows += table.at;
    table.at = 0;
  }

  async function writePart(): Promise<void> {
    appender.flushSync();
    appender.closeSync();
    const [[there]] = (await connection.runAndReadAll(`SELECT CAST(COUNT(*) AS DOUBLE) FROM ${stage}`)).getRowsJS();
    if (there !== staged) throw new Error(`${String(there)} rows of ${name} are there of ${staged}`);
    const path = join(folder, name, `part-${String(parts++).padStart(5, "0")}.parquet`);
    const cells = names.map((column) => `CAST(${identifier(column)} AS ${types[column]}) AS ${identifier(column)}`);
    await connection.run(`COPY (SELECT ${cells.join(", ")} FROM ${stage}) TO ${literal(path)} (FORMAT parquet)`);
    await connection.run(`TRUNCATE ${stage}`);
    staged = 0;
    appender = await connection.createAppender(`stage_${name}`);
  }

  const table: FlatTable = {
    columns,
    at: 0,
    rows: 0,
    next() {
      if (++table.at === chunkRows) flush();
    },
    async settle() {
      if (staged >= rowsOfPart) await writePart();
    },
    async finish() {
      flush();
      if (staged > 0 || parts === 0) await writePart();
      appender.closeSync();
      await connection.run(`DROP TABLE ${stage}`);
      await viewOf(connection, folder, name);
    },
  };
  return table;
}

/** Makes the Parquet files of `folder/name` a table of that name. */
export async function viewOf(connection: DuckDBConnection, folder: string, name: string): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE VIEW ${identifier(name)} AS SELECT * FROM read_parquet(${literal(join(folder, name, "*.parquet"))})`,
  );
}
