import type { Rng } from "../../numeric/random.ts";
import { toDense } from "../../numeric/matrices/matrix.ts";
import { type Dataset, positionsWhere } from "../../core/dataset.ts";
import { quantileOfSorted } from "../feasible/box.ts";
import { type InjectedRows, emptyRows } from "./injected-rows.ts";

/**
 * How many of `total` rows go to each attack task: in proportion to its clean rows. Tasks without clean rows get none.
 * Shapes: tasks [attack tasks], result [tasks of the data].
 */
export function spreadBudget(data: Dataset, tasks: Iterable<number>, total: number): Int32Array {
  const isAttacked = new Set(tasks);
  const rows = new Float64Array(data.tasks.length);
  for (const task of data.task) if (isAttacked.has(task)) rows[task]++;
  return apportion(rows, total);
}

/** Whole numbers in proportion to these weights, ≥ 0, that sum to `total`, the largest remainders rounded up; all 0 where no weight is above 0. */
export function apportion(weights: Float64Array, total: number): Int32Array {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const counts = new Int32Array(weights.length);
  if (sum === 0) return counts;
  const shares = Array.from(weights, (weight, task) => ({ task, exact: (total * weight) / sum })).filter(({ exact }) => exact > 0);
  for (const { task, exact } of shares) counts[task] = Math.floor(exact);
  let missing = total - counts.reduce((all, count) => all + count, 0);
  for (const { task } of shares.sort((a, b) => (b.exact % 1) - (a.exact % 1) || a.task - b.task)) {
    if (missing-- <= 0) break;
    counts[task]++;
  }
  return counts;
}

/** Clean rows of each task, drawn with replacement, with the label that contradicts them. Shape: counts [tasks]. */
export function flippedSeeds(data: Dataset, counts: Int32Array, rng: Rng): InjectedRows {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const seeds = emptyRows(total, data.x.cols);
  const x = toDense(data.x);
  let next = 0;
  for (let task = 0; task < counts.length; task++) {
    if (counts[task] === 0) continue;
    const rows = positionsWhere(data.y.length, (i) => data.task[i] === task);
    const contradict = contradiction(data, rows);
    const draw = rng.fork("task").fork(task);
    for (let k = 0; k < counts[task]; k++) {
      const row = rows[draw.integer(rows.length)];
      seeds.x.data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), next * x.cols);
      seeds.y[next] = contradict(data.y[row], draw);
      seeds.task[next++] = task;
    }
  }
  return seeds;
}

/** The same rows with one label each: this class, or the lower (0) or upper (1) end of what flipped rows of the task have. */
export function withLabel(rows: InjectedRows, data: Dataset, label: number): InjectedRows {
  if (data.target.kind === "classes") return { ...rows, y: new Float64Array(rows.y.length).fill(label) };
  const ends = new Map<number, number>();
  for (const task of new Set(rows.task)) {
    const { low, high } = farLabels(
      data,
      positionsWhere(data.y.length, (i) => data.task[i] === task),
    );
    ends.set(task, label === 0 ? low : high);
  }
  return { ...rows, y: Float64Array.from(rows.task, (task) => ends.get(task) ?? 0) };
}

/**
 * The wrong label: another class, drawn evenly; or a real label at the other side of the task's mean, as far away as 99 % of its labels are, within
 * their range.
 */
function contradiction(data: Dataset, rows: Int32Array): (y: number, rng: Rng) => number {
  if (data.target.kind === "classes") {
    const classes = data.target.names.length;
    return (y, rng) => {
      const drawn = rng.integer(classes - 1);
      return drawn < y ? drawn : drawn + 1;
    };
  }
  const { mean, low, high } = farLabels(data, rows);
  return (y) => (y > mean ? low : high);
}

/** As far from the mean of these rows' labels as 99 % of them are, on either side, within their range. */
export function farLabels({ y }: Pick<Dataset, "y">, rows: Int32Array): { mean: number; low: number; high: number } {
  let [low, high, mean] = [Infinity, -Infinity, 0];
  for (const row of rows) {
    [low, high] = [Math.min(low, y[row]), Math.max(high, y[row])];
    mean += y[row] / rows.length;
  }
  const far = quantileOfSorted(Float64Array.from(rows, (row) => Math.abs(y[row] - mean)).sort(), 0.99);
  return { mean, low: Math.max(low, mean - far), high: Math.min(high, mean + far) };
}

/** What the real labels of each task show; infinite ends where it has no rows. Shapes: [tasks]. */
export interface LabelRanges {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Standard deviation. */
  readonly scale: Float64Array;
}

export function labelRanges({ y, task, tasks }: Dataset): LabelRanges {
  const own = tasks.map((_, t) => y.filter((_y, i) => task[i] === t));
  const over = (of: (labels: Float64Array) => number): Float64Array => Float64Array.from(own, of);
  return {
    low: over((labels) => labels.reduce((a, b) => Math.min(a, b), Infinity)),
    high: over((labels) => labels.reduce((a, b) => Math.max(a, b), -Infinity)),
    scale: over((labels) => {
      const mean = labels.reduce((sum, value) => sum + value, 0) / labels.length;
      return Math.sqrt(labels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / labels.length);
    }),
  };
}
