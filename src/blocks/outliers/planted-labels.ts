import type { Dataset } from "../../core/dataset.ts";
import type { Rng } from "../../numeric/random.ts";

/** A copy of the data with wrong labels that are known. */
export interface PlantedLabels {
  readonly data: Dataset;
  /** 1 where the label is planted. Shape: [rows]. */
  readonly planted: Uint8Array;
}

const plantedShare = 0.1;
/** Standard deviations by which a number is shifted. */
const shift = 2;

/**
 * Wrong labels in a tenth of the rows that nobody suspects: another class that occurs, each as often, or a number of the same task that is shifted by two standard
 * deviations, ten times as large or another row's, a third of them each. Null where no label can be wrong: one class, or equal numbers.
 *
 * @param suspected 1 for each row that is left as it is. Shape: [rows]
 */
export function plantLabels(data: Dataset, suspected: Uint8Array, rng: Rng): PlantedLabels | null {
  const honest = Int32Array.from(data.y.keys()).filter((i) => suspected[i] === 0);
  const count = Math.floor(plantedShare * honest.length);
  const classes = data.target.kind === "classes" ? [...new Set(data.y)] : null;
  if (count === 0 || data.y.every((label) => label === data.y[0])) return null;
  const y = data.y.slice();
  const planted = new Uint8Array(y.length);
  const spread = spreadByTask(data);
  const byTask = data.tasks.map((_, task) => honest.filter((row) => data.task[row] === task));
  for (const k of rng.sample(honest.length, count)) {
    const i = honest[k];
    if (classes === null) y[i] = wrongNumber(data.y, i, spread[data.task[i]], byTask[data.task[i]], rng);
    else {
      const others = classes.filter((label) => label !== y[i]);
      y[i] = others[rng.integer(others.length)];
    }
    planted[i] = y[i] === data.y[i] ? 0 : 1;
  }
  return { data: { ...data, y }, planted };
}

function wrongNumber(y: Float64Array, i: number, spread: number, others: Int32Array, rng: Rng): number {
  const kind = rng.integer(3);
  if (kind === 0) return y[i] + (rng.uniform() < 0.5 ? -shift : shift) * spread;
  return kind === 1 ? 10 * y[i] : y[others[rng.integer(others.length)]];
}

/** Standard deviations of the labels. Shape: [tasks]. */
function spreadByTask({ y, task, tasks }: Dataset): Float64Array {
  const count = new Float64Array(tasks.length);
  const mean = new Float64Array(tasks.length);
  const squares = new Float64Array(tasks.length);
  for (let i = 0; i < y.length; i++) {
    const step = y[i] - mean[task[i]];
    mean[task[i]] += step / ++count[task[i]];
    squares[task[i]] += step * (y[i] - mean[task[i]]);
  }
  return squares.map((sum, t) => Math.sqrt(sum / Math.max(1, count[t])));
}
