import type { DenseMatrix } from "../../numeric/matrices/matrix.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import { solveHingeByInteriorPoint } from "../../numeric/solvers/hinge-interior-point.ts";

/** Where a filter lets rows of one class lie: ‖x − centre‖ ≤ radius and |(x − centre)·direction| ≤ halfWidth, direction a unit vector or zero. Shapes: [features]. */
export interface SphereAndSlab {
  readonly centre: Float64Array;
  readonly radius: number;
  readonly direction: Float64Array;
  readonly halfWidth: number;
}

export interface HingeGame {
  readonly x: DenseMatrix;
  /** ±1. Shape: [rows]. */
  readonly t: Float64Array;
  readonly decay: number;
  /** Of the class −1 and of the class 1. */
  readonly filters: readonly [SphereAndSlab, SphereAndSlab];
}

export interface HingeBound {
  /** No `rows` insertions that pass the filters raise the training loss above this. */
  readonly upper: number;
  /** These insertions raise it at least to `reached`. Shape: x [rows, features]. */
  readonly reached: number;
  readonly attack: { readonly x: DenseMatrix; readonly t: Float64Array };
}

/** The row of class ±1 that a filter lets through with the least margin t (w·x + b), and that margin. */
export function worstRow(
  { centre, radius, direction, halfWidth }: SphereAndSlab,
  theta: Float64Array,
  t: number,
): { x: Float64Array; margin: number } {
  const cols = centre.length;
  const w = theta.subarray(0, cols);
  const along = dot(w, direction);
  const isDirected = direction.some((value) => value !== 0);
  const across = w.map((value, j) => value - along * direction[j]);
  const length = Math.sqrt(dot(across, across));
  // With z = x − centre = u direction + the rest: the gain g u + length √(radius² − u²) is largest at u = g radius / ‖w‖.
  const gain = -t * along;
  const whole = Math.sqrt(gain * gain + length * length);
  const most = Math.min(radius, halfWidth);
  const u = isDirected && whole > 0 ? Math.max(-most, Math.min(most, (gain * radius) / whole)) : 0;
  const rest = Math.sqrt(Math.max(0, radius * radius - u * u));
  const x = centre.map((value, j) => value + u * direction[j] - (length > 0 ? (t * rest * across[j]) / length : 0));
  return { x, margin: t * (dot(w, centre) + theta[cols]) - gain * u - length * rest };
}

/**
 * How far k inserted rows can raise P(θ) = ½ λ ‖θ‖² + (1 / n) Σ max(0, 1 − t (w·x + b)) at its minimum, the sum over the n clean rows and them. For any θ it stays below
 * ½ λ ‖θ‖² + clean hinge(θ) + (k / n) max over feasible rows of their hinge at θ (Steinhardt, Koh & Liang 2017, eq. 5), and the least of these is the largest
 * minimum over attacks. Attacks that answer the best model for all attacks so far come ever closer to it, each weighed 2 / (step + 2) (Frank & Wolfe); those models give upper bounds, and k rows drawn from
 * the attacks by their weights a lower one, which a feasible point of the dual problem proves.
 */
export function hingeBound(
  game: HingeGame,
  k: number,
  { steps, enough = 0.005, stop = () => {} }: { readonly steps: number; readonly enough?: number; readonly stop?: () => void },
): HingeBound {
  const { x, t, decay, filters } = game;
  const n = x.rows;
  const rows: { x: Float64Array; t: number }[] = [];
  let weights: number[] = [];
  let upper = Infinity;
  for (let step = 0; step < steps; step++) {
    stop();
    const { theta, dual } = solve(weights.map((weight) => weight * k));
    const below = worstRow(filters[0], theta, -1);
    const above = worstRow(filters[1], theta, 1);
    const worst = below.margin < above.margin ? { ...below, t: -1 } : { ...above, t: 1 };
    upper = Math.min(upper, clean(theta) + (k / n) * Math.max(0, 1 - worst.margin));
    if (k === 0 || (rows.length > 0 && upper - dual <= enough * upper)) break;
    const share = 2 / (step + 2);
    weights = [...weights.map((weight) => weight * (1 - share)), share];
    rows.push(worst);
  }
  const counts = wholeCounts(weights, k);
  const drawn = rows.flatMap((row, i) => Array.from({ length: counts[i] }, () => row));
  const attack = {
    x: { ...x, rows: drawn.length, data: Float64Array.from(drawn.flatMap((row) => [...row.x])) },
    t: Float64Array.from(drawn, (row) => row.t),
  };
  return { upper: upper * (1 + 1e-9), reached: solve(counts).dual, attack };

  /** With so many of each attacking row: the model, and what its loss is at least. */
  function solve(many: readonly number[]): { theta: Float64Array; dual: number } {
    const used = rows.filter((_, i) => many[i] > 0);
    const data = new Float64Array((n + used.length) * x.cols);
    data.set(x.data.subarray(0, n * x.cols));
    used.forEach((row, i) => data.set(row.x, (n + i) * x.cols));
    const signs = new Float64Array(n + used.length);
    signs.set(t);
    used.forEach((row, i) => (signs[n + i] = row.t));
    const limits = new Float64Array(n + used.length).fill(1 / (decay * n));
    many.filter((count) => count > 0).forEach((count, i) => (limits[n + i] = count / (decay * n)));
    const problem = { x: { ...x, rows: n + used.length, data }, t: signs, upper: limits, freeBias: false };
    const { theta, primal, gap } = solveHingeByInteriorPoint(problem, { tolerance: 1e-4, stop });
    return { theta, dual: decay * primal * (1 - gap) };
  }

  function clean(theta: Float64Array): number {
    let hinges = 0;
    for (let i = 0; i < n; i++) {
      let value = theta[x.cols];
      for (let j = 0; j < x.cols; j++) value += theta[j] * x.data[i * x.cols + j];
      hinges += Math.max(0, 1 - t[i] * value);
    }
    return 0.5 * decay * dot(theta, theta) + hinges / n;
  }
}

/** Whole numbers that add up to `total`, by the largest remainders. */
function wholeCounts(shares: readonly number[], total: number): number[] {
  const counts = shares.map((share) => Math.floor(share * total));
  const order = [...shares.keys()].sort((a, b) => shares[b] * total - counts[b] - (shares[a] * total - counts[a]) || a - b);
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  for (const i of order) if (left-- > 0) counts[i]++;
  return counts;
}
