import type { Matrix } from "../numeric/matrix.ts";
import type { NearCopies } from "./near-copies.ts";

/**
 * How many records one would expect to be equal to the first of each cluster if the columns of the table were drawn apart from each other: tables of a few
 * coarse columns are full of equal rows that nobody copied. Shape: [clusters].
 */
export function expectedCopies(x: Matrix, { records, clusters }: NearCopies): Float64Array {
  const logShare = new Float64Array(clusters.length);
  if (clusters.length === 0) return logShare;
  const column = new Float64Array(records.count);
  const columns = x.kind === "sparse" ? columnsOf(x, records.first) : null;
  for (let j = 0; j < x.cols; j++) {
    if (columns !== null) columns(column, j);
    else if (x.kind === "dense") for (let r = 0; r < records.count; r++) column[r] = x.data[records.first[r] * x.cols + j];
    const counts = new Map(clusters.map((members) => [column[members[0]], 0]));
    for (const value of column) {
      const count = counts.get(value);
      if (count !== undefined) counts.set(value, count + 1);
    }
    clusters.forEach((members, c) => (logShare[c] += Math.log((counts.get(column[members[0]]) as number) / records.count)));
  }
  return logShare.map((value) => records.count * Math.exp(value));
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
