import type { Dataset } from "../../core/dataset.ts";

/** The rows of the table behind the examples: a row with several labels has several examples, and is one record. */
export interface Records {
  readonly count: number;
  /** Record of each example. Shape: [examples]. */
  readonly record: Int32Array;
  /** The first example of each record. Shape: [records]. */
  readonly first: Int32Array;
}

/** Records in the order of their first examples; an example of no row of the table is a record of its own. */
export function recordsOf(data: Dataset): Records {
  const examples = data.row.length;
  let rows = 0;
  for (const row of data.row) if (row >= rows) rows = row + 1;
  const known = new Int32Array(rows).fill(-1);
  const record = new Int32Array(examples);
  const first = new Int32Array(examples);
  let count = 0;
  for (let i = 0; i < examples; i++) {
    const row = data.row[i];
    if (row >= 0 && known[row] >= 0) {
      record[i] = known[row];
      continue;
    }
    if (row >= 0) known[row] = count;
    record[i] = count;
    first[count++] = i;
  }
  return { count, record, first: first.slice(0, count) };
}
