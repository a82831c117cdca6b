import { type Matrix, denseMatrix, stackRows, toDense, toSparse } from "../../numeric/matrices/matrix.ts";
import { type Dataset } from "../dataset.ts";
import type { CellChange, DataPoison, FeatureChange, FeatureRow, RawRow } from "../poison.ts";
import { type Cell, type Column, type NamedColumn, type SparseCell, type Table, cellIn, columnOf } from "../table.ts";

/** The poisoned table: changed cells in place, inserted raw rows at the end. What is not touched is shared with the clean table. */
export function applyToTable(clean: Table, poison: DataPoison): Table {
  const rawRows = poison.insert.filter((row): row is RawRow => row.kind === "raw");
  const changes = [...poison.relabel, ...poison.edit.filter((change): change is CellChange => "column" in change)];
  for (const { column } of changes) columnOf(clean, column);
  const columns = clean.columns.map((column) => {
    const own = changes.filter((change) => change.column === column.name);
    const cells = rawRows.map((row) => cellIn(row.cells, column.name));
    return own.length === 0 && cells.length === 0 ? column : withCells(column, clean.rows, own, cells);
  });
  return { ...clean, rows: clean.rows + rawRows.length, columns };
}

/** Takes a raw patch back: the inverse of `applyToTable` for the same patch. */
export function undoOnTable(poisoned: Table, poison: DataPoison): Table {
  const rows = poisoned.rows - poison.insert.filter((row) => row.kind === "raw").length;
  const swap = (change: CellChange): CellChange => ({ ...change, before: change.after, after: change.before });
  const restored = applyToTable(poisoned, {
    kind: "data",
    relabel: poison.relabel.map(swap),
    edit: poison.edit.filter((change): change is CellChange => "column" in change).map(swap),
    insert: [],
  });
  return { ...restored, rows, columns: restored.columns.map((column) => truncated(column, rows)) };
}

/** Rows of the poisoned table that the patch inserted. */
export function insertedRows(clean: Table, poison: DataPoison): Int32Array {
  const count = poison.insert.filter((row) => row.kind === "raw").length;
  return Int32Array.from({ length: count }, (_, i) => clean.rows + i);
}

/** The part of a patch that lives in feature space, on encoded training examples. */
export function applyToDataset(data: Dataset, poison: DataPoison): Dataset {
  const changes = poison.edit.filter((change): change is FeatureChange => "x" in change);
  const rows = poison.insert.filter((row): row is FeatureRow => row.kind === "features");
  const edited = changes.length === 0 ? data : { ...data, x: withFeatureRows(data, changes) };
  if (rows.length === 0) return edited;
  const added = sparseFromCells(
    rows.map(({ x }) => asSparse(x, data.x.cols)),
    data.x.cols,
  );
  return {
    ...edited,
    x: stackRows(edited.x, data.x.kind === "sparse" ? added : toDense(added)),
    y: Float64Array.from([...data.y, ...rows.map((row) => row.y)]),
    weight: data.weight === null ? null : Float64Array.from([...data.weight, ...rows.map(() => 1)]),
    task: Int32Array.from([...data.task, ...rows.map((row) => row.task)]),
    source: Int32Array.from([...data.source, ...rows.map(() => -1)]),
    row: Int32Array.from([...data.row, ...rows.map(() => -1)]),
  };
}

function asSparse(x: FeatureRow["x"], cols: number): SparseCell {
  if ("indices" in x) return x;
  if (x.length !== cols) throw new Error(`an inserted row has ${x.length} features where the data have ${cols}`);
  const indices = x.flatMap((value, j) => (value === 0 ? [] : [j]));
  return { indices, values: indices.map((j) => x[j]) };
}

function withFeatureRows(data: Dataset, changes: readonly FeatureChange[]): Matrix {
  const replaced = new Map(changes.map((change) => [`${change.row} ${change.task}`, change.x]));
  const cols = data.x.cols;
  if (data.x.kind === "dense") {
    const out = data.x.data.slice();
    for (let i = 0; i < data.x.rows; i++) {
      const x = replaced.get(`${data.row[i]} ${data.task[i]}`);
      if (x !== undefined) out.set(x, i * cols);
    }
    return denseMatrix(data.x.rows, cols, out);
  }
  const cells = Array.from({ length: data.x.rows }, (_, i): Cell => {
    const x = replaced.get(`${data.row[i]} ${data.task[i]}`);
    if (x === undefined) return sparseRow(data.x, i);
    return asSparse(x, cols);
  });
  return sparseFromCells(cells, cols);
}

/** A column after some of its cells changed and others came at its end. */
function withCells(column: Column, rows: number, changes: readonly CellChange[], added: readonly Cell[]): Column {
  const all = [...changes.map((change) => ({ row: change.row, cell: change.after })), ...added.map((cell, i) => ({ row: rows + i, cell }))];
  switch (column.kind) {
    case "number": {
      const values = new Float64Array(rows + added.length);
      values.set(column.values);
      for (const { row, cell } of all) values[row] = numberOf(column, cell);
      return { ...column, values };
    }
    case "vector": {
      const byRow = new Map<number, Cell>(all.map(({ row, cell }) => [row, cell]));
      const cells = Array.from({ length: rows + added.length }, (_, row) =>
        byRow.has(row) ? (byRow.get(row) as Cell) : sparseRow(column.matrix, row),
      );
      return { ...column, matrix: sparseFromCells(cells, column.matrix.cols) };
    }
    default:
      return withNames(column, rows + added.length, all);
  }
}

function withNames(column: NamedColumn, rows: number, cells: readonly { row: number; cell: Cell }[]): NamedColumn {
  const codes = new Int32Array(rows);
  codes.set(column.codes);
  const known = new Map<string, number>();
  column.names.forEach((name, code) => known.set(name, code));
  const names = [...column.names];
  for (const { row, cell } of cells) {
    if (cell === null) {
      codes[row] = -1;
      continue;
    }
    if (typeof cell !== "string") throw new Error(`column "${column.name}" holds text, not ${JSON.stringify(cell)}`);
    let code = known.get(cell);
    if (code === undefined) {
      code = names.push(cell) - 1;
      known.set(cell, code);
    }
    codes[row] = code;
  }
  return { ...column, codes, names: names.length === column.names.length ? column.names : names };
}

function truncated(column: Column, rows: number): Column {
  switch (column.kind) {
    case "number":
      return { ...column, values: column.values.slice(0, rows) };
    case "vector":
      return {
        ...column,
        matrix: sparseFromCells(
          Array.from({ length: rows }, (_, row) => sparseRow(column.matrix, row)),
          column.matrix.cols,
        ),
      };
    default:
      return { ...column, codes: column.codes.slice(0, rows) };
  }
}

function numberOf(column: Column, cell: Cell): number {
  if (cell === null) return NaN;
  if (typeof cell !== "number") throw new Error(`column "${column.name}" holds numbers, not ${JSON.stringify(cell)}`);
  return cell;
}

function sparseRow(matrix: Matrix, row: number): SparseCell {
  const { indptr, indices, values } = toSparse(matrix);
  return {
    indices: Array.from(indices.subarray(indptr[row], indptr[row + 1])),
    values: Array.from(values.subarray(indptr[row], indptr[row + 1])),
  };
}

function sparseFromCells(cells: readonly Cell[], cols: number): Matrix & { kind: "sparse" } {
  const rows = cells.map((cell): SparseCell => (cell !== null && typeof cell === "object" ? cell : { indices: [], values: [] }));
  const indptr = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i] + row.indices.length));
  const indices = new Int32Array(indptr[rows.length]);
  const values = new Float64Array(indptr[rows.length]);
  rows.forEach((row, i) => {
    indices.set(row.indices, indptr[i]);
    values.set(row.values, indptr[i]);
  });
  return { kind: "sparse", rows: rows.length, cols, indptr, indices, values };
}
