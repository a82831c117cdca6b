import { type Cell, type Column, cellOf } from "../../core/table.ts";
import type { WrittenColumn } from "./written.ts";
import { cellsOf } from "./write-rows.ts";

/** Columns of numbers that a vector may become in a file. */
export const mostPlaces = 20_000;

/** The names under which each column of a table stands in a file: its own, or of a vector, such as the pixels of an image row by row, one for each place. */
export function writtenNames(columns: readonly Column[]): ReadonlyMap<string, readonly string[]> {
  const taken = new Set(columns.map(({ name }) => name));
  return new Map(
    columns.map((column) => {
      if (column.kind !== "vector") return [column.name, [column.name]];
      const names = (stem: string): string[] => Array.from({ length: column.matrix.cols }, (_, j) => `${stem}_${j + 1}`);
      let stem = column.name;
      while (names(stem).some((name) => taken.has(name))) stem += "_";
      const own = names(stem);
      for (const name of own) taken.add(name);
      return [column.name, own];
    }),
  );
}

/** What stands in the files in the place of a column, at the rows of a list. @param where the column that holds row k, and its row there */
export function spreadCells(
  column: Column,
  names: readonly string[],
  where: (k: number) => { readonly column: Column; readonly row: number },
): WrittenColumn[] {
  if (column.kind !== "vector") {
    const cell = (k: number): Cell => {
      const { column: own, row } = where(k);
      return cellOf(own, row);
    };
    return [{ ...cellsOf(column, (row) => row), cell }];
  }
  // Files are written row by row: one row at a time is laid out.
  const dense = new Float64Array(names.length);
  let laidOut = -1;
  const layOut = (k: number): void => {
    const { column: own, row } = where(k);
    if (own.kind !== "vector") throw new Error(`"${column.name}" holds vectors in one table and not in the other`);
    const { indptr, indices, values } = own.matrix;
    dense.fill(0);
    for (let p = indptr[row]; p < indptr[row + 1]; p++) dense[indices[p]] = values[p];
    laidOut = k;
  };
  return names.map((name, j) => ({
    name,
    type: "number",
    cell(k) {
      if (k !== laidOut) layOut(k);
      return dense[j];
    },
  }));
}
