import { kernelMemory, kernels } from "../matrices/kernels.ts";
import { type LeadingEigenvectors, type LeadingOptions, type SymmetricOperator, leadingEigenvectors } from "./lanczos.ts";
import { type DenseMatrix, type Matrix, addScaledRowInto, selectRows } from "../matrices/matrix.ts";
import type { Rng } from "../random.ts";
import { passOverRows } from "../matrices/row-pass.ts";
import { dot } from "../matrices/vector.ts";

/** Rows up to this size stay in the memory of the kernels from one product to the next. */
const residentBytes = 64 * 2 ** 20;
const number = 8;

/**
 * Largest eigenvalues of Σ_i (a_i − centre)(a_i − centre)ᵀ over the picked rows: squared singular values of the centred rows, with right singular
 * vectors. Centred rows are never made: x·v − centre·v is a product with a bias, and the centre is taken out of the sums.
 *
 * Shapes: a [rows, cols], centre [cols].
 */
export function leadingCentredDirections(
  a: Matrix,
  picked: Int32Array,
  centre: Float64Array,
  count: number,
  rng: Rng,
  options: LeadingOptions,
): LeadingEigenvectors {
  const isResident = a.kind === "dense" && picked.length * a.cols * number <= residentBytes;
  const operator = isResident ? residentOperator(a, picked, centre) : streamedOperator(a, picked, centre);
  return leadingEigenvectors(operator, count, rng, options);
}

function streamedOperator(a: Matrix, picked: Int32Array, centre: Float64Array): SymmetricOperator {
  const rows = picked.length === a.rows ? a : selectRows(a, picked);
  const blocks = new Float64Array(a.cols + 1);
  const sums = new Float64Array(a.cols + 1);
  return {
    size: a.cols,
    multiplyInto(out, v) {
      blocks.set(v);
      blocks[a.cols] = -dot(centre, v);
      passOverRows(rows, { blocks, sums }, () => undefined);
      for (let j = 0; j < a.cols; j++) out[j] = sums[j] - sums[a.cols] * centre[j];
    },
  };
}

/** Nobody else may use the memory of the kernels while this operator is in use. Panels are as small as the first cache. */
function residentOperator(a: DenseMatrix, picked: Int32Array, centre: Float64Array): SymmetricOperator {
  const { cols } = a;
  const rows = picked.length;
  const panel = Math.max(4, 4 * Math.floor(768 / Math.max(1, cols)));
  const vAt = 0;
  const sumsAt = vAt + (cols + 1) * number;
  const zAt = sumsAt + (cols + 1) * number;
  const rowsAt = zAt + panel * number;
  const { floats } = kernelMemory(rowsAt + rows * cols * number);
  for (let i = 0; i < rows; i++) floats.set(a.data.subarray(picked[i] * cols, (picked[i] + 1) * cols), rowsAt / number + i * cols);
  const [v0, s0] = [vAt / number, sumsAt / number];
  return {
    size: cols,
    multiplyInto(out, v) {
      floats.set(v, v0);
      floats[v0 + cols] = -dot(centre, v);
      floats.fill(0, s0, s0 + cols + 1);
      for (let from = 0; from < rows; from += panel) {
        const held = Math.min(panel, rows - from);
        const at = rowsAt + from * cols * number;
        kernels.denseProducts(zAt, at, vAt, held, cols);
        kernels.denseAdd(sumsAt, at, zAt, held, cols);
      }
      const total = floats[s0 + cols];
      for (let j = 0; j < cols; j++) out[j] = floats[s0 + j] - total * centre[j];
    },
  };
}

/** Mean of the picked rows; zeros for none. Shape: [cols]. */
export function meanOfRows(a: Matrix, picked: Int32Array): Float64Array {
  const mean = new Float64Array(a.cols);
  for (const i of picked) addScaledRowInto(mean, a, i, 1);
  if (picked.length > 0) for (let j = 0; j < mean.length; j++) mean[j] /= picked.length;
  return mean;
}

/** ‖a_i − centre‖² of one row, without the cancellation of ‖a‖² − 2 a·c + ‖c‖² where rows are dense. `centreSquare` is ‖centre‖². */
export function squaredDistance(a: Matrix, row: number, centre: Float64Array, centreSquare: number): number {
  if (a.kind === "dense") {
    const start = row * a.cols;
    let sum = 0;
    for (let j = 0; j < a.cols; j++) sum += (a.data[start + j] - centre[j]) ** 2;
    return sum;
  }
  let sum = centreSquare;
  for (let p = a.indptr[row]; p < a.indptr[row + 1]; p++) sum += a.values[p] * (a.values[p] - 2 * centre[a.indices[p]]);
  return Math.max(0, sum);
}
