import type { Dataset } from "../../core/dataset.ts";
import type { Matrix } from "../../numeric/matrices/matrix.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";

/** Values of one feature from `low` to `high`, with the records that hold them; zeros of indicators and counts are no values. */
export interface FeatureValue {
  readonly feature: number;
  readonly low: number;
  readonly high: number;
  /** Ascending. */
  readonly records: Int32Array;
  /** Of a number: the records with the next smaller and with the next larger values, about as many each; none beyond the ends. */
  readonly sides: readonly Int32Array[];
}

export interface ValueOptions {
  /** Features that are looked at. */
  readonly features: Int32Array;
  /** Example whose row stands for each record; −1 = the record does not count. Shape: [records]. */
  readonly example: Int32Array;
  readonly minRecords: number;
  readonly maxRecords: number;
  /** How much a value stands out by the records that hold it; higher = more. Each value is offered under two keys. */
  readonly keys: (records: Int32Array) => readonly [number, number];
  /** Values that are kept by each of the two keys. */
  readonly kept: number;
}

const bins = 16;
const leastNeighbours = 30;

/** Indicators and counts that are there, numbers that occur exactly so in several records, and sixteenths of the numbers of a feature but the outer two. */
export function mineValues(data: Dataset, options: ValueOptions): { readonly values: readonly FeatureValue[]; readonly looked: number } {
  const records = Int32Array.from(options.example.keys()).filter((r) => options.example[r] >= 0);
  const columnOf = columnReader(
    data.x,
    Int32Array.from(records, (r) => options.example[r]),
  );
  const kept: [Kept, Kept] = [[], []];
  let looked = 0;
  for (const feature of options.features) {
    const column = columnOf(feature);
    const offer = (positions: Int32Array, low: number, high: number, sidesOf: () => readonly Int32Array[]): void => {
      if (positions.length < options.minRecords) return;
      looked++;
      if (positions.length > options.maxRecords) return;
      const held = positions.map((p) => records[p]).sort();
      const keys = options.keys(held);
      if (!keys.some((key, k) => key > (kept[k][options.kept - 1]?.key ?? -Infinity))) return;
      const sides = sidesOf().map((side) => side.map((p) => records[p]));
      keys.forEach((key, k) => keep(kept[k], { key, value: { feature, low, high, records: held, sides } }, options.kept));
    };
    if (data.features.kinds[feature] !== "real") {
      const there = Int32Array.from(column.keys()).filter((p) => column[p] !== 0);
      offer(there, -Infinity, Infinity, () => []);
      continue;
    }
    const order = orderBy(column);
    const sidesOf = (from: number, to: number) => () => {
      const width = Math.max(leastNeighbours, to - from);
      return [order.slice(Math.max(0, from - width), from), order.slice(to, to + width)].filter(({ length }) => length > 0);
    };
    let distinct = 0;
    /** A number that many hold falls into one sixteenth or none: half of its records are no value of their own. */
    const startOf = new Int32Array(order.length + 1).fill(order.length);
    for (let from = 0, to = 0; from < order.length; from = to) {
      while (to < order.length && column[order[to]] === column[order[from]]) to++;
      distinct++;
      startOf.fill(from, from, to);
      if (to - from >= options.minRecords) offer(order.slice(from, to), column[order[from]], column[order[from]], sidesOf(from, to));
    }
    if (distinct < 2 * bins) continue;
    for (let b = 1; b < bins - 1; b++) {
      const from = startOf[Math.floor((b * order.length) / bins)];
      const to = startOf[Math.floor(((b + 1) * order.length) / bins)];
      if (to > from && column[order[from]] < column[order[to - 1]])
        offer(order.slice(from, to), column[order[from]], column[order[to - 1]], sidesOf(from, to));
    }
  }
  return { values: [...new Set(kept.flatMap((list) => list.map(({ value }) => value)))], looked };
}

type Kept = { key: number; value: FeatureValue }[];

/** Keeps about `size` of the largest. */
function keep(list: Kept, item: Kept[number], size: number): void {
  list.push(item);
  if (list.length < 2 * size) return;
  list.sort((a, b) => b.key - a.key);
  list.length = size;
}

/** Columns of the rows picked; those of a sparse matrix from its transpose. */
function columnReader(x: Matrix, rows: Int32Array): (feature: number) => Float64Array {
  const column = new Float64Array(rows.length);
  if (x.kind === "dense")
    return (feature) => {
      for (let p = 0; p < rows.length; p++) column[p] = x.data[rows[p] * x.cols + feature];
      return column;
    };
  const starts = new Int32Array(x.cols + 1);
  for (const row of rows) for (let q = x.indptr[row]; q < x.indptr[row + 1]; q++) starts[x.indices[q] + 1]++;
  for (let j = 0; j < x.cols; j++) starts[j + 1] += starts[j];
  const at = starts.slice(0, x.cols);
  const positions = new Int32Array(starts[x.cols]);
  const values = new Float64Array(starts[x.cols]);
  rows.forEach((row, p) => {
    for (let q = x.indptr[row]; q < x.indptr[row + 1]; q++) {
      positions[at[x.indices[q]]] = p;
      values[at[x.indices[q]]++] = x.values[q];
    }
  });
  return (feature) => {
    column.fill(0);
    for (let q = starts[feature]; q < starts[feature + 1]; q++) column[positions[q]] = values[q];
    return column;
  };
}
