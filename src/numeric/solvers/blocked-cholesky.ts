import { denseMatrix } from "../matrices/matrix.ts";
import { forEachProductTile } from "../matrices/row-products.ts";

/** Columns that are taken together. */
const width = 64;
/** Rows of the remainder that are brought up to date together; what lies above the diagonal within them is wasted. */
const strip = 256;

/**
 * As `choleskyInPlace`, block by block, so that a matrix of thousands of rows goes through memory once for 64 columns and not once for each; the upper triangle is
 * spoilt. Shape: a [size, size].
 */
export function blockedCholeskyInPlace(a: Float64Array, size: number): boolean {
  const diagonal = Float64Array.from({ length: size }, (_, i) => a[i * size + i]);
  for (let from = 0; from < size; from += width) {
    const end = Math.min(size, from + width);
    for (let i = from; i < size; i++) {
      const rowI = i * size;
      for (let j = from; j < Math.min(i, end); j++) {
        const rowJ = j * size;
        let sum = a[rowI + j];
        for (let k = from; k < j; k++) sum -= a[rowI + k] * a[rowJ + k];
        a[rowI + j] = sum / a[rowJ + j];
      }
      if (i >= end) continue;
      let pivot = a[rowI + i];
      for (let k = from; k < i; k++) pivot -= a[rowI + k] ** 2;
      if (!(pivot > 1e-13 * diagonal[i])) return false;
      a[rowI + i] = Math.sqrt(pivot);
    }
    const left = size - end;
    const cols = end - from;
    const panel = copyOf(a, size, end, left, from, cols);
    for (let top = 0; top < left; top += strip) {
      const count = Math.min(strip, left - top);
      const queries = denseMatrix(count, cols, panel.subarray(top * cols, (top + count) * cols));
      const rows = denseMatrix(top + count, cols, panel.subarray(0, (top + count) * cols));
      forEachProductTile(queries, rows, {}, (tile, qFrom, qs, rFrom, rs) => {
        for (let q = 0; q < qs; q++) {
          const at = (end + top + qFrom + q) * size + end + rFrom;
          for (let r = 0; r < rs; r++) a[at + r] -= tile[q * rs + r];
        }
      });
    }
  }
  return true;
}

/** Each row x of `b` becomes A⁻¹ x, given the factor of A. Shapes: factor [size, size], b [count, size]. */
export function blockedCholeskySolveInPlace(b: Float64Array, count: number, factor: Float64Array, size: number): void {
  for (let from = 0; from < size; from += width) {
    const end = Math.min(size, from + width);
    for (let q = 0; q < count; q++) {
      const at = q * size;
      for (let i = from; i < end; i++) {
        let sum = b[at + i];
        for (let k = from; k < i; k++) sum -= factor[i * size + k] * b[at + k];
        b[at + i] = sum / factor[i * size + i];
      }
    }
    takeOff(b, count, size, { from, end }, { first: end, panel: copyOf(factor, size, end, size - end, from, end - from) });
  }
  for (let from = Math.floor((size - 1) / width) * width; from >= 0; from -= width) {
    const end = Math.min(size, from + width);
    for (let q = 0; q < count; q++) {
      const at = q * size;
      for (let i = end - 1; i >= from; i--) {
        let sum = b[at + i];
        for (let k = i + 1; k < end; k++) sum -= factor[k * size + i] * b[at + k];
        b[at + i] = sum / factor[i * size + i];
      }
    }
    const cols = end - from;
    const panel = new Float64Array(from * cols);
    for (let k = 0; k < cols; k++) for (let i = 0; i < from; i++) panel[i * cols + k] = factor[(from + k) * size + i];
    takeOff(b, count, size, { from, end }, { first: 0, panel });
  }
}

/** b[·, first …] −= b[·, from … end) panelᵀ. Shape: panel [others, end − from]. */
function takeOff(
  b: Float64Array,
  count: number,
  size: number,
  { from, end }: { from: number; end: number },
  { first, panel }: { first: number; panel: Float64Array },
): void {
  const cols = end - from;
  const others = panel.length / cols;
  if (others === 0) return;
  const solved = denseMatrix(count, cols, copyOf(b, size, 0, count, from, cols));
  forEachProductTile(solved, denseMatrix(others, cols, panel), {}, (tile, qFrom, qs, rFrom, rs) => {
    for (let q = 0; q < qs; q++) {
      const at = (qFrom + q) * size + first + rFrom;
      for (let r = 0; r < rs; r++) b[at + r] -= tile[q * rs + r];
    }
  });
}

/** Shape of the result: [rows, cols]. */
function copyOf(a: Float64Array, stride: number, top: number, rows: number, left: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) out.set(a.subarray((top + i) * stride + left, (top + i) * stride + left + cols), i * cols);
  return out;
}
