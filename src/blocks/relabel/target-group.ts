import type { Rng } from "../../numeric/random.ts";
import type { AttackTarget } from "../../core/attack.ts";
import type { RowGroup } from "../../core/intent.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import { type Condition, filterHolds } from "../../core/row-filter.ts";
import { type Column, columnOf } from "../../core/table.ts";
import { wordsOf } from "../../core/text/words.ts";
import { quantileOfSorted } from "../feasible/box.ts";

/** A group drawn at random holds at least so many training rows, and at most this share of them. */
const fewestRows = 4;
const largestShare = 0.1;
/** Of a number: rows beyond this quantile, or its mirror image. */
const tailShare = 0.05;

/**
 * The group that a targeted attack means: the one that it was given, or where none was named a small one drawn at random (a value of a category or date, a
 * word, or a tail of a number). Where nothing groups the rows, it is one of them: one that will be predicted, if any is known.
 */
export function groupOf(clean: TrainingSet, target: AttackTarget | undefined, rng: Rng): RowGroup {
  const named = target?.anyOf ?? null;
  if (named !== null) return { anyOf: named };
  const predicted = target?.rows ?? new Int32Array();
  const drawn = drawGroup(clean, predicted, rng);
  if (drawn !== null) return { anyOf: [[drawn]] };
  const rows = predicted.length > 0 ? predicted : clean.rows;
  return { rows: [rows[rng.fork("row").integer(rows.length)]] };
}

/**
 * A condition that few training rows fulfil, on a column drawn at random; null where no column has one.
 *
 * @param predicted some of these fulfil it too, where there are any: a group that nobody asks about cannot be harmed
 */
function drawGroup({ table, rows }: TrainingSet, predicted: Int32Array, rng: Rng): Condition | null {
  const { features, task, source, id } = table.roles;
  const grouping = [...features, ...[task, source].filter((name) => name !== null)].filter((name) => name !== id);
  const names = [...new Set(grouping)];
  for (const at of rng.fork("columns").sample(names.length, names.length)) {
    const isMet = (condition: Condition): boolean =>
      predicted.length === 0 || predicted.some((row) => filterHolds(table, [condition], row));
    const conditions = conditionsOn(columnOf(table, names[at]), rows).filter(isMet);
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
