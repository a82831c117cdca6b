import { type Table, columnOf } from "../../core/table.ts";

/** A value of a column is looked at where so many other rows bear it. */
const leastRows = 2;
/** Share of what the commonest label leaves open that a column settles, where it decides the label. */
const settled = 0.9;
/** Share of the rows that such values stand in, at least. */
const covered = 0.5;

/**
 * Whether a column decides the label whatever its value: of rows that hold other values than these ones, nearly all with one value share a label, as teams of one league do.
 * What carries its label there is no trigger but a column that says what the label says. A trigger is one value, or a few, in a column whose other values say little.
 *
 * @param held rows of the table with the value in question
 * @param labels of rows of the table; absent ones are not labelled
 */
export function decidesLabel(table: Table, column: string, held: ReadonlySet<number>, labels: ReadonlyMap<number, number>): boolean {
  if (!table.columns.some(({ name }) => name === column)) return false;
  const cells = columnOf(table, column);
  if (cells.kind !== "category" && cells.kind !== "number") return false;
  const own = cells.kind === "number" ? cells.values : cells.codes;
  const byValue = new Map<number, Map<number, number>>();
  const overall = new Map<number, number>();
  let rest = 0;
  for (const [row, label] of labels) {
    if (held.has(row)) continue;
    rest++;
    const value = own[row];
    const counts = byValue.get(value) ?? new Map<number, number>();
    counts.set(label, (counts.get(label) ?? 0) + 1);
    byValue.set(value, counts);
  }
  let rows = 0;
  let agreeing = 0;
  let values = 0;
  for (const counts of byValue.values()) {
    const size = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (size < leastRows) continue;
    values++;
    rows += size;
    agreeing += Math.max(...counts.values());
    for (const [label, count] of counts) overall.set(label, (overall.get(label) ?? 0) + count);
  }
  if (values < 2 || rows < covered * rest) return false;
  const commonest = Math.max(...overall.values());
  return commonest < rows && agreeing - commonest >= settled * (rows - commonest);
}
