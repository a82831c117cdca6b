import { type HingeProblem, type HingeSolution, hingeSolution } from "./hinge.ts";
import { addScaledRowInto, rowDot, rowSquaredNorm } from "../matrices/matrix.ts";
import { addScaledRowsInto } from "../matrices/matrix-vector.ts";
import type { Rng } from "../random.ts";

export interface CoordinateDescentOptions {
  /** Relative duality gap to reach. */
  readonly tolerance: number;
  readonly rng: Rng;
  /** Passes over the rows, all in all. */
  readonly maxEpochs?: number;
  /** Dual variables to start from; cut to what is allowed. */
  readonly start?: Float64Array | undefined;
  readonly stop?: () => void;
}

/**
 * Solves the hinge problem by dual coordinate descent with random permutations and shrinking (Hsieh, Chang, Lin, Keerthi & Sundararajan 2008, "A
 * dual coordinate descent method for large-scale linear SVM", ICML, algorithm 3), which does the squared hinge too. For many features, sparse rows,
 * strong regularisation.
 *
 * The bias is the weight of a constant feature, which is what "regularised" means. A free bias is found by proximal point steps: the penalty
 * ½ (b − centre)² takes the place of ½ b², and the centre moves to the b just found until the gap of the free problem closes. The problem is
 * piecewise quadratic, so a few steps do.
 */
export function solveHingeByCoordinateDescent(problem: HingeProblem, options: CoordinateDescentOptions): HingeSolution {
  const { x, t, upper, freeBias, squared = false } = problem;
  const { rows, cols } = x;
  const { tolerance, rng, maxEpochs = 20_000 } = options;
  const limit = squared ? upper.map((c) => (c > 0 ? Infinity : 0)) : upper;
  /** What the square of α_i adds to the curvature along it. */
  const ownCurvature = upper.map((c) => (squared && c > 0 ? 1 / (2 * c) : 0));
  const alpha = new Float64Array(rows);
  if (options.start?.length === rows) for (let i = 0; i < rows; i++) alpha[i] = Math.min(limit[i], Math.max(0, options.start[i]));
  const square = new Float64Array(rows);
  for (let i = 0; i < rows; i++) square[i] = rowSquaredNorm(x, i) + 1 + ownCurvature[i];
  const order = Int32Array.from(upper.keys()).filter((i) => upper[i] > 0);
  const w = new Float64Array(cols);
  const signed = new Float64Array(rows);
  let centre = 0;
  let b = 0;
  let active = order.length;
  let violationLimit = 0.1;
  let highest = Infinity;
  let lowest = -Infinity;

  /** Rounding creeps into w over many updates. */
  function refresh(): void {
    w.fill(0);
    b = centre;
    for (let i = 0; i < rows; i++) {
      signed[i] = alpha[i] * t[i];
      b += signed[i];
    }
    addScaledRowsInto(w, 0, x, signed, 0, rows);
  }

  function shuffle(): void {
    for (let k = active - 1; k > 0; k--) swap(order, k, rng.integer(k + 1));
  }

  /** One pass over the active rows; returns the spread of the projected gradient. */
  function pass(): number {
    let [most, least] = [-Infinity, Infinity];
    shuffle();
    for (let k = 0; k < active; k++) {
      const i = order[k];
      const gradient = t[i] * (rowDot(x, i, w) + b) - 1 + ownCurvature[i] * alpha[i];
      let projected = gradient;
      if (alpha[i] === 0) {
        if (gradient > highest) {
          swap(order, k--, --active);
          continue;
        }
        projected = Math.min(0, gradient);
      } else if (alpha[i] === limit[i]) {
        if (gradient < lowest) {
          swap(order, k--, --active);
          continue;
        }
        projected = Math.max(0, gradient);
      }
      most = Math.max(most, projected);
      least = Math.min(least, projected);
      if (Math.abs(projected) < 1e-14) continue;
      const old = alpha[i];
      alpha[i] = Math.min(limit[i], Math.max(0, old - gradient / square[i]));
      const change = (alpha[i] - old) * t[i];
      addScaledRowInto(w, x, i, change);
      b += change;
    }
    highest = most > 0 ? most : Infinity;
    lowest = least < 0 ? least : -Infinity;
    return active === 0 ? 0 : most - least;
  }

  function unshrink(): void {
    active = order.length;
    highest = Infinity;
    lowest = -Infinity;
  }

  refresh();
  let best = hingeSolution(problem, alpha, 0);
  for (let epoch = 1; epoch <= maxEpochs && best.gap > tolerance; epoch++) {
    options.stop?.();
    const spread = pass();
    const settled = spread <= violationLimit;
    if (!settled && epoch % 100 !== 0) continue;
    if (settled && active < order.length) {
      unshrink();
      continue;
    }
    refresh();
    const found = hingeSolution(problem, alpha, epoch);
    if (found.gap < best.gap) best = found;
    if (!settled) continue;
    if (freeBias) {
      centre = b;
      refresh();
      unshrink();
    }
    violationLimit = Math.max(1e-12, violationLimit * (freeBias ? 0.5 : 0.3));
  }
  return best;
}

function swap(values: Int32Array, a: number, b: number): void {
  const kept = values[a];
  values[a] = values[b];
  values[b] = kept;
}
