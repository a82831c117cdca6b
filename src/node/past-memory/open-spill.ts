import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { literal, loadDuckDB } from "../open-database.ts";

/** A folder for what does not fit into memory, and databases that may use it. */
export interface Spill {
  readonly folder: string;
  readonly connection: DuckDBConnection;
  /**
   * A database of its own that streams the rows: a stream ends when its connection is asked anything else, and while it lasts its database keeps all that is written and
   * taken away again.
   */
  readonly reader: DuckDBConnection;
  /** Closes the databases and removes the folder. */
  close(): void;
}

/** Of the memory that is allowed, what the databases may take, that of the tables and that of the reader: the rest is for models, counts and what is judged. */
const [shareOfTables, shareOfReader] = [0.25, 0.15];

/**
 * A new folder within `parent`, and databases that read these files, read and write that folder, and open nothing else.
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
  const open = async (share: number): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> => {
    const instance = await loadDuckDB().DuckDBInstance.create(":memory:", { threads: "2" });
    const connection = await instance.connect();
    const settings = [
      "autoinstall_known_extensions = false",
      "autoload_known_extensions = false",
      "allow_community_extensions = false",
      `memory_limit = '${Math.floor((share * memoryBytes) / 2 ** 20)}MiB'`,
      `temp_directory = ${literal(join(folder, "database"))}`,
      "preserve_insertion_order = true",
      `allowed_paths = [${paths.map((path) => literal(path)).join(", ")}]`,
      `allowed_directories = [${literal(folder)}]`,
      "enable_external_access = false",
      "lock_configuration = true",
    ];
    for (const setting of settings) await connection.run(`SET ${setting}`);
    return { instance, connection };
  };
  const tables = await open(shareOfTables);
  const rows = await open(shareOfReader);
  return {
    folder,
    connection: tables.connection,
    reader: rows.connection,
    close() {
      for (const { connection, instance } of [rows, tables]) {
        connection.closeSync();
        instance.closeSync();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
