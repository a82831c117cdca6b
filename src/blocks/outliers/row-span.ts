import { leadingCentredDirections, squaredDistance } from "../../numeric/solvers/centred-rows.ts";
import { type Matrix, addScaledRowInto, rowDot, rowSquaredNorm } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";
import { addScaledInto, dot, norm } from "../../numeric/matrices/vector.ts";

/** An orthonormal basis of a space of features. */
export interface RowSpan {
  /** Shape: each [features]. */
  readonly basis: readonly Float64Array[];
  /** What is left of a_row − centre outside the space. Shapes: centre [features], result [features]. */
  restOf(a: Matrix, row: number, centre: Float64Array): Float64Array;
}

/**
 * The span of these vectors and of the leading right singular vectors of `a`: as few as hold `energy` of the squared singular values, at most `maxRank`.
 * Shapes: vectors each [cols].
 */
export function spanOf(
  a: Matrix,
  vectors: readonly Float64Array[],
  { energy, maxRank }: { readonly energy: number; readonly maxRank: number },
  rng: Rng,
): RowSpan {
  let total = 0;
  for (let i = 0; i < a.rows; i++) total += rowSquaredNorm(a, i);
  const most = Math.min(maxRank, a.rows, a.cols);
  const all = Int32Array.from({ length: a.rows }, (_, i) => i);
  const origin = new Float64Array(a.cols);
  const leading = leadingCentredDirections(a, all, origin, most, rng, { tolerance: 1e-3, maxSteps: 2 * most + 20 });
  const basis: Float64Array[] = [];
  const add = (vector: Float64Array): void => {
    const q = vector.slice();
    const before = norm(q);
    for (let pass = 0; pass < 2; pass++) for (const other of basis) addScaledInto(q, -dot(other, q), other);
    const length = norm(q);
    if (!(length > 1e-9 * before)) return;
    for (let j = 0; j < q.length; j++) q[j] /= length;
    basis.push(q);
  };
  let held = 0;
  for (let k = 0; k < most && held < energy * total * (1 - 1e-12); k++) {
    add(leading.vectors.subarray(k * a.cols, (k + 1) * a.cols));
    held += leading.values[k];
  }
  vectors.forEach(add);
  return {
    basis,
    restOf(of, row, centre) {
      const rest = centre.map((value) => -value);
      addScaledRowInto(rest, of, row, 1);
      for (const q of basis) addScaledInto(rest, -dot(q, rest), q);
      return rest;
    },
  };
}

/** ‖(I − P)(a_i − centre)‖ of these rows. Shape: [rows]. */
export function residualsOutside(a: Matrix, rows: Int32Array, centre: Float64Array, { basis }: RowSpan): Float64Array {
  const square = dot(centre, centre);
  const middles = basis.map((q) => dot(centre, q));
  return Float64Array.from(rows, (row) => {
    const whole = squaredDistance(a, row, centre, square);
    let rest = whole;
    basis.forEach((q, k) => (rest -= (rowDot(a, row, q) - middles[k]) ** 2));
    return rest > 1e-12 * whole ? Math.sqrt(rest) : 0;
  });
}
