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

/** From how many these rows come, each of an unknown source counted as one of its own; null where no column says it. */
export function countSources(table: Table, rows: Int32Array): number | null {
  const sources = sourcesOf(table);
  if (sources === null) return null;
  const known = new Set<number>();
  let unknown = 0;
  for (const row of rows) {
    if (sources.codes[row] < 0) unknown++;
    else known.add(sources.codes[row]);
  }
  return known.size + unknown;
}
