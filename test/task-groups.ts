import type { Dataset } from "../src/core/dataset.ts";
import { flippedSeeds } from "../src/blocks/injection/injection-starts.ts";
import { withInjected } from "../src/blocks/injection/injected-rows.ts";
import { denseMatrix } from "../src/numeric/matrices/matrix.ts";
import { makeRng } from "../src/numeric/random.ts";
import { datasetOf } from "./small-data.ts";

export const groupTasks = 12;
/** Three of the six tasks of the second group. */
export const attackedTasks = [7, 9, 11];

/** Two groups of six tasks, even and odd ones; tasks of a group follow nearly the same rule, and the groups have nothing to do with one another. */
export function taskGroups(options: { seed: number; rowsPerTask: number; real: boolean; part: "train" | "test" }): Dataset {
  const { rowsPerTask, real } = options;
  const rng = makeRng(options.seed);
  const cols = 6;
  const rules = [0, 1].map((group) => Float64Array.from({ length: cols }, (_, j) => (j % 2 === group ? 1.2 * (rng.integer(2) || -1) : 0)));
  const own = Array.from({ length: groupTasks }, (_, task) => rules[task % 2].map((value) => value + 0.1 * rng.normal()));
  const draw = rng.fork(options.part);
  const rows = groupTasks * rowsPerTask;
  const x = denseMatrix(rows, cols);
  const y = new Float64Array(rows);
  const task = Int32Array.from({ length: rows }, (_, i) => i % groupTasks);
  for (let i = 0; i < rows; i++) {
    let score = 0.5 * draw.normal();
    for (let j = 0; j < cols; j++) score += (x.data[i * cols + j] = draw.normal()) * own[task[i]][j];
    y[i] = real ? score : Number(score > 0);
  }
  const data = datasetOf(x, y, real ? { kind: "real" } : { kind: "classes", names: ["no", "yes"] });
  return { ...data, task, tasks: Array.from({ length: groupTasks }, (_, t) => `task ${t}`) };
}

/** Rows of the attacked tasks once more, contradicted, as many as `ratio` of theirs. */
export function contradicted(data: Dataset, ratio: number, seed = 0): Dataset {
  const perTask = Math.floor((ratio * data.y.length) / groupTasks);
  const counts = Int32Array.from(data.tasks, (_, task) => (attackedTasks.includes(task) ? perTask : 0));
  const injected = flippedSeeds(data, counts, makeRng(seed));
  return withInjected(data, injected);
}
