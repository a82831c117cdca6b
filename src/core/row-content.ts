import { type Cell, type Table, cellOf, columnOf } from "./table.ts";

/**
 * What a row says, whatever its place in the file and its id: the cells of labels, features, task and source by the names of their columns, as one text. Rows that say the same
 * have the same text, so that a row is known again in another file. A number and a word that is written like it are the same.
 */
export function rowContent(table: Table): (row: number) => string {
  const { labels, features, task, source } = table.roles;
  const names = [...new Set([...labels, ...features, ...(task === null ? [] : [task]), ...(source === null ? [] : [source])])].sort();
  const columns = names.map((name) => columnOf(table, name));
  return (row) => JSON.stringify(columns.map((column) => [column.name, plain(cellOf(column, row))]));
}

function plain(cell: Cell): unknown {
  return typeof cell === "number" ? String(cell) : cell;
}
