import fc from "fast-check";
import type { Dataset } from "../src/core/dataset.ts";
import { denseMatrix, toSparse } from "../src/numeric/matrices/matrix.ts";
import { makeRng } from "../src/numeric/random.ts";
import { datasetOf } from "./small-data.ts";

export interface MultiTaskOptions {
  readonly seed: number;
  readonly tasks: number;
  readonly rowsPerTask: number;
  readonly cols: number;
  readonly real: boolean;
  readonly sparse?: boolean;
  readonly weighted?: boolean;
}

/** Rows of related tasks, task after task in turn: each task's rule is a common one and a deviation. */
export function multiTaskData(options: MultiTaskOptions): Dataset {
  const { tasks, rowsPerTask, cols, real, sparse = false, weighted = false } = options;
  const rng = makeRng(options.seed);
  const rows = tasks * rowsPerTask;
  const common = Float64Array.from({ length: cols }, () => rng.normal());
  const rules = Array.from({ length: tasks }, () => common.map((value) => value + 0.7 * rng.normal()));
  const x = denseMatrix(rows, cols);
  const y = new Float64Array(rows);
  const task = Int32Array.from({ length: rows }, (_, i) => i % tasks);
  for (let i = 0; i < rows; i++) {
    let score = 0.5 * rng.normal();
    for (let j = 0; j < cols; j++) {
      x.data[i * cols + j] = sparse && rng.uniform() < 0.6 ? 0 : rng.normal();
      score += x.data[i * cols + j] * rules[task[i]][j];
    }
    y[i] = real ? score : score > 0 ? 1 : 0;
  }
  const weight = weighted ? Float64Array.from({ length: rows }, () => 0.2 + rng.uniform()) : null;
  const data = datasetOf(sparse ? toSparse(x) : x, y, real ? { kind: "real" } : { kind: "classes", names: ["no", "yes"] }, weight);
  return { ...data, task, tasks: Array.from({ length: tasks }, (_, t) => `task ${t}`) };
}

/** Few tasks of few features, with more of the one or of the other. */
export function multiTaskArbitrary(limits: { readonly tasks: number; readonly cols: number }): fc.Arbitrary<MultiTaskOptions> {
  return fc.record({
    seed: fc.nat({ max: 1_000_000 }),
    tasks: fc.integer({ min: 1, max: limits.tasks }),
    rowsPerTask: fc.integer({ min: 2, max: 8 }),
    cols: fc.integer({ min: 1, max: limits.cols }),
    real: fc.boolean(),
    sparse: fc.boolean(),
    weighted: fc.boolean(),
  });
}
