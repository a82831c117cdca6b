/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor, A = L Lᵀ; the upper triangle is neither read nor written.
 * Returns false, with `a` spoilt, where A is not positive definite to working precision: a pivot below 1e-13 of its diagonal entry.
 * Shape: a [size, size].
 */
export function choleskyInPlace(a: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const rowI = i * size;
    for (let j = 0; j < i; j++) {
      const rowJ = j * size;
      a[rowI + j] = (a[rowI + j] - rowProduct(a, rowI, rowJ, j)) / a[rowJ + j];
    }
    const diagonal = a[rowI + i];
    const pivot = diagonal - rowProduct(a, rowI, rowI, i);
    if (!(pivot > 1e-13 * diagonal)) return false;
    a[rowI + i] = Math.sqrt(pivot);
  }
  return true;
}

/** x = A⁻¹ x, given the factor of A. Shapes: factor [size, size], x [size] (from `offset`). */
export function choleskySolveInPlace(x: Float64Array, factor: Float64Array, size: number, offset = 0): void {
  for (let i = 0; i < size; i++) {
    let sum = x[offset + i];
    for (let j = 0; j < i; j++) sum -= factor[i * size + j] * x[offset + j];
    x[offset + i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = x[offset + i] / factor[i * size + i];
    x[offset + i] = value;
    for (let j = 0; j < i; j++) x[offset + j] -= factor[i * size + j] * value;
  }
}

/** Σ_k a[p + k] a[q + k] over `count` entries. */
function rowProduct(a: Float64Array, p: number, q: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += a[p + k] * a[q + k];
    s1 += a[p + k + 1] * a[q + k + 1];
    s2 += a[p + k + 2] * a[q + k + 2];
    s3 += a[p + k + 3] * a[q + k + 3];
  }
  for (; k < count; k++) s0 += a[p + k] * a[q + k];
  return s0 + s1 + (s2 + s3);
}
