import type { SparseMatrix } from "../numeric/matrices/matrix.ts";

/**
 * A raw table: what was read, before any encoding. Columns are immutable and may be shared between tables.
 *
 * - `number`: values [rows], NaN = missing; never infinite.
 * - `category`, `text`, `date`: codes [rows] into `names`, −1 = missing. One dictionary can serve many tables.
 * - `vector`: one sparse feature vector per row (svmlight).
 */
export type Column = NumberColumn | NamedColumn | VectorColumn;

export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly values: Float64Array;
}

export interface NamedColumn {
  readonly kind: "category" | "text" | "date";
  readonly name: string;
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

export interface VectorColumn {
  readonly kind: "vector";
  readonly name: string;
  readonly matrix: SparseMatrix;
}

/** What each column is for; columns named nowhere are carried along and not used. */
export interface Roles {
  /** One label, or several: then each is a task of its own. A `category` column is a class label, a `number` column a real one. */
  readonly labels: readonly string[];
  /** Columns the model learns from, in order. */
  readonly features: readonly string[];
  readonly task: string | null;
  readonly source: string | null;
  readonly id: string | null;
}

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly roles: Roles;
}

/** One cell of a raw table; null = missing. */
export type Cell = number | string | null | SparseCell;

export interface SparseCell {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

/** The column of that name. A missing one is a bug of the caller: names are checked where the user gives them. */
export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no column "${name}"`);
  return column;
}

export function cellOf(column: Column, row: number): Cell {
  switch (column.kind) {
    case "number":
      return Number.isNaN(column.values[row]) ? null : column.values[row];
    case "vector": {
      const { indptr, indices, values } = column.matrix;
      const [from, to] = [indptr[row], indptr[row + 1]];
      return { indices: Array.from(indices.subarray(from, to)), values: Array.from(values.subarray(from, to)) };
    }
    default:
      return column.codes[row] < 0 ? null : column.names[column.codes[row]];
  }
}

/** The cell of that column, null where there is none; columns may be named like members of every object. */
export function cellIn(cells: Readonly<Record<string, Cell>>, name: string): Cell {
  return Object.hasOwn(cells, name) ? cells[name] : null;
}

/** The same cells with some of them replaced. */
export function replaceCells(cells: Readonly<Record<string, Cell>>, replaced: Iterable<readonly [string, Cell]>): Record<string, Cell> {
  return Object.fromEntries([...Object.entries(cells), ...replaced]);
}

/** Every cell of a row, by column name. */
export function rowCells(table: Table, row: number): Record<string, Cell> {
  return Object.fromEntries(table.columns.map((column) => [column.name, cellOf(column, row)]));
}
