import { statSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../../core/errors.ts";
import { digestOfFile } from "../digest-of-file.ts";
import type { SourceFile } from "../request.ts";

/** @throws UsageError where it is no sound Parquet file or has no rows */
export async function parquetFile(path: string, connection: DuckDBConnection): Promise<SourceFile> {
  if (/[*?[\]]/.test(path)) throw new UsageError(`${path}: rename the file, its name must be without * ? [ and ]`);
  const rows = await asParquet(path, async () => {
    const reader = await connection.runAndReadAll("SELECT sum(num_rows)::DOUBLE AS rows FROM parquet_file_metadata($1)", [path]);
    return Number(reader.getRowObjectsJS()[0].rows);
  });
  if (rows === 0) throw new UsageError(`${path} has columns and no data rows`);
  return { path, bytes: statSync(path).size, sha256: await digestOfFile(path), rows };
}

/** Rows as plain objects, in the order of the file, until `take` says false. */
export async function parquetRows(
  path: string,
  connection: DuckDBConnection,
  take: (record: Record<string, unknown>) => boolean,
): Promise<void> {
  const result = await asParquet(path, () => connection.stream("SELECT * FROM read_parquet($1)", [path]));
  const names = result.columnNames();
  for (;;) {
    const chunk = await asParquet(path, () => result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) return;
    const vectors = names.map((_, j) => chunk.getColumnVector(j));
    for (let i = 0; i < chunk.rowCount; i++) {
      const record: Record<string, unknown> = {};
      for (let j = 0; j < names.length; j++) record[names[j]] = plain(vectors[j].getItem(i));
      if (!take(record)) return;
    }
  }
}

/** Lists, structs and maps as JSON has them; whole numbers beyond 2^53, dates and other values as texts. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== "object") return value;
  if ("items" in value && Array.isArray(value.items)) return value.items.map(plain);
  if ("entries" in value) {
    const { entries } = value;
    if (Array.isArray(entries))
      return Object.fromEntries(
        (entries as { key: unknown; value: unknown }[]).map((entry) => [String(plain(entry.key)), plain(entry.value)]),
      );
    return Object.fromEntries(Object.entries(entries as Record<string, unknown>).map(([key, entry]) => [key, plain(entry)]));
  }
  return String(value);
}

async function asParquet<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError || (error instanceof Error && /out of memory/i.test(error.message))) throw error;
    throw new UsageError(`${path} cannot be read as Parquet: ${(error as Error).message.split("\n")[0]}`);
  }
}
