import type { Dataset } from "../../core/dataset.ts";
import { type Matrix, addScaledRowInto, rowDot, rowSquaredNorm } from "../../numeric/matrices/matrix.ts";
import { dot, norm } from "../../numeric/matrices/vector.ts";
import { quantileOfSorted } from "./box.ts";
import { observedEnds } from "./injection-domain.ts";

/**
 * Where rows of one class lie: ‖x − centre‖ ≤ radius, |(x − centre)·direction| ≤ halfWidth and low ≤ x ≤ high. Shapes: centre, direction, low, high
 * [features].
 */
export interface ClassBall {
  readonly centre: Float64Array;
  readonly radius: number;
  /** Unit vector from the other classes' mean to this one's; zero where there is no difference. */
  readonly direction: Float64Array;
  readonly halfWidth: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Where a row may be inserted without standing out (Koh, Steinhardt & Liang 2018, section 2.3): in the sphere and the slab of its class, between what each
 * feature was seen to be, and whole where the clean rows are. Indicators stand still, at what the most central clean row of the class has.
 */
export interface FeasibleSet {
  /** By class; null where a class has no rows. */
  readonly balls: readonly (ClassBall | null)[];
  /** Whether every feature is a whole number. */
  readonly whole: boolean;
}

/** @param percentile share of the clean rows of each class within its sphere, and within its slab, in (0, 1] */
export function feasibleSetOf(data: Dataset, percentile: number): FeasibleSet {
  const { target, x, features } = data;
  if (target.kind !== "classes") throw new Error("a feasible set is drawn around classes");
  const [low, high] = observedEnds(x);
  const members = target.names.map((_, k) => Int32Array.from(data.y.keys()).filter((i) => data.y[i] === k));
  const balls = members.map((rows, k) => {
    if (rows.length === 0) return null;
    const centre = meanOf(x, rows);
    const others = meanOf(
      x,
      Int32Array.from(data.y.keys()).filter((i) => data.y[i] !== k),
    );
    const direction = centre.map((value, j) => value - others[j]);
    const length = norm(direction);
    if (length > 0) for (let j = 0; j < direction.length; j++) direction[j] /= length;
    const { distances, offsets } = filterDistances(x, rows, centre, direction);
    const central = new Float64Array(x.cols);
    addScaledRowInto(central, x, rows[distances.indexOf(distances.reduce((a, b) => Math.min(a, b)))], 1);
    const isStill = (j: number): boolean => features.kinds[j] === "indicator";
    return {
      low: low.map((value, j) => (isStill(j) ? central[j] : value)),
      high: high.map((value, j) => (isStill(j) ? central[j] : value)),
      centre,
      radius: quantileOfSorted(distances.sort(), percentile),
      direction,
      halfWidth: quantileOfSorted(offsets.sort(), percentile),
    };
  });
  return { balls, whole: isWhole(x) };
}

/** ‖x_i − centre‖ and |(x_i − centre)·direction| of these rows. Shapes: [rows]. */
export function filterDistances(
  x: Matrix,
  rows: Int32Array,
  centre: Float64Array,
  direction: Float64Array,
): { distances: Float64Array; offsets: Float64Array } {
  const square = dot(centre, centre);
  const middle = dot(centre, direction);
  const distances = Float64Array.from(rows, (i) => Math.sqrt(Math.max(0, rowSquaredNorm(x, i) - 2 * rowDot(x, i, centre) + square)));
  return { distances, offsets: Float64Array.from(rows, (i) => Math.abs(rowDot(x, i, direction) - middle)) };
}

/** Whether a row of this class lies in the set. Shape: x [features]. */
export function isFeasible(set: FeasibleSet, x: Float64Array, y: number, slack = 1e-9): boolean {
  const ball = set.balls[y];
  if (ball === null) return false;
  let [squares, offset] = [0, 0];
  for (let j = 0; j < x.length; j++) {
    if (!(x[j] >= ball.low[j] - slack && x[j] <= ball.high[j] + slack)) return false;
    if (set.whole && !Number.isInteger(x[j])) return false;
    const away = x[j] - ball.centre[j];
    squares += away * away;
    offset += away * ball.direction[j];
  }
  return Math.sqrt(squares) <= ball.radius * (1 + slack) + slack && Math.abs(offset) <= ball.halfWidth * (1 + slack) + slack;
}

export function meanOf(x: Matrix, rows: Int32Array): Float64Array {
  const mean = new Float64Array(x.cols);
  for (const i of rows) addScaledRowInto(mean, x, i, 1 / rows.length);
  return mean;
}

function isWhole(x: Matrix): boolean {
  return (x.kind === "sparse" ? x.values : x.data).every(Number.isInteger);
}
