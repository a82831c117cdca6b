import type { DuckDBConnection } from "@duckdb/node-api";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { literal, loadDuckDB } from "../open-database.ts";

/** A folder for what does not fit into memory, and a database that may use it. */
export interface Spill {
  readonly folder: string;
  readonly connection: DuckDBConnection;
  /** Another one to the same database: a stream of rows ends when its connection is asked anything else. */
  readonly reader: DuckDBConnection;
  /** Closes the database and removes the folder. */
  close(): void;
}

/** Of the memory that is allowed, what the database may take: the rest is for models, counts and what is judged. */
const shareOfDatabase = 0.4;

/**
 * A new folder within `parent`, and a database that reads these files, reads and writes that folder, and opens nothing else.
 *
 * @throws UsageError where no folder can be made there
 */
export async function openSpill(parent: string, paths: readonly string[], memoryBytes: number): Promise<Spill> {
  let folder: string;
  try {
    mkdirSync(parent, { recursive: true });
    if (!statSync(parent).isDirectory()) throw new Error("it is a file");
    folder = mkdtempSync(join(resolve(parent), "theriac-spill-"));
    mkdirSync(join(folder, "database"));
  } catch (error) {
    throw new UsageError(`--spill ${parent}: no folder can be made there: ${(error as Error).message}`);
  }
  const { DuckDBInstance } = loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const settings = [
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    `memory_limit = '${Math.floor((shareOfDatabase * memoryBytes) / 2 ** 20)}MiB'`,
    `temp_directory = ${literal(join(folder, "database"))}`,
    "preserve_insertion_order = true",
    `allowed_paths = [${paths.map((path) => literal(path)).join(", ")}]`,
    `allowed_directories = [${literal(folder)}]`,
    "enable_external_access = false",
    "lock_configuration = true",
  ];
  for (const setting of settings) await connection.run(`SET ${setting}`);
  const reader = await instance.connect();
  return {
    folder,
    connection,
    reader,
    close() {
      reader.closeSync();
      connection.closeSync();
      instance.closeSync();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
