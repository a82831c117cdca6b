import { highest } from "../../numeric/orders/ranks.ts";
import { clusterOrder } from "../../numeric/statistics/cluster-order.ts";
import type { TasksResult } from "../../study/tasks/tasks-result.ts";

/** Tasks in an order in which related ones stand together: the distance of two is 1 − their correlation. */
export function relatedOrder({ relation }: Pick<TasksResult, "relation">): number[] {
  const count = relation.length;
  const distances = Float64Array.from({ length: count * count }, (_, p) => {
    const [i, j] = [Math.floor(p / count), p % count];
    return 1 - ((relation[i][j] ?? 0) + (relation[j][i] ?? 0)) / 2;
  });
  return [...clusterOrder(distances, count)];
}

export interface TaskPair {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Entries off the diagonal, largest first; of a symmetric matrix each pair once. */
export function pairsOf(matrix: readonly (readonly (number | null)[])[], isSymmetric: boolean): TaskPair[] {
  return matrix
    .flatMap((row, from) =>
      row.flatMap((value, to): TaskPair[] => (value === null || from === to || (isSymmetric && from > to) ? [] : [{ from, to, value }])),
    )
    .sort((a, b) => b.value - a.value || a.from - b.from || a.to - b.to);
}

/** The `count` tasks with the largest entries by size off the diagonal, in their row or their column. */
export function strongestTasks(matrix: readonly (readonly (number | null)[])[], count: number): ReadonlySet<number> {
  const largest = new Float64Array(matrix.length);
  matrix.forEach((row, i) =>
    row.forEach((value, j) => {
      if (i === j || value === null) return;
      largest[i] = Math.max(largest[i], Math.abs(value));
      largest[j] = Math.max(largest[j], Math.abs(value));
    }),
  );
  return new Set(Array.from(highest(largest, Math.min(count, largest.length))));
}

/** A name as it stands in a sentence: `books`, but `task 4`. */
export function taskWord(name: string): string {
  return /^[\d.\s-]+$/.test(name) ? `task ${name}` : name;
}

/** Places in an order of tasks where a group ends: between neighbours whose correlation is more than a standard deviation below what neighbours have in the mean. */
export function groupEnds({ relation }: Pick<TasksResult, "relation">, order: readonly number[]): number[] {
  const near = order.slice(1).map((task, k) => ((relation[order[k]][task] ?? 0) + (relation[task][order[k]] ?? 0)) / 2);
  const mean = near.reduce((sum, value) => sum + value, 0) / Math.max(1, near.length);
  const spread = Math.sqrt(near.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, near.length));
  return near.flatMap((value, k) => (value < mean - spread - 1e-12 ? [k + 1] : []));
}

/** Digits that show the largest entry off the diagonal with two that count. */
export function lossDigits({ vulnerability }: Pick<TasksResult, "vulnerability">): number {
  let largest = 1e-9;
  vulnerability.forEach((row, i) => row.forEach((value, j) => (largest = i === j ? largest : Math.max(largest, Math.abs(value ?? 0)))));
  return Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(largest))));
}

/** Said where there is no figure: the run was stopped before, trials failed, or no task has test rows that tell anything. */
export const nothingMeasured = "nothing is measured: no seed ended with test rows on which the metric is defined";
