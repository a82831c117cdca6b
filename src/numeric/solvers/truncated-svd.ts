import { type Matrix, addScaledRowInto, rowDot } from "../matrices/matrix.ts";
import type { Rng } from "../random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";
import { addScaledInto, dot, norm } from "../matrices/vector.ts";

/** Singular values, falling, and row k of `right` the right singular vector of `values[k]`. Shapes: values [rank], right [rank, cols]. */
export interface TruncatedSvd {
  readonly values: Float64Array;
  readonly right: Float64Array;
}

/**
 * The largest singular values of a matrix, by power sweeps on a random subspace that is a little larger than asked (Halko, Martinsson & Tropp 2011,
 * algorithm 4.4). Signs are fixed: the largest entry of each vector is positive.
 *
 * @param rank at most the smaller side of `a`
 */
export function truncatedSvd(a: Matrix, rank: number, rng: Rng, { spare = 10, sweeps = 12 } = {}): TruncatedSvd {
  const { rows, cols } = a;
  const width = Math.min(rank + spare, rows, cols);
  const basis = Array.from({ length: width }, () => Float64Array.from({ length: cols }, () => rng.normal()));
  orthonormalise(basis);
  const images = (): Float64Array[] => basis.map((q) => Float64Array.from({ length: rows }, (_, i) => rowDot(a, i, q)));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const left = images();
    orthonormalise(left);
    basis.forEach((q, k) => {
      q.fill(0);
      for (let i = 0; i < rows; i++) addScaledRowInto(q, a, i, left[k][i]);
    });
    orthonormalise(basis);
  }
  const left = images();
  const gram = new Float64Array(width * width);
  for (let k = 0; k < width; k++) for (let l = 0; l <= k; l++) gram[k * width + l] = dot(left[k], left[l]);
  const { values, vectors } = symmetricEigen(gram, width);
  const out = { values: new Float64Array(rank), right: new Float64Array(rank * cols) };
  for (let k = 0; k < rank; k++) {
    const from = width - 1 - k;
    out.values[k] = Math.sqrt(Math.max(0, values[from]));
    const vector = out.right.subarray(k * cols, (k + 1) * cols);
    for (let l = 0; l < width; l++) addScaledInto(vector, vectors[from * width + l], basis[l]);
    const top = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    if (top < 0) for (let j = 0; j < cols; j++) vector[j] = -vector[j];
  }
  return out;
}

/** Gram–Schmidt, twice; a vector that depends on earlier ones becomes 0. */
function orthonormalise(vectors: readonly Float64Array[]): void {
  vectors.forEach((v, k) => {
    const before = norm(v);
    for (let pass = 0; pass < 2; pass++) for (let l = 0; l < k; l++) addScaledInto(v, -dot(vectors[l], v), vectors[l]);
    const length = norm(v);
    const scale = length > 1e-12 * before ? 1 / length : 0;
    for (let j = 0; j < v.length; j++) v[j] *= scale;
  });
}
