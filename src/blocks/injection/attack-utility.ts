import type { Rng } from "../../numeric/random.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { quantileOfSorted } from "../feasible/box.ts";

/** Most clean rows that one target is told its own clean answers about. */
const pseudoRowsPerTarget = 400;

/** The targets' own clean training rows, each target's mean loss counting 1: what Zhao et al. 2018 maximise. Weak where a target has few rows. */
export function trainingUtility(data: Dataset, targets: readonly number[]): Dataset {
  const rows = rowsOf(data, targets);
  return { ...rows, weight: evenly(rows, () => 0) };
}

/**
 * Rows of the targets that no model is trained on, for an attacker who has seen more of the targets than the victim trains on. Each target counts 1, and
 * each of its classes the same: where one class is rare, a plain mean is raised most by moving every score one way, which changes no ranking.
 * `heldout` has the features and tasks of the training data, and holds no row that the damage is measured on.
 */
export function heldoutUtility(heldout: Dataset, targets: readonly number[]): Dataset {
  const rows = rowsOf(heldout, targets);
  return { ...rows, weight: evenly(rows, (i) => (rows.target.kind === "classes" ? rows.y[i] : 0)) };
}

/**
 * A share of each target's training rows, class by class, for an attacker who trains without them to see what he does to rows that no model was trained
 * on; the victim still trains on all. At least one row is left out where there are two of a class, and one is kept. Positions ascend; together they are
 * all.
 *
 * @param share in (0, 1)
 */
export function leaveOutTargetRows(
  data: Dataset,
  targets: readonly number[],
  share: number,
  rng: Rng,
): { readonly kept: Int32Array; readonly heldOut: Int32Array } {
  const isHeldOut = new Uint8Array(data.y.length);
  for (const target of targets) {
    const own = positionsWhere(data.y.length, (i) => data.task[i] === target);
    for (const label of data.target.kind === "classes" ? data.target.names.keys() : [null]) {
      const rows = label === null ? own : own.filter((row) => data.y[row] === label);
      const count = Math.min(rows.length - 1, Math.max(1, Math.round(share * rows.length)));
      const draw = rng.fork(target).fork(label ?? "all");
      if (count > 0) for (const k of draw.sample(rows.length, count)) isHeldOut[rows[k]] = 1;
    }
  }
  return {
    kept: positionsWhere(data.y.length, (i) => isHeldOut[i] === 0),
    heldOut: positionsWhere(data.y.length, (i) => isHeldOut[i] === 1),
  };
}

/** The mean loss of these rows, all of them of one task. */
export function meanLossOf(data: Dataset, rows: Int32Array): Dataset {
  return { ...selectExamples(data, rows), weight: new Float64Array(rows.length).fill(1 / rows.length) };
}

function rowsOf(data: Dataset, tasks: readonly number[]): Dataset {
  const isAsked = new Set(tasks);
  return selectExamples(
    data,
    positionsWhere(data.y.length, (i) => isAsked.has(data.task[i])),
  );
}

/** Weights that sum to 1 in each task, evenly over the groups it has, and within each group over its rows. Shape: [rows]. */
function evenly({ task }: Dataset, groupOf: (row: number) => number): Float64Array {
  const counts = new Map<number, Map<number, number>>();
  task.forEach((t, i) => {
    const groups = counts.get(t) ?? new Map<number, number>();
    counts.set(t, groups.set(groupOf(i), (groups.get(groupOf(i)) ?? 0) + 1));
  });
  return Float64Array.from(task, (t, i) => {
    const groups = counts.get(t) ?? new Map<number, number>();
    return 1 / (groups.size * (groups.get(groupOf(i)) ?? 1));
  });
}

/**
 * Clean rows of the attack tasks as examples of each target, labelled by the clean model itself: raising the loss there turns the target's model away
 * from what it was, and needs no more than the training data. Each target's mean loss counts 1.
 *
 * A real label is the model's score; a class says whether the score is above the target's median among these rows. The sign would say much the same
 * where classes are even; where one is rare it gives nearly every row the same class, and the ascent moves all scores one way instead of turning them.
 */
export function pseudoUtility(data: Dataset, model: Model, targets: readonly number[], attackTasks: readonly number[], rng: Rng): Dataset {
  const isAttacked = new Set(attackTasks);
  const rows = positionsWhere(data.y.length, (i) => isAttacked.has(data.task[i]));
  const order = rng.sample(rows.length, Math.min(rows.length, pseudoRowsPerTarget)).map((i) => rows[i]);
  const picked = selectExamples(data, Int32Array.from(targets.flatMap(() => [...order])));
  const task = Int32Array.from(targets.flatMap((target) => new Array<number>(order.length).fill(target)));
  const asked = { ...picked, task, weight: new Float64Array(task.length).fill(1 / order.length) };
  const scores = model.scores(asked);
  return { ...asked, y: data.target.kind === "real" ? scores : aboveMedian(scores, order.length) };
}

/** 1 for each score above the median of its run of `length`, else 0. */
function aboveMedian(scores: Float64Array, length: number): Float64Array {
  const above = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += length) {
    const run = scores.subarray(start, start + length);
    const median = quantileOfSorted(run.slice().sort(), 0.5);
    run.forEach((score, k) => (above[start + k] = score > median ? 1 : 0));
  }
  return above;
}
