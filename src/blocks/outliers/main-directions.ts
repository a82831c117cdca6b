import { leadingCentredDirections, meanOfRows } from "../../numeric/solvers/centred-rows.ts";
import { type Matrix, selectRows } from "../../numeric/matrices/matrix.ts";
import { passOverRows } from "../../numeric/matrices/row-pass.ts";
import type { Rng } from "../../numeric/random.ts";
import { dot } from "../../numeric/matrices/vector.ts";

/** Rows seen along the directions in which they vary most. */
export interface MainDirections {
  readonly centre: Float64Array;
  /** At most what was asked for, the most varied first. Shape: [dims, features]. */
  readonly directions: Float64Array;
  readonly dims: number;
  /** Coordinates of the rows. Shape: [rows, dims]. */
  readonly points: Float64Array;
}

/** Principal components of these rows: no direction along which they do not vary. */
export function mainDirectionsOf(x: Matrix, rows: Int32Array, most: number, rng: Rng): MainDirections {
  const centre = meanOfRows(x, rows);
  const wanted = Math.min(most, x.cols, Math.max(0, rows.length - 1));
  const { values, vectors } = leadingCentredDirections(x, rows, centre, wanted, rng, { tolerance: 1e-3, maxSteps: 2 * wanted + 20 });
  const scale = dot(centre, centre) * rows.length;
  let dims = 0;
  while (dims < wanted && values[dims] > 1e-12 * (values[0] + scale)) dims++;
  const points = new Float64Array(rows.length * dims);
  const blocks = new Float64Array(dims * (x.cols + 1));
  for (let k = 0; k < dims; k++) {
    const direction = vectors.subarray(k * x.cols, (k + 1) * x.cols);
    blocks.set(direction, k * (x.cols + 1));
    blocks[k * (x.cols + 1) + x.cols] = -dot(direction, centre);
  }
  passOverRows(selectRows(x, rows), { blocks, sums: null }, (z, from, count, stride) => {
    for (let k = 0; k < dims; k++) for (let r = 0; r < count; r++) points[(from + r) * dims + k] = z[k * stride + r];
  });
  return { centre, directions: vectors.subarray(0, dims * x.cols), dims, points };
}
