import { dot } from "../matrices/vector.ts";

/** A smooth function of few parameters, each between bounds; where both bounds are equal it stays. Shapes: [size]. */
export interface BoxedFunction {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** out = ∇f(x); returns f(x). */
  gradientInto(out: Float64Array, x: Float64Array): number;
}

/** Steps that are remembered. */
const memory = 10;
/** Steps in a row that must bring less than the tolerance. */
const patience = 3;

/**
 * Minimises f from x, in place, by L-BFGS steps among the parameters that are not held at a bound, with a line search along the projected path (Bertsekas 1982,
 * Projected Newton Methods for Optimization Problems with Simple Constraints, SIAM J. Control 20(2); Liu & Nocedal 1989). Finds a local minimum; returns f there.
 *
 * @param tolerance stop once three steps in a row bring less than this
 */
export function minimiseInBox(f: BoxedFunction, x: Float64Array, { tolerance, maxSteps }: { tolerance: number; maxSteps: number }): number {
  const size = x.length;
  clampInPlace(x, f);
  let g = new Float64Array(size);
  let nextG = new Float64Array(size);
  let value = f.gradientInto(g, x);
  const trial = new Float64Array(size);
  const direction = new Float64Array(size);
  let pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let step = 0, slow = 0; step < maxSteps && slow < patience; step++) {
    for (let j = 0; j < size; j++) direction[j] = isHeld(f, x, g, j) ? 0 : -g[j];
    const free = direction.slice();
    applyInverse(direction, pairs);
    for (let j = 0; j < size; j++) if (free[j] === 0) direction[j] = 0;
    if (!(dot(direction, free) > 0)) {
      pairs = [];
      direction.set(free);
    }
    const length = Math.sqrt(dot(direction, direction));
    if (!(length > 0)) break;
    let found = value;
    let fell = false;
    for (let t = pairs.length === 0 ? Math.min(1, 1 / length) : 1, tries = 0; tries < 30 && !fell; tries++, t /= 3) {
      for (let j = 0; j < size; j++) trial[j] = x[j] + t * direction[j];
      clampInPlace(trial, f);
      found = f.gradientInto(nextG, trial);
      let foretold = 0;
      for (let j = 0; j < size; j++) foretold += g[j] * (trial[j] - x[j]);
      fell = found <= value + 1e-4 * foretold && found < value;
    }
    if (!fell) {
      if (pairs.length === 0) break;
      pairs = [];
      continue;
    }
    const s = new Float64Array(size);
    const y = new Float64Array(size);
    for (let j = 0; j < size; j++) {
      s[j] = trial[j] - x[j];
      y[j] = nextG[j] - g[j];
    }
    const bend = dot(s, y);
    if (bend > 1e-10 * dot(y, y)) {
      pairs.push({ s, y, rho: 1 / bend });
      if (pairs.length > memory) pairs.shift();
    }
    slow = value - found < tolerance ? slow + 1 : 0;
    value = found;
    x.set(trial);
    [g, nextG] = [nextG, g];
  }
  return value;
}

function clampInPlace(x: Float64Array, { lower, upper }: BoxedFunction): void {
  for (let j = 0; j < x.length; j++) x[j] = Math.min(upper[j], Math.max(lower[j], x[j]));
}

function isHeld({ lower, upper }: BoxedFunction, x: Float64Array, g: Float64Array, j: number): boolean {
  return (x[j] <= lower[j] && g[j] >= 0) || (x[j] >= upper[j] && g[j] <= 0);
}

/** v ← B v, B the inverse Hessian that these steps tell (Nocedal's two loops). */
function applyInverse(v: Float64Array, pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[]): void {
  if (pairs.length === 0) return;
  const along = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k];
    along[k] = rho * dot(s, v);
    for (let j = 0; j < v.length; j++) v[j] -= along[k] * y[j];
  }
  const last = pairs[pairs.length - 1];
  const scale = 1 / (last.rho * dot(last.y, last.y));
  for (let j = 0; j < v.length; j++) v[j] *= scale;
  for (let k = 0; k < pairs.length; k++) {
    const { s, y, rho } = pairs[k];
    const back = along[k] - rho * dot(y, v);
    for (let j = 0; j < v.length; j++) v[j] += back * s[j];
  }
}
