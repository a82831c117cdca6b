import { NumericalError } from "../../core/errors.ts";
import { openDatabase, identifier, literal, loadDuckDB } from "../open-database.ts";
import type { WrittenColumn } from "./written.ts";

const rowsAtOnce = 2048;
/** What DuckDB may hold while it writes or reads a file of a trial. */
const memoryBytes = 1 << 30;

/** Why columns of these names are not written, in words; null where they are. Case alone tells no two columns apart there. */
export function noParquetOf(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    const plain = name.toLowerCase();
    const fault = name === "" ? "without a name" : name.includes("\0") ? `named ${JSON.stringify(name)}` : null;
    if (fault !== null) return `no Parquet is written with a column ${fault}: command:format=jsonl takes any name`;
    if (seen.has(plain))
      return `no Parquet is written with two columns named ${JSON.stringify(name)} but for case: command:format=jsonl takes any name`;
    seen.add(plain);
  }
  return null;
}

/** Writes a new Parquet file: numbers as doubles, lists as lists of doubles, all else as texts; a missing cell is null. */
export async function writeParquetRows(path: string, columns: readonly WrittenColumn[], rows: number): Promise<void> {
  const why = noParquetOf(columns.map(({ name }) => name));
  if (why !== null) throw new NumericalError(why);
  const { DuckDBDataChunk, DOUBLE, LIST, VARCHAR, listValue } = loadDuckDB();
  const connection = await openDatabase([path], memoryBytes);
  try {
    const types = columns.map(({ type }) => (type === "number" ? DOUBLE : type === "list" ? LIST(DOUBLE) : VARCHAR));
    await connection.run(`CREATE TEMP TABLE written (${types.map((type, j) => `v${j} ${type}`).join(", ")})`);
    const appender = await connection.createAppender("written");
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - from);
      const chunk = DuckDBDataChunk.create(types, count);
      columns.forEach(({ cell, type }, j) =>
        chunk.setColumnValues(
          j,
          Array.from({ length: count }, (_, i) => {
            const value = cell(from + i);
            if (value === null) return null;
            return type === "list" ? listValue(value as unknown as number[]) : type === "number" ? Number(value) : String(value);
          }),
        ),
      );
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    const named = columns.map(({ name }, j) => `v${j} AS ${identifier(name)}`).join(", ");
    await connection.run(`COPY (SELECT ${named} FROM written) TO ${literal(path)} (FORMAT parquet)`);
  } finally {
    connection.closeSync();
  }
}

/** The rows of a Parquet file that a command wrote, at most so many. Lists and other values that are neither number nor text come as what they print as. */
export async function readParquetRows(
  path: string,
  most: number,
): Promise<{ readonly names: readonly string[]; readonly rows: readonly (readonly (string | number | null)[])[] }> {
  const connection = await openDatabase([path], memoryBytes);
  try {
    const result = await connection.stream("SELECT * FROM read_parquet($1)", [path]);
    const names = result.columnNames();
    const rows: (string | number | null)[][] = [];
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0 || rows.length > most) return { names, rows };
      const vectors = names.map((_, j) => chunk.getColumnVector(j));
      for (let i = 0; i < chunk.rowCount; i++) rows.push(vectors.map((vector) => plain(vector.getItem(i))));
    }
  } finally {
    connection.closeSync();
  }
}

function plain(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  return typeof value === "number" ? value : String(value);
}
