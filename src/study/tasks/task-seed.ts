import { type Rng, makeRng } from "../../numeric/random.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Table } from "../../core/table.ts";
import type { Encoder } from "../../data/encoder.ts";
import { splitRows } from "../../data/split.ts";

/** One split of the data, encoded; the encoder is fitted on the training rows and stays as it is when rows are added to them. */
export interface TaskSeed {
  readonly seed: number;
  readonly rng: Rng;
  /** Real labels are standardised; see `labelUnit`. */
  readonly train: Dataset;
  /** Only rows of tasks that have training rows. */
  readonly test: Dataset;
  /**
   * What an error of 1 in the standardised label is in the figures. With several real labels, which have units of their own, each is divided by its
   * own spread in training and the figures stay in spreads (1); one real label is divided by its spread over all tasks, and figures are in its own unit.
   */
  readonly labelUnit: number;
}

/** The rows of one seed. @throws UsageError where they cannot be split */
export function splitTasks(table: Table, seed: number, testFraction: number): ReturnType<typeof splitRows> {
  return splitRows(table, { testFraction, rng: makeRng(seed).fork("split") });
}

export function prepareTaskSeed(table: Table, encoder: Encoder, seed: number, testFraction: number): TaskSeed {
  const rng = makeRng(seed);
  const split = splitTasks(table, seed, testFraction);
  const fitted = encoder.fit(table, split.train);
  const train = fitted.encode(table, split.train);
  const whole = fitted.encode(table, split.test);
  const counts = rowsPerTask(train);
  const test = selectExamples(
    whole,
    positionsWhere(whole.y.length, (i) => counts[whole.task[i]] > 0),
  );
  if (train.target.kind === "classes") return { seed, rng, train, test, labelUnit: 1 };
  const ownUnits = table.roles.labels.length > 1;
  const scales = labelScales(train, ownUnits);
  return {
    seed,
    rng,
    train: standardised(train, scales),
    test: standardised(test, scales),
    labelUnit: ownUnits || scales.length === 0 ? 1 : scales[0].spread,
  };
}

/** Shape: [tasks]. */
export function rowsPerTask(data: Dataset): Int32Array {
  const counts = new Int32Array(data.tasks.length);
  for (const task of data.task) counts[task]++;
  return counts;
}

interface LabelScale {
  readonly mean: number;
  readonly spread: number;
}

/** Of each task, or of all tasks together. */
function labelScales(data: Dataset, ownUnits: boolean): LabelScale[] {
  const common = scaleOf(data.y);
  return data.tasks.map((_, task) => (ownUnits ? scaleOf(data.y.filter((_value, i) => data.task[i] === task)) : common));
}

function scaleOf(values: Float64Array): LabelScale {
  if (values.length === 0) return { mean: 0, spread: 1 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, spread: spread > 1e-12 * Math.abs(mean) ? spread : 1 };
}

function standardised(data: Dataset, scales: readonly LabelScale[]): Dataset {
  return { ...data, y: data.y.map((y, i) => (y - scales[data.task[i]].mean) / scales[data.task[i]].spread) };
}
