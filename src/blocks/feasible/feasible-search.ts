import { dot } from "../../numeric/matrices/vector.ts";
import type { ClassBall, FeasibleSet } from "./feasible-set.ts";

/** a·x ≤ limit. */
export interface HalfSpace {
  readonly a: Float64Array;
  readonly limit: number;
}

export interface FeasibleGoal {
  /** gain·x is maximised. */
  readonly gain: Float64Array;
  readonly y: number;
  readonly within?: HalfSpace | null;
}

/** Relative width at which the sphere's multiplier is known, and halvings for each of the others. */
const [nuWidth, halvings] = [1e-5, 20];
/** Least curvature, as a share of the gain over the radius: without it the best row jumps from corner to corner where the sphere does not bind. */
const leastBend = 1e-3;

/**
 * The row of class y in the set that maximises a linear gain; null where none is found. With multipliers ν for the sphere,
 * σ for the slab and τ for one more half-space a·x ≤ b, the Lagrangian falls apart into features, so that its maximum is, feature by feature,
 *
 *   x_j = clip[(gain_j − σ u_j − τ a_j + ν μ_j) / ν],
 *
 * rounded to the nearest where rows are whole: a parabola's best whole number is the one next to its top. Each constraint falls as its own multiplier
 * rises, so the multipliers are found by nested halving. What rounding leaves of the sphere is filled by the features that gain most.
 */
export function bestFeasible(set: FeasibleSet, goal: FeasibleGoal): Float64Array | null {
  const ball = set.balls[goal.y];
  if (ball === null) return null;
  const search = makeSearch(set, ball, goal);
  const { within } = goal;
  let found = search.alongSlab(0);
  if (within && (found === null || dot(within.a, found) > within.limit)) {
    found = null;
    let [below, above] = [0, search.unit];
    for (let doubling = 0; doubling < 40; doubling++) {
      const x = search.alongSlab(above);
      if (x !== null && dot(within.a, x) <= within.limit) {
        found = x;
        break;
      }
      below = above;
      above *= 4;
    }
    for (let halving = 0; found !== null && halving < halvings; halving++) {
      const middle = 0.5 * (below + above);
      const x = search.alongSlab(middle);
      if (x !== null && dot(within.a, x) <= within.limit) [found, above] = [x, middle];
      else below = middle;
    }
  }
  return found === null ? null : set.whole ? filled(ball, goal, found) : found;
}

function makeSearch(set: FeasibleSet, ball: ClassBall, { gain, within }: FeasibleGoal) {
  const { centre, direction, radius, halfWidth, low, high } = ball;
  const { whole } = set;
  const cols = centre.length;
  const x = new Float64Array(cols);
  const push = new Float64Array(cols);
  const middle = dot(centre, direction);
  let largest = 0;
  for (let j = 0; j < cols; j++) largest = Math.max(largest, Math.abs(gain[j]));
  const unit = largest > 0 ? largest : 1;
  const leastNu = (leastBend * unit) / Math.max(radius, 1e-12);
  let lastNu = leastNu;

  /** Fills x for these multipliers; returns ‖x − centre‖². */
  function place(nu: number): number {
    let squares = 0;
    for (let j = 0; j < cols; j++) {
      let value = (push[j] + nu * centre[j]) / nu;
      if (whole) value = Math.round(value);
      value = value < low[j] ? low[j] : value > high[j] ? high[j] : value;
      x[j] = value;
      squares += (value - centre[j]) * (value - centre[j]);
    }
    return squares;
  }

  /** The best row in the sphere for these multipliers, left in x; false where the sphere holds none. */
  function alongBall(sigma: number, tau: number): boolean {
    for (let j = 0; j < cols; j++) push[j] = gain[j] - sigma * direction[j] - (within ? tau * within.a[j] : 0);
    // A class of one row has a sphere of no extent.
    const limit = radius * radius * (1 + 1e-12) + 1e-20 * (1 + dot(centre, centre));
    if (place(leastNu) <= limit) return true;
    let [below, above] = [leastNu, Math.max(2 * lastNu, 2 * leastNu)];
    for (let doubling = 0; place(above) > limit; doubling++) {
      if (doubling === 40) return false;
      below = above;
      above *= 4;
    }
    if (below === leastNu && lastNu / 2 > leastNu) {
      if (place(lastNu / 2) > limit) below = lastNu / 2;
      else above = lastNu / 2;
    }
    while (above - below > nuWidth * above) {
      const nu = 0.5 * (below + above);
      if (place(nu) > limit) below = nu;
      else above = nu;
    }
    place(above);
    lastNu = above;
    return true;
  }

  const offset = (): number => dot(x, direction) - middle;

  /** The best row in sphere and slab for this τ. */
  function alongSlab(tau: number): Float64Array | null {
    if (!alongBall(0, tau)) return null;
    const start = offset();
    if (Math.abs(start) <= halfWidth) return x.slice();
    const side = Math.sign(start);
    let [below, above] = [0, unit];
    const found = new Float64Array(cols);
    for (let doubling = 0; !(alongBall(side * above, tau) && side * offset() <= halfWidth); doubling++) {
      if (doubling === 40) return null;
      below = above;
      above *= 4;
    }
    found.set(x);
    for (let halving = 0; halving < halvings; halving++) {
      const sigma = 0.5 * (below + above);
      if (alongBall(side * sigma, tau) && side * offset() <= halfWidth) {
        above = sigma;
        found.set(x);
      } else below = sigma;
    }
    return Math.abs(dot(found, direction) - middle) <= halfWidth ? found : null;
  }

  return { unit, alongSlab };
}

/** Moves single features by one, best gain first, while every constraint holds. */
function filled(ball: ClassBall, { gain, within }: FeasibleGoal, x: Float64Array): Float64Array {
  const { centre, direction, radius, halfWidth } = ball;
  let [squares, offset, along] = [0, 0, 0];
  for (let j = 0; j < x.length; j++) {
    squares += (x[j] - centre[j]) ** 2;
    offset += (x[j] - centre[j]) * direction[j];
    if (within) along += x[j] * within.a[j];
  }
  const order = Int32Array.from(x.keys()).sort((a, b) => Math.abs(gain[b]) - Math.abs(gain[a]) || a - b);
  for (const j of order) {
    const step = Math.sign(gain[j]);
    const value = x[j] + step;
    if (step === 0 || value < ball.low[j] || value > ball.high[j]) continue;
    const nextSquares = squares + (value - centre[j]) ** 2 - (x[j] - centre[j]) ** 2;
    const nextOffset = offset + step * direction[j];
    const nextAlong = along + (within ? step * within.a[j] : 0);
    if (nextSquares > radius * radius || Math.abs(nextOffset) > halfWidth || (within && nextAlong > within.limit)) continue;
    x[j] = value;
    [squares, offset, along] = [nextSquares, nextOffset, nextAlong];
  }
  return x;
}
