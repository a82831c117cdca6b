import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { MtrlModel } from "./model.ts";
import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";
import { relationCorrelations } from "./task-relation.ts";

/** What speaks against each task. Shapes: [tasks]. */
export interface TaskEvidence {
  /** Mean loss of the task's rows under what its relatives say (see `relativesTheta`): contradicted labels raise it, whatever the task itself has learned from them. */
  readonly surprise: Float64Array;
  /** `surprise` less the loss under the task's own model: optimised rows, which the task learns, raise it most; noise in the labels is in both and cancels. */
  readonly contradiction: Float64Array;
  /**
   * The share of its trusted ties that a task has lost, Σ_s |c⁰_ts| (|c⁰_ts| − sign(c⁰_ts) c_ts) / Σ_s |c⁰_ts|, c⁰ the trusted correlations: 0 = nothing,
   * 1 or more = all or turned round. Attacked tasks keep to one another and leave the rest. Null without a trusted relation.
   */
  readonly lostTies: Float64Array | null;
  /** The largest of these in robust deviations from the median task. A task without rows, or with no relative, has 0. */
  readonly score: Float64Array;
}

/** Tasks whose score is above this stand out. */
export const standsOutAbove = 4;

/** Losses of honest tasks differ by about this share, and correlations wander by about this much: the least that a deviation is measured in. */
const [lossNoise, tieNoise] = [0.2, 0.1];

/** @param trusted Ω of data that nobody could touch, at any scale. Shape: [tasks, tasks] */
export function taskEvidence(model: MtrlModel, data: Dataset, trusted: Float64Array | null): TaskEvidence {
  const tasks = model.tasks.length;
  if (trusted !== null && trusted.length !== tasks * tasks)
    throw new UsageError(`the trusted relation must be a matrix of ${tasks} × ${tasks} tasks, got ${trusted.length} numbers`);
  const rows = new Int32Array(tasks);
  for (const task of data.task) rows[task]++;
  const present = relationCorrelations(model.relation, tasks, (task) => rows[task] > 0);
  const counts = Uint8Array.from(rows, (own, t) => Number(own > 0 && weightOfTies(present, t, tasks) > 0));
  const own = taskLosses(model.losses(data), data);
  const surprise = taskLosses(model.withParameters(relativesTheta(model, present)).losses(data), data);
  const contradiction = surprise.map((loss, t) => loss - own[t]);
  const lostTies = trusted === null ? null : lossOfTies(present, trusted, tasks);
  const smallest = lossNoise * medianOf(surprise.filter((_, t) => counts[t] === 1));
  const parts = [robustDeviations(surprise, counts, smallest), robustDeviations(contradiction, counts, smallest)];
  if (lostTies !== null) parts.push(robustDeviations(lostTies, counts, tieNoise));
  return { surprise, contradiction, lostTies, score: parts[0].map((_, t) => Math.max(...parts.map((part) => part[t]))) };
}

/**
 * Block t = what its relatives say about task t: weights Σ_s c_ts |c_ts| w_s / Σ_s c_ts² over the other tasks s, c the correlations of Ω; with t's own bias
 * where biases are free, unless theirs is wanted. A task without relatives keeps its own. Shapes: correlations [tasks, tasks], NaN for unlearned tasks; result as θ.
 */
export function relativesTheta(model: MtrlModel, correlations: Float64Array, bias: "as trained" | "theirs" = "as trained"): Float64Array {
  const tasks = model.tasks.length;
  const { theta, features } = model.parameters;
  const size = features.names.length + 1;
  const shared = model.settings.bias === "free" && bias === "as trained" ? size - 1 : size;
  const out = theta.slice();
  for (let t = 0; t < tasks; t++) {
    const weight = weightOfTies(correlations, t, tasks);
    if (weight === 0) continue;
    out.fill(0, t * size, t * size + shared);
    for (let s = 0; s < tasks; s++) {
      const tie = correlations[t * tasks + s];
      if (s === t || !isTie(tie)) continue;
      for (let j = 0; j < shared; j++) out[t * size + j] += ((tie * Math.abs(tie)) / weight) * theta[s * size + j];
    }
  }
  return out;
}

function lossOfTies(present: Float64Array, trusted: Float64Array, tasks: number): Float64Array {
  const before = relationCorrelations(trusted, tasks, (task) => trusted[task * tasks + task] > 0);
  return Float64Array.from({ length: tasks }, (_, t) => {
    let [lost, all] = [0, 0];
    for (let s = 0; s < tasks; s++) {
      const now = present[t * tasks + s];
      const then = before[t * tasks + s];
      if (s === t || !isTie(then) || Number.isNaN(now)) continue;
      lost += then * (then - now);
      all += Math.abs(then);
    }
    return all > 0 ? lost / all : 0;
  });
}

/** Σ_s c_ts² over the other tasks. */
function weightOfTies(correlations: Float64Array, t: number, tasks: number): number {
  let sum = 0;
  for (let s = 0; s < tasks; s++) if (s !== t && isTie(correlations[t * tasks + s])) sum += correlations[t * tasks + s] ** 2;
  return sum;
}

/** Not to an unlearned task, and not to one that nothing connects. */
function isTie(correlation: number): boolean {
  return Math.abs(correlation) > 1e-6;
}

/** Weighted mean loss of the rows of each task, 0 where it has none. Shapes: losses [rows], result [tasks]. */
function taskLosses(losses: Float64Array, data: Dataset): Float64Array {
  const sums = new Float64Array(data.tasks.length);
  const weights = new Float64Array(data.tasks.length);
  for (let i = 0; i < losses.length; i++) {
    const weight = data.weight?.[i] ?? 1;
    sums[data.task[i]] += weight * losses[i];
    weights[data.task[i]] += weight;
  }
  return sums.map((sum, t) => (weights[t] > 0 ? sum / weights[t] : 0));
}

/** Distances from the median in units of the robust spread, at least `smallest`; 0 where a value does not count. */
function robustDeviations(values: Float64Array, counts: Uint8Array, smallest: number): Float64Array {
  const counted = values.filter((_, i) => counts[i] === 1);
  const centre = medianOf(counted);
  const unit = Math.max(smallest, spreadOf(counted));
  return values.map((value, i) => (counts[i] === 1 && unit > 0 ? (value - centre) / unit : 0));
}
