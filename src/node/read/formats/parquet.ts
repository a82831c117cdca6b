import { openSync, readSync, closeSync, statSync } from "node:fs";
import { UsageError } from "../../../core/errors.ts";
import type { DuckDBConnection } from "@duckdb/node-api";
import { digestOfFile } from "../digest-of-file.ts";
import { columnsAtOnce, createRawTable, rawTable } from "../duckdb.ts";
import { identifier, openDatabase } from "../../open-database.ts";
import type { FoundFiles, Reader } from "../reader.ts";
import { type ListColumns, gatherLists } from "../lists/list-columns.ts";
import { checkMemory } from "../memory.ts";
import type { RawColumn, RawData } from "../raw.ts";
import { refuseTwice } from "../delimited/read-header.ts";
import { isGzip } from "../find/ending.ts";
import { foreignKind } from "../find/what-it-is.ts";
import type { SourceFile } from "../request.ts";

interface ParquetColumn {
  readonly name: string;
  /** What DuckDB calls it: names that stand twice, or differ by case alone, get an ending there. */
  readonly inside: string;
  readonly type: string;
  readonly storage: RawColumn["storage"] | "vector" | null;
}

/** Parquet; it is read by the database. */
export const parquetReader: Reader = {
  format: "parquet",
  title: "Parquet",
  endings: ["parquet", "pq"],
  magic: "PAR1",
  options: ["missing", "notMissing"],
  memoryFactor: 3,
  hasLines: false,
  load: ({ found, limitBytes, numbersAs }) => loadParquet(found, limitBytes, numbersAs),
  copiesAsCsv: true,
};

/** Parquet: the types are those of the file. Numbers may be had as texts; whole numbers too long for a double are, so that they stay what they are. */
async function loadParquet(found: FoundFiles, memoryLimitBytes: number, numbersAs: "numbers" | "texts" = "numbers"): Promise<RawData> {
  for (const path of found.paths) {
    checkMagic(path);
    if (/[*?[\]]/.test(path)) throw new UsageError(`${path}: rename the file, its name must be without * ? [ and ]`);
  }
  const connection = await openDatabase(found.paths, memoryLimitBytes);
  const lists: ListColumns = gatherLists();
  const unreadable = new Map<string, string>();
  const described: ParquetColumn[][] = [];
  const counts: number[] = [];
  for (const path of found.paths) {
    const columns = await describe(path, () => describeColumns(connection, path));
    const first = described[0] ?? columns;
    if (
      columns.length !== first.length ||
      columns.some((column, j) => column.name !== first[j].name || column.storage !== first[j].storage)
    )
      throw new UsageError(`${path} has other columns than ${found.paths[0]}; files read together must have the same columns`);
    for (const { name, type, storage } of columns) if (storage === null) unreadable.set(name, `${path}: its type is ${type}`);
    described.push(columns);
    counts.push(await describe(path, () => countRows(connection, path)));
  }
  const isPlain = ({ storage }: ParquetColumn): boolean => storage !== null && storage !== "vector";
  const own = described[0].filter(isPlain);
  if (own.length === 0) throw new UsageError(`${found.paths[0]} holds no columns of plain values that can be read`);
  const long = new Set<string>();
  for (const [i, path] of found.paths.entries())
    for (const name of await describe(path, () => findLong(connection, path, described[i]))) long.add(name);
  const storages = own.map(({ name, storage }) => (storage === "number" && (numbersAs === "texts" || long.has(name)) ? "text" : storage));
  const types = storages.map((storage) => (storage === "number" ? "DOUBLE" : "VARCHAR"));
  await createRawTable(connection, types);
  const files: SourceFile[] = [];
  let before = 0;
  for (const [i, path] of found.paths.entries()) {
    const rows = counts[i];
    checkMemory(found.paths, rows * own.length * 8 * 3, memoryLimitBytes);
    const cells = described[i].filter(isPlain).map(({ inside }, j) => `${identifier(inside)}::${types[j]}`);
    await describe(path, () => connection.run(`INSERT INTO ${rawTable} SELECT ${cells.join(", ")} FROM read_parquet($1)`, [path]));
    if (types.length > 0) await refuseOtherCount(connection, path, before + rows);
    for (const column of described[i])
      if (column.storage === "vector") await describe(path, () => readLists(connection, path, column, before, lists));
    files.push({ path, bytes: statSync(path).size, sha256: await digestOfFile(path), rows });
    before += rows;
  }
  const gathered = lists.finish(before);
  for (const [name, why] of gathered.unreadable) unreadable.set(name, why);
  return {
    connection,
    columns: own.map(({ name }, j) => ({ name, storage: storages[j] as RawColumn["storage"] })),
    rows: before,
    files,
    dialect: {
      format: "parquet",
      compression: "none",
      byteOrderMark: false,
      delimiter: "",
      quoted: false,
      header: false,
      newline: "\n",
      columns: own.map(({ name }) => name),
      firstIndex: 1,
    },
    notes: gathered.notes,
    vectors: gathered.vectors,
    unreadable,
  };
}

/** @throws UsageError where the file holds another number of rows than it says */
async function refuseOtherCount(connection: DuckDBConnection, path: string, rows: number): Promise<void> {
  const reader = await connection.runAndReadAll(`SELECT count(*)::DOUBLE AS rows FROM ${rawTable}`);
  if (Number(reader.getRowObjectsJS()[0].rows) !== rows)
    throw new UsageError(`${path} cannot be read as Parquet: it holds another number of rows than its end says, so it is damaged`);
}

/** The columns under the names that the file gives them. @throws UsageError for names that stand twice */
async function describeColumns(connection: DuckDBConnection, path: string): Promise<ParquetColumn[]> {
  const reader = await connection.runAndReadAll("DESCRIBE SELECT * FROM read_parquet($1)", [path]);
  const inside = reader.getRowObjectsJS().map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  const schema = await connection.runAndReadAll("SELECT name, coalesce(num_children, 0)::INTEGER AS children FROM parquet_schema($1)", [
    path,
  ]);
  const names = topLevel(schema.getRowObjectsJS().map((row) => ({ name: String(row.name), children: Number(row.children) })));
  if (names.length !== inside.length) throw new Error(`${names.length} columns in the schema and ${inside.length} in the table`);
  refuseTwice(path, names);
  return inside.map(({ name, type }, j) => ({ name: names[j], inside: name, type, storage: storageOf(type) }));
}

/** The children of the root of a schema that is written depth first. */
function topLevel(nodes: readonly { name: string; children: number }[]): string[] {
  const names: string[] = [];
  const skip = (at: number): number => {
    let next = at + 1;
    for (let child = 0; child < nodes[at].children; child++) next = skip(next);
    return next;
  };
  for (let at = 1; at < nodes.length; at = skip(at)) names.push(nodes[at].name);
  return names;
}

async function countRows(connection: DuckDBConnection, path: string): Promise<number> {
  const reader = await connection.runAndReadAll("SELECT sum(num_rows)::DOUBLE AS rows FROM parquet_file_metadata($1)", [path]);
  const rows = Number(reader.getRowObjectsJS()[0].rows);
  if (rows === 0) throw new UsageError(`${path} has columns and no data rows`);
  return rows;
}

const largestExact = 2 ** 53;
/** Columns of whole or decimal numbers of which one is beyond what a double holds exactly. */
async function findLong(connection: DuckDBConnection, path: string, columns: readonly ParquetColumn[]): Promise<string[]> {
  const may = columns.filter(({ type }) => /^U?(BIG|HUGE)INT$/.test(type) || Number(/^DECIMAL\((\d+)/.exec(type)?.[1] ?? 0) > 15);
  const out: string[] = [];
  for (let from = 0; from < may.length; from += columnsAtOnce) {
    const some = may.slice(from, from + columnsAtOnce);
    const tests = some.map(
      ({ inside }, j) =>
        `coalesce(max(${identifier(inside)}) > ${largestExact} OR min(${identifier(inside)}) < -${largestExact}, false) AS b${j}`,
    );
    const [row] = (await connection.runAndReadAll(`SELECT ${tests.join(", ")} FROM read_parquet($1)`, [path])).getRowObjectsJS();
    some.forEach(({ name }, j) => {
      if (row[`b${j}`] === true) out.push(name);
    });
  }
  return out;
}

/** Lists of numbers, in the order of the file. */
async function readLists(
  connection: DuckDBConnection,
  path: string,
  column: ParquetColumn,
  before: number,
  lists: ListColumns,
): Promise<void> {
  const result = await connection.stream(`SELECT ${identifier(column.inside)}::DOUBLE[] FROM read_parquet($1)`, [path]);
  for (let row = 0; ;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const vector = chunk.getColumnVector(0);
    for (let i = 0; i < chunk.rowCount; i++, row++) {
      const item = vector.getItem(i) as { items: readonly (number | null)[] } | null;
      if (item !== null) lists.add(column.name, before + row, `${path}: row ${row + 1}`, item.items);
    }
  }
}

/** How a type of DuckDB is kept; null = not at all. */
function storageOf(type: string): ParquetColumn["storage"] {
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\([\d,]+\))\[\d*\]$/.test(type)) return "vector";
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
  const bytes = Buffer.alloc(4096);
  const file = openSync(path, "r");
  readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  if (bytes.toString("latin1", 0, 4) === "PAR1") return;
  if (isGzip(path)) throw new UsageError(`${path} is packed: unpack it, for Parquet is packed in itself`);
  const kind = foreignKind(path, bytes);
  const what = kind === null ? "" : `; it is ${kind.what}: ${kind.remedy}`;
  throw new UsageError(`${path} is not a Parquet file (it does not begin with PAR1)${what}`);
}
