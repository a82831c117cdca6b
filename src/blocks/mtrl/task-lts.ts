import { stopIfCancelled } from "../../core/context.ts";
import { type Dataset, gatherFloats, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { NumberSpec } from "../../core/params.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Rng } from "../../numeric/random.ts";
import { blockScoresInto, targetsOf } from "../linear/layout.ts";
import { type AloneSettings, fitAlone, lossOfRows } from "./fit-alone.ts";
import { rowsByTask } from "./task-flips.ts";

export interface LtsSettings extends AloneSettings {
  /** Share of the rows that is left out, in [0, 0.5]. */
  readonly trimmed: number;
  readonly rng: Rng;
}

export const trimmedParam: NumberSpec = {
  type: "number",
  default: 0.25,
  min: 0,
  max: 0.5,
  help: "share of the rows of each other task that is left out: those that agree least with the rest",
};

/** λ of the fits that trimming goes by where nothing else is known, on features of about unit spread. */
export const trimmingDecay = 0.01;

const starts = 4;
const rounds = 8;

/**
 * The rows of one task that agree best among themselves: least trimmed squares (Rousseeuw 1984), for classes with the logistic loss. From all rows and
 * from four random parts, fit, keep the ⌈(1 − trimmed) n⌉ rows of least loss, at most eight times or until they stay the same; the start whose kept rows
 * end with the least loss wins. A class loses at most half of its rows, so that a rare one stays. Poison that agrees with itself is not seen.
 *
 * 40 fits at most, each of rows × features² where there are few features.
 *
 * @returns positions, ascending
 */
export function bestAgreeing(data: Dataset, { trimmed, rng, ...settings }: LtsSettings): Int32Array {
  const rows = data.y.length;
  const every = Int32Array.from({ length: rows }, (_, i) => i);
  const count = Math.ceil((1 - trimmed) * rows);
  if (count === rows) return every;
  const first = Math.max(Math.ceil(rows / 4), Math.ceil(Math.min(rows, data.x.cols) / 2));
  let best: { kept: Int32Array; loss: number } | null = null;
  for (let start = 0; start <= starts; start++) {
    stopIfCancelled(settings.signal);
    let kept = start === 0 ? every : rng.fork(start).sample(rows, first).sort();
    let theta: Float64Array | null = null;
    for (let round = 0; round < rounds; round++) {
      theta = fitAlone(selectExamples(data, kept), settings, theta);
      const losses = lossesOf(data, theta);
      const next = leastLoss(data, losses, count);
      const isSettled = next.length === kept.length && next.every((row, k) => row === kept[k]);
      kept = next;
      if (!isSettled && round < rounds - 1) continue;
      const loss = gatherFloats(losses, kept).reduce((sum, value) => sum + value, 0);
      if (best === null || loss < best.loss) best = { kept, loss };
      break;
    }
  }
  return best?.kept ?? every;
}

/** 1 for each row that its task's `bestAgreeing` keeps. Shape: [rows]. */
export function agreeingRows(data: Dataset, { rng, ...settings }: LtsSettings): Uint8Array {
  const isKept = new Uint8Array(data.y.length);
  const rows = rowsByTask(data);
  for (let task = 0; task < data.tasks.length; task++) {
    const own = rows[task];
    if (own.length === 0) continue;
    for (const k of bestAgreeing(selectExamples(data, own), { ...settings, rng: rng.fork(task) })) isKept[own[k]] = 1;
  }
  return isKept;
}

/** The loss of each row under one linear model. Shapes: theta [features + 1], result [rows]. */
export function lossesOf(data: Dataset, theta: Float64Array): Float64Array {
  const loss = lossOfRows(data);
  const t = targetsOf(data, 0);
  const out = new Float64Array(data.y.length);
  blockScoresInto(out, data.x, theta, 0);
  for (let i = 0; i < out.length; i++) out[i] = loss.value(out[i], t[i]);
  return out;
}

/** The `count` rows of least loss, among them the better half of each class. */
function leastLoss(data: Dataset, losses: Float64Array, count: number): Int32Array {
  const isKept = new Uint8Array(losses.length);
  const order = orderBy(losses);
  let kept = 0;
  if (data.target.kind === "classes") {
    const classes = data.target.names.length;
    const owed = new Int32Array(classes);
    for (const y of data.y) owed[y]++;
    for (let k = 0; k < classes; k++) owed[k] = Math.ceil(owed[k] / 2);
    for (const i of order) {
      if (owed[data.y[i]]-- <= 0) continue;
      isKept[i] = 1;
      kept++;
    }
  }
  for (const i of order) {
    if (kept >= count) break;
    if (isKept[i] === 1) continue;
    isKept[i] = 1;
    kept++;
  }
  return positionsWhere(losses.length, (i) => isKept[i] === 1);
}
