import { addScaledRowInto, rowDot, rowSquaredNorm } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";

/** Others that a row is compared with at most, evenly spread: a flood of copies shows in a part of it. */
const mostCompared = 2000;

/**
 * Which of these rows have a near-copy among them: another with the same label, of which the cosine with it is at least `cosine`, the bias counted as a feature.
 * Costs the rows times at most `mostCompared` times the entries of a row. Shapes: rows [picked], result [picked].
 */
export function haveCopies(data: Dataset, rows: Int32Array, cosine: number): Uint8Array {
  const { x, y } = data;
  const step = Math.max(1, Math.ceil(rows.length / mostCompared));
  const squares = Float64Array.from(rows, (row) => rowSquaredNorm(x, row) + 1);
  const one = new Float64Array(x.cols);
  const found = new Uint8Array(rows.length);
  for (let b = 0; b < rows.length; b += step) {
    addScaledRowInto(one, x, rows[b], 1);
    for (let a = 0; a < rows.length; a++) {
      if (a === b || y[rows[a]] !== y[rows[b]]) continue;
      if (rowDot(x, rows[a], one) + 1 >= cosine * Math.sqrt(squares[a] * squares[b])) found[a] = found[b] = 1;
    }
    addScaledRowInto(one, x, rows[b], -1);
  }
  return found;
}
