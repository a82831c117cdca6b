import type { NumberSpec } from "../../core/params.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Rng } from "../../numeric/random.ts";

export const foldsParam: NumberSpec = {
  type: "number",
  default: 3,
  min: 2,
  max: 20,
  integer: true,
  help: "parts that the training rows are dealt into",
};

export interface Folds {
  /** At most what was asked for: never more than there are groups. */
  readonly count: number;
  /** Shape: [rows], in [0, count). */
  readonly fold: Int32Array;
}

/**
 * Deals the rows into folds of about equal make-up by class and task. The rows of one known source stay together; a row of unknown source is a
 * group of its own. Large groups go first, each to the fold where its classes and tasks are scarcest.
 */
export function stratifiedFolds(data: Dataset, count: number, rng: Rng): Folds {
  const rows = data.x.rows;
  const stratum = strataOf(data);
  const groups = groupsOf(data, rng);
  const folds = Math.min(count, groups.length);
  const strata = stratum.reduce((top, s) => Math.max(top, s + 1), 0);
  const total = new Float64Array(strata);
  for (const s of stratum) total[s]++;
  const held = new Float64Array(folds * strata);
  const sizes = new Float64Array(folds);
  const cost = new Float64Array(folds);
  const fold = new Int32Array(rows);
  for (const group of groups) {
    cost.fill(0);
    for (const row of group) {
      const s = stratum[row];
      for (let f = 0; f < folds; f++) cost[f] += held[f * strata + s] / total[s];
    }
    let best = 0;
    for (let f = 1; f < folds; f++) {
      const difference = cost[f] - cost[best];
      if (difference < 0 || (difference === 0 && sizes[f] < sizes[best])) best = f;
    }
    for (const row of group) {
      fold[row] = best;
      held[best * strata + stratum[row]]++;
    }
    sizes[best] += group.length;
  }
  return { count: folds, fold };
}

/** Numbers the pairs (class, task) that occur. Shape: [rows]. */
function strataOf(data: Dataset): Int32Array {
  const numbers = new Map<number, number>();
  return data.task.map((task, i) => {
    const key = (data.target.kind === "classes" ? data.y[i] : 0) * data.tasks.length + task;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
}

/** Rows by source, largest first, in random order among equals. */
function groupsOf(data: Dataset, rng: Rng): Int32Array[] {
  const order = rng.fork("folds").sample(data.x.rows, data.x.rows);
  const bySource = new Map<number, number[]>();
  const groups: number[][] = [];
  for (const row of order) {
    const source = data.source[row];
    const group = source < 0 ? undefined : bySource.get(source);
    if (group !== undefined) {
      group.push(row);
      continue;
    }
    const fresh = [row];
    groups.push(fresh);
    if (source >= 0) bySource.set(source, fresh);
  }
  return groups.map((group) => Int32Array.from(group)).sort((a, b) => b.length - a.length);
}
