import { createHash } from "node:crypto";
import { createReadStream, openSync, readSync, closeSync, statSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { createRawTable, identifier, openDatabase, rawTable } from "./duckdb.ts";
import type { FoundFiles } from "./find-files.ts";
import { checkMemory } from "./memory.ts";
import type { RawColumn, RawData } from "./raw.ts";
import type { SourceFile } from "./request.ts";

/** Parquet: the types are those of the file. Numbers may be had as texts, so that whole numbers too long for a double stay what they are. */
export async function loadParquet(
  found: FoundFiles,
  memoryLimitBytes: number,
  numbersAs: "numbers" | "texts" = "numbers",
): Promise<RawData> {
  for (const path of found.paths) {
    checkMagic(path);
    if (/[*?[\]]/.test(path)) throw new UsageError(`${path}: rename the file, its name must be without * ? [ and ]`);
  }
  const connection = await openDatabase(found.paths, memoryLimitBytes);
  const unreadable = new Map<string, string>();
  let columns: { name: string; type: string; storage: RawColumn["storage"] }[] | null = null;
  const files: SourceFile[] = [];
  for (const path of found.paths) {
    const all = await describe(path, async () => {
      const reader = await connection.runAndReadAll("DESCRIBE SELECT * FROM read_parquet($1)", [path]);
      return reader.getRowObjectsJS().map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
    });
    const rows = await describe(path, async () => {
      const reader = await connection.runAndReadAll("SELECT sum(num_rows)::DOUBLE AS rows FROM parquet_file_metadata($1)", [path]);
      return Number(reader.getRowObjectsJS()[0].rows);
    });
    if (rows === 0) throw new UsageError(`${path} has columns and no data rows`);
    const own = all.flatMap(({ name, type }) => {
      const natural = storageOf(type);
      const storage = natural === "number" && numbersAs === "texts" ? "text" : natural;
      if (storage === null) unreadable.set(name, `${path}: its type is ${type}`);
      return storage === null ? [] : [{ name, type, storage }];
    });
    if (own.length === 0) throw new UsageError(`${path} holds no columns that can be read`);
    if (columns === null) {
      columns = own;
      await createRawTable(
        connection,
        own.map(({ storage }) => (storage === "number" ? "DOUBLE" : "VARCHAR")),
      );
    } else if (
      own.length !== columns.length ||
      own.some((column, j) => column.name !== columns?.[j].name || column.storage !== columns[j].storage)
    ) {
      throw new UsageError(`${path} has other columns than ${found.paths[0]}; files read together must have the same columns`);
    }
    checkMemory(found.paths, rows * own.length * 8 * 3, memoryLimitBytes);
    const cells = own.map(({ name, storage }) => `${identifier(name)}::${storage === "number" ? "DOUBLE" : "VARCHAR"}`);
    await describe(path, () => connection.run(`INSERT INTO ${rawTable} SELECT ${cells.join(", ")} FROM read_parquet($1)`, [path]));
    files.push({ path, bytes: statSync(path).size, sha256: await digestOf(path), rows });
  }
  return {
    connection,
    columns: (columns ?? []).map(({ name, storage }) => ({ name, storage })),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    files,
    dialect: {
      format: "parquet",
      compression: "none",
      byteOrderMark: false,
      delimiter: "",
      quoted: false,
      header: false,
      newline: "\n",
      columns: (columns ?? []).map(({ name }) => name),
      firstIndex: 1,
    },
    notes: [],
    unreadable,
  };
}

/** How a type of DuckDB is kept; null = not at all. */
function storageOf(type: string): RawColumn["storage"] | null {
  if (/[[\]()]/.test(type) && !/^(DECIMAL|ENUM)\(/.test(type)) return null;
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/.test(type)) return "number";
  if (/^(DATE|TIMESTAMP.*|TIME.*)$/.test(type)) return "date";
  if (/^(VARCHAR|BOOLEAN|UUID|ENUM.*)$/.test(type)) return "text";
  return null;
}

async function describe<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError || (error instanceof Error && /out of memory/i.test(error.message))) throw error;
    throw new UsageError(`${path} cannot be read as Parquet: ${(error as Error).message.split("\n")[0]}`);
  }
}

function checkMagic(path: string): void {
  const { size } = statSync(path);
  if (size === 0) throw new UsageError(`${path} is empty`);
  const bytes = Buffer.alloc(4);
  const file = openSync(path, "r");
  readSync(file, bytes, 0, 4, 0);
  closeSync(file);
  if (bytes.toString("latin1") !== "PAR1") throw new UsageError(`${path} is not a Parquet file (it does not begin with PAR1)`);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest("hex");
}
