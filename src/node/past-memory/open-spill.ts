import type { DuckDBConnection } from "@duckdb/node-api";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { startDatabase } from "../open-database.ts";

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
  } catch (error) {
    throw new UsageError(`--spill ${parent}: no folder can be made there: ${(error as Error).message}`);
  }
  // Each has a folder of its own: files that two databases write there bear the same names.
  const open = (share: number, name: string) =>
    startDatabase({ paths, spill: { folder, temporary: join(folder, name) }, memoryBytes: share * memoryBytes, threads: 2 });
  const tables = await open(shareOfTables, "tables");
  const rows = await open(shareOfReader, "rows");
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
