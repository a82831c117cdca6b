import { type Table, columnOf } from "./table.ts";

/** Who the rows of a table come from. */
export interface Sources {
  readonly column: string;
  readonly names: readonly string[];
  /** Into `names`; −1 = unknown. Shape: [rows]. */
  readonly codes: Int32Array;
  /** null = unknown. */
  nameOf(row: number): string | null;
}

/** Null where no column says it. */
export function sourcesOf(table: Table): Sources | null {
  const column = table.roles.source === null ? null : columnOf(table, table.roles.source);
  if (column === null || !("codes" in column)) return null;
  const { name, names, codes } = column;
  return { column: name, names, codes, nameOf: (row) => (codes[row] < 0 ? null : names[codes[row]]) };
}
