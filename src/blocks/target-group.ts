import type { Rng } from "../numeric/random.ts";
import type { Dataset } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import type { TrainingSet } from "../core/pipeline.ts";
import { type Condition, type RowFilter, filterHolds, parseRowFilter } from "../core/row-filter.ts";
import { type Column, columnOf } from "../core/table.ts";
import { wordsOf } from "../core/words.ts";
import { quantileOfSorted } from "./box.ts";

/** A group drawn at random holds at least so many training rows, and at most this share of them. */
const fewestRows = 4;
const largestShare = 0.1;
/** Of a number: rows beyond this quantile, or its mirror image. */
const tailShare = 0.05;

/**
 * The training examples of a group: those that a filter on raw cells names, or where it is empty those of a small group drawn at random (a value of a category
 * or date, a word, or a tail of a number). Where nothing groups the rows, it is one row. Shape: result [rows], 1 = in the group.
 *
 * @param owner for messages
 * @throws UsageError where the filter cannot be read or fits no training row
 */
export function groupOf(clean: TrainingSet, data: Dataset, filter: string, rng: Rng, owner: string): Uint8Array {
  const { table } = clean;
  const maskOf = (conditions: RowFilter): Uint8Array => Uint8Array.from(data.row, (row) => (filterHolds(table, conditions, row) ? 1 : 0));
  if (filter.trim() !== "") {
    const mask = maskOf(parseRowFilter(filter, table, owner));
    if (!mask.includes(1)) throw new UsageError(`${owner}: no training row is in the group "${filter}"`);
    return mask;
  }
  const drawn = drawGroup(clean, rng);
  if (drawn !== null) return maskOf([drawn]);
  const one = new Uint8Array(data.y.length);
  one[rng.fork("row").integer(data.y.length)] = 1;
  return one;
}

/** A condition that few training rows fulfil, on a column drawn at random; null where no column has one. */
export function drawGroup({ table, rows }: TrainingSet, rng: Rng): Condition | null {
  const { features, task, source, id } = table.roles;
  const grouping = [...features, ...[task, source].filter((name) => name !== null)].filter((name) => name !== id);
  const names = [...new Set(grouping)];
  for (const at of rng.fork("columns").sample(names.length, names.length)) {
    const conditions = conditionsOn(columnOf(table, names[at]), rows);
    if (conditions.length > 0) return conditions[rng.fork("group").fork(names[at]).integer(conditions.length)];
  }
  return null;
}

/** Conditions on one column that hold for few of these rows, but not too few. */
function conditionsOn(column: Column, rows: Int32Array): Condition[] {
  const isSmall = (count: number): boolean => count >= fewestRows && count <= largestShare * rows.length;
  switch (column.kind) {
    case "vector":
      return [];
    case "number": {
      const known = Float64Array.from(rows, (row) => column.values[row])
        .filter((value) => !Number.isNaN(value))
        .sort();
      if (known.length === 0) return [];
      const tails: Condition[] = [
        { column: column.name, op: ">=", value: quantileOfSorted(known, 1 - tailShare) },
        { column: column.name, op: "<=", value: quantileOfSorted(known, tailShare) },
      ];
      const countOf = ({ op, value }: Condition): number =>
        known.filter((x) => (op === ">=" ? x >= Number(value) : x <= Number(value))).length;
      return tails.filter((tail) => isSmall(countOf(tail)));
    }
    default: {
      const isText = column.kind === "text";
      const counts = new Map<string, number>();
      for (const row of rows) {
        if (column.codes[row] < 0) continue;
        const cell = column.names[column.codes[row]];
        for (const value of isText ? new Set(wordsOf(cell)) : [cell]) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const small = [...counts].filter(([, count]) => isSmall(count)).map(([value]) => value);
      return small.sort().map((value) => ({ column: column.name, op: isText ? "contains" : "=", value }));
    }
  }
}
