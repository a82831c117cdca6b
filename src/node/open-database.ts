import type * as DuckDB from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

/** Loaded when it is needed: workers and `theriac undo` never do. Required, since to import it Node would parse the whole package once more for its names. */
export const loadDuckDB = (): typeof DuckDB => createRequire(import.meta.url)("@duckdb/node-api") as typeof DuckDB;

/** A database in memory that can open these files and nothing else: no extension, no network, no spill to disk. */
export async function openDatabase(paths: readonly string[], memoryLimitBytes: number): Promise<DuckDBConnection> {
  const { DuckDBInstance } = loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:", { threads: String(Math.min(8, availableParallelism())) });
  const connection = await instance.connect();
  const settings = [
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    `memory_limit = '${Math.max(256, Math.floor(memoryLimitBytes / (1 << 20)))}MiB'`,
    "temp_directory = ''",
    "preserve_insertion_order = true",
    `allowed_paths = [${paths.map(literal).join(", ")}]`,
    "enable_external_access = false",
    "lock_configuration = true",
  ];
  for (const setting of settings) await connection.run(`SET ${setting}`);
  return connection;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
