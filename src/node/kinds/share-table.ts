import type { Column, Table } from "../../core/table.ts";

/** The same table with its arrays in shared memory, so that sending it to a worker copies names and texts but no numbers. */
export function shareTable(table: Table): Table {
  return { ...table, columns: table.columns.map(shareColumn) };
}

function shareColumn(column: Column): Column {
  switch (column.kind) {
    case "number":
      return { ...column, values: sharedFloats(column.values) };
    case "vector": {
      const { matrix } = column;
      const shared = {
        indptr: sharedIntegers(matrix.indptr),
        indices: sharedIntegers(matrix.indices),
        values: sharedFloats(matrix.values),
      };
      return { ...column, matrix: { ...matrix, ...shared } };
    }
    default:
      return { ...column, codes: sharedIntegers(column.codes) };
  }
}

export function sharedFloats(values: Float64Array): Float64Array {
  const shared = new Float64Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}

export function sharedIntegers(values: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
