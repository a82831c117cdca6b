import { type DenseMatrix, type Matrix, denseMatrix } from "../../numeric/matrices/matrix.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import type { Rng } from "../../numeric/random.ts";
import { leadingCentredDirections, meanOfRows } from "../../numeric/solvers/centred-rows.ts";

/** Columns of standardised rows beyond which main directions stand in for them. */
const mostColumns = 128;
const directions = 60;
/** Rows that directions are looked for in, at most. */
const mostForDirections = 4000;

/** Rows with few columns, all to one scale, for distances. */
export interface CompactRows {
  readonly cols: number;
  /** Shape: [picked, cols]. */
  of(picked: Int32Array): DenseMatrix;
}

/**
 * Standardised columns; of sparse or wide rows their coordinates along 60 main directions (of 4,000 rows at most), of sparse ones (texts) scaled to length 1, so that distance is by direction.
 *
 * @param known the rows that means, scales and directions are taken of
 */
export function compactRows(x: Matrix, known: Int32Array, rng: Rng): CompactRows {
  if (x.kind === "dense" && x.cols <= mostColumns) return standardised(x, known);
  const centre = meanOfRows(x, known);
  const wanted = Math.min(directions, x.cols, Math.max(0, known.length - 1));
  const drawn = known.length > mostForDirections ? rng.fork("directions").sample(known.length, mostForDirections).sort() : null;
  const some = drawn === null ? known : Int32Array.from(drawn, (k) => known[k]);
  const { values, vectors } = leadingCentredDirections(x, some, centre, wanted, rng, { tolerance: 1e-2, maxSteps: wanted + 15 });
  const least = 1e-12 * (values[0] + dot(centre, centre) * some.length);
  let dims = 0;
  while (dims < wanted && values[dims] > least) dims++;
  const middles = Float64Array.from({ length: dims }, (_, k) => dot(centre, vectors.subarray(k * x.cols, (k + 1) * x.cols)));
  /** The directions, feature by feature: a row reads those of its own features alone. Shape: [features, dims]. */
  const byFeature = new Float64Array(dims * x.cols);
  for (let k = 0; k < dims; k++) for (let j = 0; j < x.cols; j++) byFeature[j * dims + k] = vectors[k * x.cols + j];
  const addInto = (own: Float64Array, j: number, value: number): void => {
    for (let k = 0, p = j * dims; k < dims; k++, p++) own[k] += value * byFeature[p];
  };
  return {
    cols: dims,
    of(picked) {
      const out = denseMatrix(picked.length, dims);
      for (let i = 0; i < picked.length; i++) {
        const own = out.data.subarray(i * dims, (i + 1) * dims);
        for (let k = 0; k < dims; k++) own[k] = -middles[k];
        if (x.kind === "dense") for (let j = 0; j < x.cols; j++) addInto(own, j, x.data[picked[i] * x.cols + j]);
        else for (let p = x.indptr[picked[i]]; p < x.indptr[picked[i] + 1]; p++) addInto(own, x.indices[p], x.values[p]);
        const length = Math.sqrt(dot(own, own));
        if (x.kind === "sparse" && length > 0) for (let k = 0; k < dims; k++) own[k] /= length;
      }
      return out;
    },
  };
}

function standardised(x: DenseMatrix, known: Int32Array): CompactRows {
  const { cols, data } = x;
  const mean = new Float64Array(cols);
  const scale = new Float64Array(cols);
  for (const i of known) for (let j = 0; j < cols; j++) mean[j] += data[i * cols + j] / known.length;
  for (const i of known) for (let j = 0; j < cols; j++) scale[j] += (data[i * cols + j] - mean[j]) ** 2 / known.length;
  for (let j = 0; j < cols; j++) scale[j] = scale[j] > 1e-24 * (1 + mean[j] * mean[j]) ? 1 / Math.sqrt(scale[j]) : 0;
  return {
    cols,
    of(picked) {
      const out = denseMatrix(picked.length, cols);
      let p = 0;
      for (const i of picked) for (let j = 0; j < cols; j++) out.data[p++] = (data[i * cols + j] - mean[j]) * scale[j];
      return out;
    },
  };
}
