import type { Dataset } from "../../core/dataset.ts";
import { type Matrix, selectRows } from "../../numeric/matrices/matrix.ts";
import { addScaledRowsInto, multiplyRowsInto } from "../../numeric/matrices/matrix-vector.ts";
import { logisticRowsInto } from "../../numeric/matrices/logistic-rows.ts";
import { targetsOf } from "../linear/layout.ts";

/** Which loss a row has: ln(1 + e^{−tz}) for two classes (t = ±1), (z − t)² / 2 for a real target. */
export type MtrlLoss = "logistic" | "square";

/**
 * The training rows in the order of their tasks. Shapes: x [rows, features], t, share [rows]; the rows of task i are [starts[i], starts[i + 1]).
 *
 * share = weight / Σ weight of the row's task, so that every task with rows counts 1.
 */
export interface TaskRows {
  readonly loss: MtrlLoss;
  readonly x: Matrix;
  readonly t: Float64Array;
  readonly share: Float64Array;
  readonly starts: Int32Array;
  readonly tasks: number;
  /** The share of a row with weight 1; 0 for a task without rows. Shape: [tasks]. */
  readonly unitShare: Float64Array;
}

export function lossOf(data: Dataset): MtrlLoss {
  return data.target.kind === "real" ? "square" : "logistic";
}

/** Of data that are trained on and then differentiated, twice the same. */
const known = new WeakMap<Dataset, TaskRows>();

export function taskRows(data: Dataset): TaskRows {
  let rows = known.get(data);
  if (rows === undefined) known.set(data, (rows = sortedRows(data)));
  return rows;
}

function sortedRows(data: Dataset): TaskRows {
  const tasks = data.tasks.length;
  const rows = data.x.rows;
  const starts = new Int32Array(tasks + 1);
  for (const task of data.task) starts[task + 1]++;
  for (let i = 0; i < tasks; i++) starts[i + 1] += starts[i];
  const next = starts.slice();
  const order = new Int32Array(rows);
  for (let i = 0; i < rows; i++) order[next[data.task[i]]++] = i;
  let isSorted = true;
  for (let i = 0; i < rows && isSorted; i++) isSorted = order[i] === i;
  const targets = targetsOf(data, 0);
  const t = new Float64Array(rows);
  const share = new Float64Array(rows);
  const unitShare = new Float64Array(tasks);
  for (let task = 0; task < tasks; task++) {
    let sum = 0;
    for (let p = starts[task]; p < starts[task + 1]; p++) {
      t[p] = targets[order[p]];
      share[p] = data.weight === null ? 1 : data.weight[order[p]];
      sum += share[p];
    }
    unitShare[task] = sum > 0 ? 1 / sum : 0;
    for (let p = starts[task]; p < starts[task + 1]; p++) share[p] *= unitShare[task];
  }
  return { loss: lossOf(data), x: isSorted ? data.x : selectRows(data.x, order), t, share, starts, tasks, unitShare };
}

/** The losses at one θ. Shapes: slope (share ℓ'), curvature (share ℓ'') [rows]. */
export interface RowLosses {
  value: number;
  readonly slope: Float64Array;
  readonly curvature: Float64Array;
}

/** Losses, slopes and curvatures at θ, whose block i is [w_i, b_i] of features + 1 entries. Shape: theta [tasks * (features + 1)]. */
export function evaluateRowsInto(out: RowLosses, rows: TaskRows, theta: Float64Array): void {
  const { x, t, share, starts, tasks } = rows;
  const { slope, curvature } = out;
  const blockSize = x.cols + 1;
  for (let task = 0; task < tasks; task++) multiplyRowsInto(slope, x, theta, task * blockSize, starts[task], starts[task + 1]);
  let value = 0;
  for (let task = 0; task < tasks; task++) {
    const bias = theta[task * blockSize + x.cols];
    const from = starts[task];
    const to = starts[task + 1];
    for (let i = from; i < to; i++) slope[i] += bias;
    if (rows.loss === "logistic") value += logisticRowsInto(slope, from, curvature, t, share, from, to);
    else
      for (let i = from; i < to; i++) {
        const c = share[i];
        const residual = slope[i] - t[i];
        value += 0.5 * c * residual * residual;
        slope[i] = c * residual;
        curvature[i] = c;
      }
  }
  out.value = value;
}

/** The sum of the losses at θ = 0. */
export function lossAtZero({ loss, t, share }: TaskRows): number {
  let sum = 0;
  for (let i = 0; i < t.length; i++) sum += share[i] * (loss === "square" ? 0.5 * t[i] * t[i] : Math.LN2);
  return sum;
}

/** out = the gradient of the losses, block by block. Shape: out [tasks * (features + 1)]. */
export function rowGradientsInto(out: Float64Array, rows: TaskRows, slope: Float64Array): void {
  const { x, starts, tasks } = rows;
  const blockSize = x.cols + 1;
  out.fill(0);
  for (let task = 0; task < tasks; task++) {
    addScaledRowsInto(out, task * blockSize, x, slope, starts[task], starts[task + 1]);
    let sum = 0;
    for (let i = starts[task]; i < starts[task + 1]; i++) sum += slope[i];
    out[task * blockSize + x.cols] = sum;
  }
}

/** out = Σ_j curvature_j x̃_j x̃_jᵀ v, block by block. Shapes: out, v [tasks * (features + 1)], curvature [rows]. */
export function multiplyCurvatureInto(out: Float64Array, rows: TaskRows, curvature: Float64Array, v: Float64Array): void {
  const { x, starts, tasks } = rows;
  const blockSize = x.cols + 1;
  const z = new Float64Array(x.rows);
  for (let task = 0; task < tasks; task++) {
    multiplyRowsInto(z, x, v, task * blockSize, starts[task], starts[task + 1]);
    const bias = v[task * blockSize + x.cols];
    for (let i = starts[task]; i < starts[task + 1]; i++) z[i] = curvature[i] * (z[i] + bias);
  }
  rowGradientsInto(out, rows, z);
}

/** Rows [from, to) without copying them. */
export function rowRange(x: Matrix, from: number, to: number): Matrix {
  if (x.kind === "dense") return { ...x, rows: to - from, data: x.data.subarray(from * x.cols, to * x.cols) };
  return { ...x, rows: to - from, indptr: x.indptr.subarray(from, to + 1) };
}
