import type { Rng } from "../numeric/random.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";

/** Most clean rows that one target is told its own clean answers about. */
const pseudoRowsPerTarget = 400;

/** The targets' own clean training rows, each target's mean loss counting 1: what Zhao et al. 2018 maximise. Weak where a target has few rows. */
export function trainingUtility(data: Dataset, targets: readonly number[]): Dataset {
  return meanLossRows(data, targets);
}

/**
 * Rows of the targets that no model is trained on, each target's mean loss counting 1: for an attacker who has seen more of the targets than the
 * victim trains on. `heldout` has the features and tasks of the training data, and holds no row that the damage is measured on.
 */
export function heldoutUtility(heldout: Dataset, targets: readonly number[]): Dataset {
  return meanLossRows(heldout, targets);
}

function meanLossRows(data: Dataset, tasks: readonly number[]): Dataset {
  const isAsked = new Set(tasks);
  const rows = positionsWhere(data.y.length, (i) => isAsked.has(data.task[i]));
  const counts = new Float64Array(data.tasks.length);
  for (const row of rows) counts[data.task[row]]++;
  return { ...selectExamples(data, rows), weight: Float64Array.from(rows, (row) => 1 / counts[data.task[row]]) };
}

/**
 * Clean rows of the attack tasks as examples of each target, labelled by the clean model itself: raising the loss there turns the target's model away
 * from what it was, and needs no more than the training data. Each target's mean loss counts 1.
 */
export function pseudoUtility(data: Dataset, model: Model, targets: readonly number[], attackTasks: readonly number[], rng: Rng): Dataset {
  const isAttacked = new Set(attackTasks);
  const rows = positionsWhere(data.y.length, (i) => isAttacked.has(data.task[i]));
  const order = rng.sample(rows.length, Math.min(rows.length, pseudoRowsPerTarget)).map((i) => rows[i]);
  const picked = selectExamples(data, Int32Array.from(targets.flatMap(() => [...order])));
  const task = Int32Array.from(targets.flatMap((target) => new Array<number>(order.length).fill(target)));
  const asked = { ...picked, task, weight: new Float64Array(task.length).fill(1 / order.length) };
  const scores = model.scores(asked);
  return { ...asked, y: data.target.kind === "real" ? scores : scores.map((score) => (score > 0 ? 1 : 0)) };
}
