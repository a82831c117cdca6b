import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import { NumericalError } from "../../core/errors.ts";
import type { HingeProblem, HingeSolution } from "../../numeric/solvers/hinge.ts";
import { type Matrix, addScaledRowInto, rowDot, selectRows, toDense } from "../../numeric/matrices/matrix.ts";

/** Shapes: v [features], multiplier [rows], 0 off the margin. */
export interface HingeResponse {
  readonly v: Float64Array;
  readonly multiplier: Float64Array;
}

/** A dual variable this near to an end, as a share of its range, stands at that end. */
const atEnd = 1e-5;

/**
 * How U answers where the rows of a hinge problem (hinge.ts) move: Biggio, Nelson & Laskov 2012, eq. 10, written for w instead of a kernel.
 *
 * While rows move a little, the rows S on the margin (0 < α < C) stay on it and every other α stays at its end. With A the rows of S and g = ∇U, let
 *
 *   v + Aᵀμ = g_w,   A v + β 1 = 0,   1ᵀμ = g_b  (a regularised bias: 1ᵀμ + β = g_b).
 *
 * Then ∂U/∂x_p = α_p t_p v − μ_p w for every row p, with μ_p = 0 off the margin.
 */
export function hingeResponse(problem: HingeProblem, { theta, alpha }: HingeSolution, g: Float64Array): HingeResponse {
  const { x, upper, freeBias } = problem;
  const onMargin = Int32Array.from(alpha.keys()).filter((i) => alpha[i] > atEnd * upper[i] && alpha[i] < (1 - atEnd) * upper[i]);
  const size = onMargin.length;
  const v = g.slice(0, x.cols);
  const multiplier = new Float64Array(x.rows);
  if (size === 0) return { v, multiplier };
  const factor = factoredGram(selectRows(x, onMargin), !freeBias);
  const mu = Float64Array.from(onMargin, (i) => rowDot(x, i, g) + (freeBias ? 0 : g[theta.length - 1]));
  choleskySolveInPlace(mu, factor, size);
  if (freeBias) {
    const ones = new Float64Array(size).fill(1);
    choleskySolveInPlace(ones, factor, size);
    const beta = (g[theta.length - 1] - sumOf(mu)) / sumOf(ones);
    for (let s = 0; s < size; s++) mu[s] += beta * ones[s];
  }
  onMargin.forEach((i, s) => {
    multiplier[i] = mu[s];
    addScaledRowInto(v, x, i, -mu[s]);
  });
  return { v, multiplier };
}

/** A Aᵀ (+ 1 1ᵀ), factored. More rows can lie on the margin than there are dimensions, so a trace of the identity is added. */
function factoredGram(a: Matrix, withOnes: boolean): Float64Array {
  const rows = toDense(a);
  const size = a.rows;
  const gram = new Float64Array(size * size);
  let trace = 0;
  for (let s = 0; s < size; s++) {
    for (let r = 0; r <= s; r++) gram[s * size + r] = rowDot(rows, s, rows.data, r * rows.cols) + (withOnes ? 1 : 0);
    trace += gram[s * size + s];
  }
  for (let s = 0; s < size; s++) gram[s * size + s] += 1e-11 * trace + Number.MIN_VALUE;
  if (!choleskyInPlace(gram, size)) throw new NumericalError("the rows on the margin say nothing about how the model would answer");
  return gram;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
