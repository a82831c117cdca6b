import type { Rng } from "../numeric/random.ts";
import { toDense } from "../numeric/matrix.ts";
import { type Dataset, positionsWhere } from "../core/dataset.ts";
import { quantileOfSorted } from "./box.ts";
import { type InjectedRows, emptyRows } from "./injected-rows.ts";

/**
 * How many of `total` rows go to each attack task: in proportion to its clean rows, rounded so that they sum to `total` (largest remainders first).
 * Shapes: tasks [attack tasks], result [tasks of the data].
 */
export function spreadBudget(data: Dataset, tasks: Iterable<number>, total: number): Int32Array {
  const rows = new Float64Array(data.tasks.length);
  for (const task of data.task) rows[task]++;
  const attacked = [...new Set(tasks)].filter((task) => rows[task] > 0);
  const all = attacked.reduce((sum, task) => sum + rows[task], 0);
  const counts = new Int32Array(data.tasks.length);
  const shares = attacked.map((task) => ({ task, exact: (total * rows[task]) / all }));
  for (const { task, exact } of shares) counts[task] = Math.floor(exact);
  let missing = total - counts.reduce((sum, count) => sum + count, 0);
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
  let [low, high, mean] = [Infinity, -Infinity, 0];
  for (const row of rows) {
    [low, high] = [Math.min(low, data.y[row]), Math.max(high, data.y[row])];
    mean += data.y[row] / rows.length;
  }
  const far = quantileOfSorted(Float64Array.from(rows, (row) => Math.abs(data.y[row] - mean)).sort(), 0.99);
  return (y) => Math.min(high, Math.max(low, y > mean ? mean - far : mean + far));
}
