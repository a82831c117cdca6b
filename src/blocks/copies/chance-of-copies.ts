import type { Features } from "../../core/dataset.ts";
import type { Matrix } from "../../numeric/matrices/matrix.ts";
import type { NearCopies } from "./near-copies.ts";

/**
 * How many records one would expect to be equal to the first of each cluster if the columns of the raw table were drawn apart from each other: tables of a few
 * coarse columns are full of equal rows that nobody copied. The features of one column (the indicators of its categories, its value and whether it is missing) go
 * together: drawn apart from each other they would make equal rows look far rarer than they are. Shape: [clusters].
 */
export function expectedCopies(
  x: Matrix,
  { kinds, groups }: Pick<Features, "kinds" | "groups">,
  { records, clusters }: NearCopies,
): Float64Array {
  const logShare = new Float64Array(clusters.length);
  if (clusters.length === 0) return logShare;
  const column = new Float64Array(records.count);
  const value = new Int32Array(records.count);
  const columns = x.kind === "sparse" ? columnsOf(x, records.first) : null;
  for (let j = 0; j < x.cols; j++) {
    if (columns !== null) columns(column, j);
    else if (x.kind === "dense") for (let r = 0; r < records.count; r++) column[r] = x.data[records.first[r] * x.cols + j];
    if (!goesWithLast(j)) value.fill(0);
    numberPairsInto(value, column);
    if (j + 1 < x.cols && goesWithLast(j + 1)) continue;
    const counts = new Map(clusters.map((members) => [value[members[0]], 0]));
    for (const code of value) {
      const count = counts.get(code);
      if (count !== undefined) counts.set(code, count + 1);
    }
    clusters.forEach((members, c) => (logShare[c] += Math.log((counts.get(value[members[0]]) as number) / records.count)));
  }
  return logShare.map((share) => records.count * Math.exp(share));

  /** The numbers of a vector, such as pixels, are columns of their own. */
  function goesWithLast(j: number): boolean {
    return j > 0 && kinds[j] === "indicator" && groups[j] === groups[j - 1];
  }
}

/** Numbers each pair of what `value` and `column` hold, so that records have equal numbers where they agree in both. Shapes: each [records]. */
function numberPairsInto(value: Int32Array, column: Float64Array): void {
  const known = new Map<number, Map<number, number>>();
  let next = 0;
  for (let r = 0; r < value.length; r++) {
    let own = known.get(value[r]);
    if (own === undefined) known.set(value[r], (own = new Map()));
    let code = own.get(column[r]);
    if (code === undefined) own.set(column[r], (code = next++));
    value[r] = code;
  }
}

/** Writes one column of a sparse matrix after the other; they must be asked for in order, each once. */
function columnsOf(x: Matrix & { kind: "sparse" }, rows: Int32Array): (out: Float64Array, j: number) => void {
  const at = Int32Array.from(rows, (row) => x.indptr[row]);
  return (out, j) => {
    for (let r = 0; r < rows.length; r++) {
      const isHere = at[r] < x.indptr[rows[r] + 1] && x.indices[at[r]] === j;
      out[r] = isHere ? x.values[at[r]++] : 0;
    }
  };
}
