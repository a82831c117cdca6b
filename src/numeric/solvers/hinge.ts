import type { Matrix } from "../matrices/matrix.ts";
import { addScaledRowsInto, multiplyRowsInto } from "../matrices/matrix-vector.ts";
import { orderBy } from "../orders/ranks.ts";

/**
 * The linear support vector machine with the plain hinge:
 *
 *   min over w, b of P = ½‖w‖² + ½ b² [regularised bias only] + Σ_i C_i max(0, 1 − t_i (w·x_i + b))
 *   max over 0 ≤ α ≤ C of D = Σ_i α_i − ½‖w(α)‖² − ½ (Σ t α)² [regularised], with Σ t α = 0 [free],   w(α) = Σ_i α_i t_i x_i
 *
 * With the squared hinge, P has C_i max(0, …)² instead, D has − Σ α_i² / (4 C_i) more, and nothing bounds α from above.
 *
 * Shapes: t (±1), upper (C) [rows].
 */
export interface HingeProblem {
  readonly x: Matrix;
  readonly t: Float64Array;
  readonly upper: Float64Array;
  readonly freeBias: boolean;
  readonly squared?: boolean;
}

export interface HingeSolution {
  /** [w, b]. */
  readonly theta: Float64Array;
  readonly alpha: Float64Array;
  readonly primal: number;
  /** (P − D) / P for a feasible α: how far P can be from its minimum, relatively. */
  readonly gap: number;
  readonly iterations: number;
}

/**
 * The solution that α stands for: w(α), the best b for that w, and the duality gap between them. A free bias needs Σ t α = 0; what is missing is
 * taken proportionally from the heavier class.
 */
export function hingeSolution(problem: HingeProblem, given: Float64Array, iterations: number): HingeSolution {
  const { x, t, upper, freeBias, squared = false } = problem;
  const { rows, cols } = x;
  const alpha = freeBias ? balanced(given, t) : given;
  const theta = new Float64Array(cols + 1);
  const signed = alpha.map((a, i) => a * t[i]);
  addScaledRowsInto(theta, 0, x, signed, 0, rows);
  const z = new Float64Array(rows);
  multiplyRowsInto(z, x, theta, 0, 0, rows);
  const best = squared ? bestBiasOfSquares : bestBias;
  theta[cols] = freeBias ? best(z, t, upper) : signed.reduce((sum, value) => sum + value, 0);
  let squares = 0;
  for (let j = 0; j < cols + (freeBias ? 0 : 1); j++) squares += theta[j] * theta[j];
  let hinges = 0;
  let alphas = 0;
  for (let i = 0; i < rows; i++) {
    const short = Math.max(0, 1 - t[i] * (z[i] + theta[cols]));
    hinges += upper[i] * (squared ? short * short : short);
    alphas += alpha[i] - (squared && upper[i] > 0 ? (alpha[i] * alpha[i]) / (4 * upper[i]) : 0);
  }
  const primal = 0.5 * squares + hinges;
  const gap = squares + hinges - alphas;
  return { theta, alpha, primal, gap: primal > 0 ? gap / primal : 0, iterations };
}

/**
 * The b that minimises Σ C_i max(0, 1 − t_i (z_i + b)): the slope rises by C_i at each b = t_i − z_i, from −Σ_{t = 1} C on, and b is where it
 * reaches 0. With one class alone every b beyond the last kink will do.
 */
function bestBias(z: Float64Array, t: Float64Array, upper: Float64Array): number {
  const at = new Float64Array(z.length);
  for (let i = 0; i < z.length; i++) at[i] = t[i] - z[i];
  const kinks = orderBy(at).filter((i) => upper[i] > 0);
  if (kinks.length === 0) return 0;
  let slope = 0;
  for (const i of kinks) if (t[i] > 0) slope -= upper[i];
  for (const i of kinks) {
    if (slope >= 0) return t[i] - z[i];
    slope += upper[i];
    if (slope >= 0) return t[i] - z[i];
  }
  const last = kinks[kinks.length - 1];
  return t[last] - z[last];
}

/** The b that minimises Σ C_i max(0, 1 − t_i (z_i + b))²: its slope rises from the first kink b = t_i − z_i to the last, and is halved in on. */
function bestBiasOfSquares(z: Float64Array, t: Float64Array, upper: Float64Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < z.length; i++) {
    if (upper[i] === 0) continue;
    low = Math.min(low, t[i] - z[i]);
    high = Math.max(high, t[i] - z[i]);
  }
  if (low > high) return 0;
  for (let halving = 0; halving < 100; halving++) {
    const b = low + 0.5 * (high - low);
    if (b <= low || b >= high) break;
    let slope = 0;
    for (let i = 0; i < z.length; i++) slope -= upper[i] * t[i] * Math.max(0, 1 - t[i] * (z[i] + b));
    if (slope < 0) low = b;
    else high = b;
  }
  return high;
}

function balanced(alpha: Float64Array, t: Float64Array): Float64Array {
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < t.length; i++) {
    if (t[i] > 0) positive += alpha[i];
    else negative += alpha[i];
  }
  const total = Math.min(positive, negative);
  return alpha.map((a, i) => {
    const side = t[i] > 0 ? positive : negative;
    return side > 0 ? a * (total / side) : 0;
  });
}
