import type { Matrix } from "../numeric/matrices/matrix.ts";
import { UsageError } from "../core/errors.ts";
import type { Condition, RowFilter } from "../core/row-filter.ts";
import type { FittedEncoder } from "./encoder.ts";

/** Whether a filter holds for an encoded row. */
export type FeatureTest = (x: Matrix, row: number) => boolean;

/**
 * A filter on raw cells as a test of encoded rows, for those who see a row only as the model does.
 *
 * @throws UsageError where the encoder does not keep what a condition asks about: a word too rare to be a feature, a column that is none
 */
export function testOfFilter(filter: RowFilter, encoder: FittedEncoder, owner: string): FeatureTest {
  const tests = filter.map((condition) => testOfCondition(condition, encoder, owner));
  return (x, row) => tests.every((test) => test(x, row));
}

function testOfCondition(condition: Condition, { features, encodeNumber }: FittedEncoder, owner: string): FeatureTest {
  const { column } = condition;
  const featureNamed = (name: string): number => features.names.findIndex((known, j) => known === name && features.groups[j] === column);
  if (!features.groups.includes(column)) throw new UsageError(`${owner}: the model does not look at "${column}"`);
  switch (condition.op) {
    case "contains": {
      // Features do not tell in which order words stand.
      const held = condition.value.split(" ").map((word) => featureNamed(`${column}: ${word}`));
      if (held.includes(-1))
        throw new UsageError(`${owner}: the model does not know the word "${condition.value}": too few training texts hold it`);
      return (x, row) => held.every((feature) => valueAt(x, row, feature) > 0);
    }
    case "=":
    case "!=": {
      const feature = featureNamed(`${column}=${condition.value}`);
      const isEqual: FeatureTest = feature < 0 ? () => false : (x, row) => valueAt(x, row, feature) > 0;
      return condition.op === "=" ? isEqual : (x, row) => !isEqual(x, row);
    }
    default: {
      const [feature, missing] = [featureNamed(column), featureNamed(`${column} is missing`)];
      const bound = encodeNumber(column, condition.value);
      const holds = comparisons[condition.op];
      return (x, row) => (missing < 0 || valueAt(x, row, missing) === 0) && holds(valueAt(x, row, feature), bound);
    }
  }
}

/** Scaling keeps the order; the slack forgives its rounding. */
const slack = 1e-9;
const comparisons = {
  "<": (a: number, b: number) => a < b - slack,
  "<=": (a: number, b: number) => a <= b + slack,
  ">": (a: number, b: number) => a > b + slack,
  ">=": (a: number, b: number) => a >= b - slack,
  "==": (a: number, b: number) => Math.abs(a - b) <= slack,
};

function valueAt(x: Matrix, row: number, feature: number): number {
  if (x.kind === "dense") return x.data[row * x.cols + feature];
  let [low, high] = [x.indptr[row], x.indptr[row + 1]];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x.indices[middle] < feature) low = middle + 1;
    else high = middle;
  }
  return low < x.indptr[row + 1] && x.indices[low] === feature ? x.values[low] : 0;
}
