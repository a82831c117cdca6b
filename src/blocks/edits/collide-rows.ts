import { type DenseMatrix, denseMatrix } from "../../numeric/matrices/matrix.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Domain, placesOf } from "../feasible/domain.ts";
import type { InjectedRows } from "../injection/injected-rows.ts";

/** Rows that are to look like something else to a model. Each is in one group, and each group has one goal. */
export interface CollisionProblem {
  /** As they are before they move. */
  readonly rows: InjectedRows;
  /** Shape: [rows]. */
  readonly group: Int32Array;
  /** Shape: [groups, width]. */
  readonly goals: DenseMatrix;
  readonly domain: Domain;
  /** φ. Shapes: x [rows, features], result [rows, width]. */
  represent(x: DenseMatrix): DenseMatrix;
  /** Σ_u slopes_iu ∂φ_u/∂x_i. Shapes: slopes [rows, width], result [rows, features]. */
  representSlopes(x: DenseMatrix, slopes: DenseMatrix): DenseMatrix;
}

export interface CollisionSettings {
  /** Looks at the representation. */
  readonly steps: number;
  /** β. */
  readonly closeness: number;
}

export interface Collision {
  readonly x: DenseMatrix;
  /** ‖mean φ − goal‖² over what it was before, of each group; 0 where the goal was met from the start. Shape: [groups]. */
  readonly gaps: Float64Array;
}

const [shrink, grow, leastRate] = [0.5, 1.6, 1e-12];

/**
 * For each group G of rows with base rows b, by forward-backward splitting (Shafahi et al. 2018, algorithm 1):
 *
 *     F = ‖(1/|G|) Σ φ(x_i) − goal‖² / d² + β (1/|G|) Σ ‖x_i − b_i‖² / r²,   x_i in the domain about b_i
 *     x̂_i = x_i − η ∇ of the first term,   x_i ← the projection of (x̂_i + η' b_i) / (1 + η'),  η' = 2 η β / (|G| r²)
 *
 * d² is the first distance and r the length of the whole reach, so that β has no unit. A group of one row is a feature collision, a larger one a bullseye
 * (Aghakhani et al. 2021, eq. 2). η is halved where F would not fall, so F never rises.
 */
export function collideRows(
  problem: CollisionProblem,
  settings: CollisionSettings,
  context: Pick<RunContext, "signal" | "progress">,
): Collision {
  const { group, goals, domain } = problem;
  const base = problem.rows.x;
  const { rows, cols } = base;
  const places = placesOf(problem.rows);
  const width = goals.cols;
  const groups = goals.rows;
  const sizes = new Float64Array(groups);
  for (const g of group) sizes[g]++;
  const range = domain.scale.reduce((sum, reach) => sum + reach * reach, 0);
  let x = denseMatrix(rows, cols, base.data.slice());
  let trial = denseMatrix(rows, cols, base.data.slice());
  const meanGap = new Float64Array(groups * width);
  const squaredGaps = new Float64Array(groups);

  /** Fills in mean φ − goal of every group. */
  function lookAt(at: DenseMatrix): void {
    const h = problem.represent(at);
    meanGap.set(goals.data);
    for (let p = 0; p < meanGap.length; p++) meanGap[p] = -meanGap[p];
    for (let i = 0; i < rows; i++) for (let u = 0; u < width; u++) meanGap[group[i] * width + u] += h.data[i * width + u] / sizes[group[i]];
    squaredGaps.fill(0);
    for (let p = 0; p < meanGap.length; p++) squaredGaps[Math.floor(p / width)] += meanGap[p] * meanGap[p];
  }
  const strayed = new Float64Array(groups);
  function strayOf(at: DenseMatrix): Float64Array {
    strayed.fill(0);
    if (range > 0)
      for (let p = 0; p < at.data.length; p++) {
        const g = group[Math.floor(p / cols)];
        strayed[g] += (at.data[p] - base.data[p]) ** 2 / (range * sizes[g]);
      }
    return strayed;
  }

  lookAt(x);
  const first = squaredGaps.slice();
  const lowest = Float64Array.from(first, (square) => (square > 0 ? 1 : 0));
  const gaps = lowest.slice();
  const rates = Float64Array.from(first, (square) => (square > 0 && range > 0 ? 1 : 0));
  const slopes = denseMatrix(rows, width);
  let gradient = denseMatrix(rows, cols);
  const isFresh = new Uint8Array(groups).fill(1);
  for (let step = 0; step < settings.steps && rates.some((rate) => rate > leastRate); step++) {
    stopIfCancelled(context.signal);
    if (isFresh.some((fresh) => fresh === 1)) {
      lookAt(x);
      for (let i = 0; i < rows; i++)
        for (let u = 0; u < width; u++)
          slopes.data[i * width + u] = first[group[i]] > 0 ? (2 * meanGap[group[i] * width + u]) / first[group[i]] : 0;
      gradient = problem.representSlopes(x, slopes);
      if (step === 0) firstRates(rates, gradient, group, range);
      isFresh.fill(0);
    }
    for (let i = 0; i < rows; i++) {
      const rate = rates[group[i]];
      const pull = range > 0 ? (2 * rate * settings.closeness) / range : 0;
      for (let p = i * cols; p < (i + 1) * cols; p++)
        trial.data[p] = (x.data[p] - rate * gradient.data[p] + pull * base.data[p]) / (1 + pull);
      domain.projectInPlace(trial.data.subarray(i * cols, (i + 1) * cols), places[i]);
    }
    lookAt(trial);
    const stray = strayOf(trial);
    const isBetter = Uint8Array.from(rates, (rate, g) =>
      rate > leastRate && squaredGaps[g] / first[g] + settings.closeness * stray[g] < lowest[g] ? 1 : 0,
    );
    for (let g = 0; g < groups; g++) {
      rates[g] *= isBetter[g] === 1 ? grow : shrink;
      if (isBetter[g] === 0) continue;
      gaps[g] = squaredGaps[g] / first[g];
      lowest[g] = gaps[g] + settings.closeness * stray[g];
      isFresh[g] = 1;
    }
    for (let i = 0; i < rows; i++) if (isBetter[group[i]] === 0) trial.data.set(x.data.subarray(i * cols, (i + 1) * cols), i * cols);
    [x, trial] = [trial, x];
    context.progress?.((step + 1) / settings.steps);
  }
  return { x, gaps };
}

/** A first step that is as long as the whole reach; what is too long is halved. */
function firstRates(rates: Float64Array, gradient: DenseMatrix, group: Int32Array, range: number): void {
  const steepest = new Float64Array(rates.length);
  for (let i = 0; i < group.length; i++) {
    let squares = 0;
    for (let p = i * gradient.cols; p < (i + 1) * gradient.cols; p++) squares += gradient.data[p] ** 2;
    steepest[group[i]] = Math.max(steepest[group[i]], squares);
  }
  for (let g = 0; g < rates.length; g++) if (rates[g] > 0) rates[g] = steepest[g] > 0 ? Math.sqrt(range / steepest[g]) : 0;
}
