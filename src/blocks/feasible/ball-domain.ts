import { type DenseMatrix, toDense } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";
import { type Box, boxDomain, quantileOfSorted } from "./box.ts";
import type { Domain } from "./domain.ts";

/** Distances are in standard deviations of each feature that moves. Shape: center [features]. */
export interface Ball {
  readonly center: Float64Array;
  readonly radius: number;
}

/**
 * A ball about the mean of the clean rows that an injected row would pass for, those of its task and class, as wide as all but a share `tail` of them
 * reach; together with `range`, outside which a single feature would stand out. Where a task has fewer than two rows of the class, the ball is that of
 * the task, and where it has fewer than two rows at all, that of the data.
 *
 * The point is shrunk towards the center and then clipped to `range`. The center lies in `range`, so that clipping only comes nearer to it: both hold
 * afterwards, though it is not the nearest such point.
 *
 * @param tail share of the clean rows that lie outside, in [0, 1)
 */
export function ballDomain(data: Dataset, range: Box, tail: number): Domain {
  const inRange = boxDomain(range);
  const clean = toDense(data.x);
  const balls = new Map<string, Ball>();
  const ballOf = (y: number, task: number): Ball => {
    const key = `${task} ${data.target.kind === "classes" ? y : ""}`;
    let ball = balls.get(key);
    if (ball === undefined) balls.set(key, (ball = ballAround(clean, likeRows(data, y, task), range.scale, tail)));
    return ball;
  };
  return {
    scale: range.scale,
    projectInPlace(x, row) {
      shrinkInPlace(x, ballOf(row.label, row.task), range.scale);
      inRange.projectInPlace(x, row);
    },
  };
}

function likeRows({ y, task, target }: Dataset, label: number, of: number): number[] {
  const all = Array.from(y.keys());
  const ofTask = all.filter((i) => task[i] === of);
  const ofClass = target.kind === "classes" ? ofTask.filter((i) => y[i] === label) : ofTask;
  return [ofClass, ofTask].find((rows) => rows.length >= 2) ?? all;
}

/** @param tail share of these rows that lie outside */
export function ballAround(x: DenseMatrix, rows: readonly number[], scale: Float64Array, tail: number): Ball {
  const { data, cols } = x;
  const center = new Float64Array(cols);
  for (const row of rows) for (let j = 0; j < cols; j++) center[j] += data[row * cols + j] / rows.length;
  const distances = Float64Array.from(rows, (row) => distanceTo(center, data.subarray(row * cols, (row + 1) * cols), scale));
  return { center, radius: quantileOfSorted(distances.sort(), 1 - tail) };
}

/** The nearest point of the ball, over the features that move. Shapes: x, scale [features]. */
export function shrinkInPlace(x: Float64Array, { center, radius }: Ball, scale: Float64Array): void {
  const distance = distanceTo(center, x, scale);
  if (distance <= radius) return;
  for (let j = 0; j < x.length; j++) if (scale[j] > 0) x[j] = center[j] + (radius / distance) * (x[j] - center[j]);
}

export function distanceTo(center: Float64Array, x: Float64Array, scale: Float64Array): number {
  let squares = 0;
  for (let j = 0; j < x.length; j++) if (scale[j] > 0) squares += ((x[j] - center[j]) / scale[j]) ** 2;
  return Math.sqrt(squares);
}
