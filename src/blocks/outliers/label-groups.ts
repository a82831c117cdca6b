import type { Dataset } from "../../core/dataset.ts";
import { type Matrix } from "../../numeric/matrices/matrix.ts";
import { meanOfRows, squaredDistance } from "../../numeric/solvers/centred-rows.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";

/** Rows that are judged by each other: those of one class, or all of them where the label is a number. */
export interface LabelGroup {
  /** The class; null where the label is a number. */
  readonly label: string | null;
  /** Ascending. */
  readonly rows: Int32Array;
}

/** Groups with rows in them. */
export function labelGroupsOf({ target, y }: Dataset): LabelGroup[] {
  if (target.kind === "real") return y.length === 0 ? [] : [{ label: null, rows: Int32Array.from(y.keys()) }];
  const sizes = new Int32Array(target.names.length);
  for (const label of y) sizes[label]++;
  const members = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let i = 0; i < y.length; i++) members[y[i]][sizes[y[i]]++] = i;
  return target.names.map((label, k) => ({ label, rows: members[k] })).filter(({ rows }) => rows.length > 0);
}

/** Where a class lies: its mean, and the unit vector from the mean of all other rows to it, zero where there is no difference. Shapes: [features]. */
export interface ClassShape extends LabelGroup {
  readonly centre: Float64Array;
  readonly direction: Float64Array;
}

export function classShapesOf(data: Dataset): ClassShape[] {
  const groups = labelGroupsOf(data);
  const centres = groups.map(({ rows }) => meanOfRows(data.x, rows));
  const total = new Float64Array(data.x.cols);
  centres.forEach((centre, k) => {
    for (let j = 0; j < total.length; j++) total[j] += groups[k].rows.length * centre[j];
  });
  return groups.map((group, k) => {
    const centre = centres[k];
    const own = group.rows.length;
    const others = data.x.rows - own;
    const direction = centre.map((value, j) => (others === 0 ? 0 : value - (total[j] - own * value) / others));
    const length = Math.sqrt(dot(direction, direction));
    if (length > 0) for (let j = 0; j < direction.length; j++) direction[j] /= length;
    return { ...group, centre, direction };
  });
}

/** ‖x_i − centre‖ of these rows. Shape: [rows]. */
export function distancesTo(x: Matrix, rows: Int32Array, centre: Float64Array): Float64Array {
  const square = dot(centre, centre);
  return Float64Array.from(rows, (i) => Math.sqrt(squaredDistance(x, i, centre, square)));
}

/**
 * out[row] = (value − median) / spread among the rows of the group, so that scores of different classes can be ranked together; the order within a class
 * stays. 0 where all values are equal. Shapes: out [data rows], values [group rows].
 *
 * @param reference values that median and spread are taken of
 */
export function standardiseInto(out: Float64Array, values: Float64Array, rows: Int32Array, reference: Float64Array = values): void {
  const centre = medianOf(reference);
  const spread = spreadOf(reference);
  for (let k = 0; k < rows.length; k++) out[rows[k]] = spread > 0 ? (values[k] - centre) / spread : 0;
}
