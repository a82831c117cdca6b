import { totalmem } from "node:os";
import { UsageError } from "../../core/errors.ts";
import { textsOf, withinMemory } from "./duckdb.ts";
import { findFiles } from "./find/find-files.ts";
import { readNumberArray } from "./formats/npy.ts";
import { loadRaw } from "./read-table.ts";
import { readers } from "./readers.ts";

/** Numbers beside the data, a row for each row of these. */
export interface SideTable {
  readonly path: string;
  readonly rows: number;
  /** Null where the format has none. */
  readonly names: readonly string[] | null;
  /** Texts of a column as they are written, null where it is empty. */
  textsOf(name: string): Promise<readonly (string | null)[]>;
  /** Of these columns, or of all where there are no names; NaN where a cell is no number. Shape: [rows, columns]. */
  numbersOf(names: readonly string[]): Promise<{ readonly values: Float64Array; readonly cols: number }>;
  close(): void;
}

/** @param option that names it, for messages. @throws UsageError where it cannot be read */
export async function openSideTable(path: string, option: string): Promise<SideTable> {
  const found = findFiles(path);
  if (found.paths.length !== 1) throw new UsageError(`${option} ${path} names ${found.paths.length} files: name one`);
  if (found.format === "npy") return arrayTable(path, option);
  if (readers[found.format].load === undefined)
    throw new UsageError(`${option} ${path} is ${found.format}: write it as CSV, Parquet or a NumPy array (.npy)`);
  const raw = await withinMemory(() =>
    loadRaw(found, { data: path, labels: [], text: [], features: [], drop: [] }, totalmem() / 2, "texts"),
  );
  const cells = async (name: string): Promise<(string | null)[]> => {
    const at = raw.columns.findIndex((column) => column.name === name);
    const column = raw.columns[at];
    if (column.values !== undefined) return Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value)));
    const { codes, names } = await textsOf(raw, at);
    return Array.from(codes, (code) => (code < 0 ? null : names[code]));
  };
  return {
    ...{ path, rows: raw.rows, names: [...raw.columns.map(({ name }) => name), ...raw.vectors.map(({ name }) => name)] },
    textsOf: cells,
    async numbersOf(names) {
      const vector = raw.vectors.find(({ name }) => names.length === 1 && name === names[0]);
      if (vector !== undefined) return denseOf(vector.matrix, raw.rows);
      const values = new Float64Array(raw.rows * names.length);
      for (const [j, name] of names.entries())
        (await cells(name)).forEach(
          (text, row) => (values[row * names.length + j] = text === null || text.trim() === "" ? NaN : Number(text)),
        );
      return { values, cols: names.length };
    },
    close: () => raw.connection.closeSync(),
  };
}

function denseOf(
  { cols, indptr, indices, values }: { cols: number; indptr: Int32Array; indices: Int32Array; values: Float64Array },
  rows: number,
): { values: Float64Array; cols: number } {
  const out = new Float64Array(rows * cols);
  for (let row = 0; row < rows; row++) for (let p = indptr[row]; p < indptr[row + 1]; p++) out[row * cols + indices[p]] = values[p];
  return { values: out, cols };
}

function arrayTable(path: string, option: string): SideTable {
  const { shape, values } = readNumberArray(path);
  if (shape.length !== 2)
    throw new UsageError(`${option} ${path} must have rows and columns, and its shape is ${shape.join(" × ") || "that of one value"}`);
  const [rows, cols] = shape;
  return {
    ...{ path, rows, names: null },
    textsOf: () => Promise.reject(new Error("an array has no names")),
    numbersOf: () => Promise.resolve({ values, cols }),
    close() {},
  };
}
