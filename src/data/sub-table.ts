import type { Column, Table } from "../core/table.ts";

/** These rows alone, in this order, with dictionaries that hold their own values in the order of their first use: nothing of any other row is left. */
export function subTable(table: Table, rows: Int32Array): Table {
  const { labels } = table.roles;
  // Classes keep their numbers: which there are is known before any row is.
  const columns = table.columns.map((column) => subColumn(column, rows, labels.includes(column.name)));
  return { ...table, rows: rows.length, columns };
}

function subColumn(column: Column, rows: Int32Array, keepsNames: boolean): Column {
  switch (column.kind) {
    case "number":
      return { ...column, values: Float64Array.from(rows, (row) => column.values[row]) };
    case "vector": {
      const { indptr, indices, values, cols } = column.matrix;
      const starts = new Int32Array(rows.length + 1);
      rows.forEach((row, i) => (starts[i + 1] = starts[i] + indptr[row + 1] - indptr[row]));
      const [own, held] = [new Int32Array(starts[rows.length]), new Float64Array(starts[rows.length])];
      rows.forEach((row, i) => {
        own.set(indices.subarray(indptr[row], indptr[row + 1]), starts[i]);
        held.set(values.subarray(indptr[row], indptr[row + 1]), starts[i]);
      });
      return { ...column, matrix: { kind: "sparse", rows: rows.length, cols, indptr: starts, indices: own, values: held } };
    }
    default: {
      if (keepsNames) return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) };
      const codeOf = new Map<number, number>();
      const names: string[] = [];
      const codes = Int32Array.from(rows, (row) => {
        const code = column.codes[row];
        if (code < 0) return -1;
        let own = codeOf.get(code);
        if (own === undefined) codeOf.set(code, (own = names.push(column.names[code]) - 1));
        return own;
      });
      return { ...column, codes, names };
    }
  }
}
