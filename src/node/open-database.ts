import type * as DuckDB from "@duckdb/node-api";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

/** Loaded when it is needed: workers and `theriac undo` never do. Required, since to import it Node would parse the whole package once more for its names. */
export const loadDuckDB = (): typeof DuckDB => createRequire(import.meta.url)("@duckdb/node-api") as typeof DuckDB;

/** What a database in memory may open and use. */
export interface DatabaseReach {
  readonly paths: readonly string[];
  /** A folder that it may read and write, and the one in it where it puts what does not fit into memory; absent = nowhere. */
  readonly spill?: { readonly folder: string; readonly temporary: string };
  readonly memoryBytes: number;
  readonly threads: number;
}

/** A database in memory that can open what is named and nothing else: no extension, no network; it puts things on disk only where `spill` says so. */
export async function startDatabase({
  paths,
  spill,
  memoryBytes,
  threads,
}: DatabaseReach): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  const instance = await loadDuckDB().DuckDBInstance.create(":memory:", { threads: String(threads) });
  const connection = await instance.connect();
  const settings = [
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    `memory_limit = '${Math.floor(memoryBytes / 2 ** 20)}MiB'`,
    `temp_directory = ${literal(spill?.temporary ?? "")}`,
    "preserve_insertion_order = true",
    `allowed_paths = [${paths.map(literal).join(", ")}]`,
    ...(spill === undefined ? [] : [`allowed_directories = [${literal(spill.folder)}]`]),
    "enable_external_access = false",
    "lock_configuration = true",
  ];
  for (const setting of settings) await connection.run(`SET ${setting}`);
  return { instance, connection };
}

/** One that reads these files, on as many threads as there are cores, eight at most. */
export async function openDatabase(paths: readonly string[], memoryLimitBytes: number): Promise<DuckDBConnection> {
  const threads = Math.min(8, availableParallelism());
  const { connection } = await startDatabase({ paths, memoryBytes: Math.max(2 ** 28, memoryLimitBytes), threads });
  return connection;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
