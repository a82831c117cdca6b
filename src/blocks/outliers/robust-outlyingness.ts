import { squaredDistance } from "../../numeric/solvers/centred-rows.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import { type Matrix, addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { addScaledInto, dot } from "../../numeric/matrices/vector.ts";
import type { MainDirections } from "./main-directions.ts";
import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";

/** Shapes: values [rows], centre [features]. */
export interface Outlyingness {
  readonly values: Float64Array;
  /** Where the central rows lie. */
  readonly centre: Float64Array;
}

/** Steps to the half of the rows that lies closest together, which a cluster of outliers sways least, and as many to the share that is asked for. */
const concentrations = 8;

/**
 * √(d² / median d² + r² / median r²): d is the Mahalanobis distance within the main directions by mean and covariance of the most central rows, found by
 * concentration steps from coordinate-wise medians (Hubert, Rousseeuw & Verdonck 2012, DetMCD), and r the length outside them. A part whose median is 0
 * is compared with its mean.
 *
 * @param kept share of the rows that are taken for central, in [½, 1]
 */
export function outlyingness(x: Matrix, rows: Int32Array, main: MainDirections, kept: number): Outlyingness {
  const { dims, points, directions, centre } = main;
  const count = rows.length;
  const { squares, middle } = robustSquares(points, dims, Math.max(Math.min(count, dims + 1), Math.ceil(kept * count)));
  const length = dot(centre, centre);
  const rests = Float64Array.from(rows, (row, i) => {
    const whole = squaredDistance(x, row, centre, length);
    let rest = whole;
    for (let k = 0; k < dims; k++) rest -= points[i * dims + k] ** 2;
    return rest > 1e-9 * (whole + length) ? rest : 0;
  });
  const [unitWithin, unitOutside] = [typical(squares), typical(rests)];
  const values = rests.map((rest, i) => Math.sqrt((dims === 0 ? 0 : squares[i] / unitWithin) + rest / unitOutside));
  const robustCentre = centre.slice();
  for (let k = 0; k < dims; k++) addScaledInto(robustCentre, middle[k], directions.subarray(k * x.cols, (k + 1) * x.cols));
  return { values, centre: robustCentre };
}

/** Squared differences of a row from the centre, feature by feature. Shape: [features]. */
export function partsOutside(x: Matrix, row: number, centre: Float64Array): Float64Array {
  const parts = centre.map((value) => -value);
  addScaledRowInto(parts, x, row, 1);
  return parts.map((part) => part * part);
}

function typical(values: Float64Array): number {
  const median = medianOf(values);
  if (median > 0) return median;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return mean > 0 ? mean : 1;
}

/** Squared Mahalanobis distances, and the centre of the `central` rows with the smallest. Shape: points [rows, dims]. */
function robustSquares(points: Float64Array, dims: number, central: number): { squares: Float64Array; middle: Float64Array } {
  const count = dims === 0 ? 0 : points.length / dims;
  let squares: Float64Array = new Float64Array(count);
  let middle: Float64Array = new Float64Array(dims);
  for (let k = 0; k < dims; k++) {
    const column = Float64Array.from({ length: count }, (_, i) => points[i * dims + k]);
    middle[k] = medianOf(column);
    const spread = spreadOf(column);
    if (spread > 0) for (let i = 0; i < count; i++) squares[i] += ((column[i] - middle[k]) / spread) ** 2;
  }
  const rest = new Float64Array(dims);
  const half = Math.min(central, Math.max(dims + 1, Math.ceil(count / 2)));
  for (let step = 0; step < 2 * concentrations && dims > 0; step++) {
    const picked = orderBy(squares).subarray(0, step < concentrations ? half : central);
    const mean = new Float64Array(dims);
    for (const i of picked) for (let k = 0; k < dims; k++) mean[k] += points[i * dims + k] / picked.length;
    const covariance = new Float64Array(dims * dims);
    for (const i of picked)
      for (let k = 0; k < dims; k++)
        for (let l = 0; l <= k; l++)
          covariance[k * dims + l] += ((points[i * dims + k] - mean[k]) * (points[i * dims + l] - mean[l])) / picked.length;
    if (!choleskyInPlace(covariance, dims)) break;
    middle = mean;
    squares = Float64Array.from({ length: count }, (_, i) => {
      for (let k = 0; k < dims; k++) rest[k] = points[i * dims + k] - mean[k];
      choleskySolveInPlace(rest, covariance, dims);
      let sum = 0;
      for (let k = 0; k < dims; k++) sum += rest[k] * (points[i * dims + k] - mean[k]);
      return Math.max(0, sum);
    });
  }
  return { squares, middle };
}
