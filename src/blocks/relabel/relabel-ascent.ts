import { orderBy } from "../../numeric/orders/ranks.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import type { Aim } from "../injection/attack-aim.ts";
import { climbingTolerance, trySolve } from "../injection/implicit-gradient.ts";
import type { SmoothTraining } from "../linear/smooth-training.ts";
import { labelRanges } from "../injection/injection-starts.ts";

export interface RelabelProblem extends SmoothTraining {
  /** With true labels. */
  readonly clean: Dataset;
  /** Whether the label of this row may change. */
  readonly isOpen: (position: number) => boolean;
  /** Whether a row may take this choice of `labelChoices` while there is budget left; by default every row may. */
  readonly mayStartAs?: ((position: number, choice: number) => boolean) | undefined;
  readonly aim: Aim;
  /** A model that the first training starts from; absent = none. */
  readonly start?: Model | undefined;
  /** Labels to go on from, at most as many changed as may change; absent = the true ones. Shape: [rows]. */
  readonly from?: Float64Array | undefined;
}

export interface RelabelSettings {
  /** Most labels that may change. */
  readonly count: number;
  /** Trainings, accepted or not. */
  readonly rounds: number;
  /** Labels that may change at once. */
  readonly batch: number;
}

export interface RelabelResult {
  /** Labels of all rows. Shape: [rows]. */
  readonly y: Float64Array;
  /** U once trained on them. */
  readonly value: number;
}

/** The labels that each row could be given: every class, or the low and the high end of its task's range. Shape: [choices][rows]. */
export function labelChoices(data: Dataset): Float64Array[] {
  const { y, task, target } = data;
  if (target.kind === "classes") return target.names.map((_, label) => new Float64Array(y.length).fill(label));
  const { low, high } = labelRanges(data);
  return [low, high].map((end) => Float64Array.from(task, (t) => end[t]));
}

/**
 * What each row's every choice would add to U in place of its true label, to first order: with H v = ∇U at the θ that these data train to,
 * −c_i v·[∇θ ℓ(x_i, y'; θ) − ∇θ ℓ(x_i, y_i; θ)] for the share c_i (Koh & Liang 2017, eq. 2, once for each label).
 * Shapes: clean [rows], choices, result [choices][rows].
 */
export function relabelGains(
  objective: Objective,
  theta: Float64Array,
  v: Float64Array,
  clean: Dataset,
  choices: readonly Float64Array[],
): Float64Array[] {
  const own = new Float64Array(clean.y.length);
  objective.rowSensitivitiesInto(own, theta, v, clean);
  return choices.map((y) => {
    const gains = new Float64Array(y.length);
    objective.rowSensitivitiesInto(gains, theta, v, { ...clean, y });
    for (let i = 0; i < gains.length; i++) gains[i] = objective.rowShare(clean.task[i]) * (clean.weight?.[i] ?? 1) * (own[i] - gains[i]);
    return gains;
  });
}

/**
 * Raises U over the labels of at most `count` rows. Every round trains, from where the last training ended, on the labels chosen so far, weighs every
 * row's every label by its first-order gain, and makes the best `batch` changes: rows added while there is budget, else rows that gain more in place of
 * rows that gain less, or another wrong label. Once the budget is spent, or nothing more would gain, what does not raise U is taken back and half as many
 * changes are tried.
 */
export async function ascendLabels(problem: RelabelProblem, settings: RelabelSettings, context: RunContext): Promise<RelabelResult> {
  const { clean, aim } = problem;
  const choices = labelChoices(clean);
  const { count, rounds } = settings;
  let y = problem.from ?? clean.y;
  let model = await problem.fit({ ...clean, y }, problem.start ?? null);
  let value = aim.valueOf(model);
  let best: RelabelResult = { y, value };
  let batch = Math.max(1, Math.min(settings.batch, count));
  let moves: readonly Move[] | null = null;
  let isSpent = false;
  for (let round = 0; round < rounds && batch >= 1; round++) {
    stopIfCancelled(context.signal);
    context.progress?.(round / rounds);
    if (moves === null) {
      if (model.parameters === null) break;
      const { theta } = model.parameters;
      const objective = problem.objectiveOf({ ...clean, y });
      const v = trySolve(objective, theta, aim.gradientOf(objective, theta), climbingTolerance);
      if (v === null) break;
      isSpent ||= changes(y, clean.y) >= count;
      moves = movesOf(problem, y, choices, relabelGains(objective, theta, v, clean, choices), { count, isSpent });
    }
    if (moves.length === 0) {
      if (isSpent) break;
      [isSpent, moves] = [true, null];
      continue;
    }
    const tried = y.slice();
    for (const { position, label, freed } of moves.slice(0, batch)) {
      if (freed >= 0) tried[freed] = clean.y[freed];
      tried[position] = label;
    }
    const trained = await problem.fit({ ...clean, y: tried }, model);
    const reached = aim.valueOf(trained);
    if (!isSpent || reached > value + 1e-12 * Math.abs(value)) {
      [y, model, value, moves] = [tried, trained, reached, null];
      if (value > best.value) best = { y, value };
    } else batch = Math.floor(Math.min(batch, moves.length) / 2);
  }
  return best;
}

function changes(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + (value === b[i] ? 0 : 1), 0);
}

/** One row takes a label; another is given its true label back. */
interface Move {
  readonly position: number;
  readonly label: number;
  /** −1 = none. */
  readonly freed: number;
}

/** By falling gain, changes of the labels y that stay within the budget, whatever number of the first of them is made. */
function movesOf(
  { clean, isOpen, mayStartAs }: RelabelProblem,
  y: Float64Array,
  choices: readonly Float64Array[],
  gains: readonly Float64Array[],
  { count, isSpent }: { readonly count: number; readonly isSpent: boolean },
): Move[] {
  const rows = y.length;
  const label = clean.y.slice();
  const bestGain = new Float64Array(rows);
  const gainNow = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    if (!isOpen(i)) continue;
    for (let c = 0; c < choices.length; c++) {
      const choice = choices[c][i];
      if (choice === clean.y[i]) continue;
      if (gains[c][i] > bestGain[i] && (isSpent || mayStartAs?.(i, c) !== false)) [label[i], bestGain[i]] = [choice, gains[c][i]];
      if (choice === y[i]) gainNow[i] = gains[c][i];
    }
  }
  const wanted = orderBy(bestGain.map((gain) => -gain))
    .filter((i) => bestGain[i] > 0)
    .subarray(0, count);
  const isWanted = new Uint8Array(rows);
  for (const i of wanted) isWanted[i] = 1;
  const used = orderBy(gainNow).filter((i) => y[i] !== clean.y[i]);
  const freed = used.filter((i) => isWanted[i] === 0);
  const added = wanted.filter((i) => y[i] === clean.y[i]);
  const spare = Math.max(0, count - used.length);
  const moves: (Move & { readonly profit: number })[] = [];
  for (const i of wanted)
    if (y[i] !== clean.y[i] && label[i] !== y[i]) moves.push({ position: i, label: label[i], freed: -1, profit: bestGain[i] - gainNow[i] });
  added.forEach((i, k) => {
    const out = k < spare ? -1 : freed[k - spare];
    moves.push({ position: i, label: label[i], freed: out, profit: bestGain[i] - (out < 0 ? 0 : gainNow[out]) });
  });
  for (const i of freed.subarray(Math.max(0, added.length - spare)))
    moves.push({ position: i, label: clean.y[i], freed: -1, profit: -gainNow[i] });
  return moves.filter(({ profit }) => profit > 0).sort((a, b) => b.profit - a.profit || a.position - b.position);
}
