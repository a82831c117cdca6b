import type { DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import { identifier, literal } from "../open-database.ts";
import { readTable } from "../read/read-table.ts";
import type { ReadRequest, ReadResult } from "../read/request.ts";
import { openFlatTable } from "./flat-table.ts";
import { recordColumn, sourceView } from "./source-rows.ts";

/** Some rows of the data, read as a whole table is. */
export interface ReadBack {
  readonly read: ReadResult;
  /** Row of the data of each row of the table, ascending. */
  readonly records: Int32Array;
}

/** Reads rows as `readTable` would. @param name of the files, unlike any other of this spill */
export async function readBack(
  connection: DuckDBConnection,
  folder: string,
  name: string,
  records: Int32Array,
  request: ReadRequest,
  date: string | null,
): Promise<ReadBack> {
  const wanted = await openFlatTable(connection, folder, `${name}_wanted`, { record: "INTEGER" });
  for (const record of records) {
    wanted.columns[0][wanted.at] = record;
    wanted.next();
  }
  await wanted.finish();
  const path = join(folder, `${name}.parquet`);
  const labelled = request.labels.map((label) => `CAST(${identifier(label)} AS VARCHAR) AS ${identifier(label)}`);
  // Days as texts, as a file of texts would have them.
  const dated = date === null ? [] : [`CAST(${identifier(date)} AS VARCHAR) AS ${identifier(date)}`];
  const replaced = [...labelled, ...dated];
  await connection.run(
    `COPY (SELECT * EXCLUDE (${recordColumn}) REPLACE (${replaced.join(", ")}) FROM ${sourceView} WHERE ${recordColumn} IN (SELECT record FROM ${identifier(`${name}_wanted`)}) ORDER BY ${recordColumn}) TO ${literal(path)} (FORMAT parquet)`,
  );
  const read = await readTable({ ...request, data: path, format: "parquet", predict: "classes" });
  if (read.table.rows !== records.length) throw new Error(`${read.table.rows} rows were read back of ${records.length}`);
  return { read, records };
}
