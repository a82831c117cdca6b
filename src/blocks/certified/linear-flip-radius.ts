import { type CertifiedAnswers, firstLargest } from "./certified-answers.ts";
import { fewestGains } from "./fewest-gains.ts";

export interface LinearFlipOptions {
  /** 1 = the label may be flipped, 0 = it is trusted; all may where this is absent. Shape: [train]. */
  readonly flippable?: Uint8Array;
  /** Who wrote each row, for flips counted by account: whoever flips one label of an account may flip all of its own; −1 = an account by itself. Shape: [train]. */
  readonly account?: Int32Array;
  /** What is added to the scores and no label changes. Shape: [rows, classes]. */
  readonly offset?: Float64Array;
}

export interface FlipCosts {
  /** Class indices. Shape: [rows]. */
  readonly answers: Int32Array;
  /** The fewest flips after which a class beats the answer, Infinity where none do, 0 for the answer itself. Shape: [rows, classes]. */
  readonly costs: Float64Array;
}

/** Sums of α round; a rival that comes so near counts as having won. A fraction of Σ |α|. */
const slack = 1e-9;

/**
 * What each class costs under label flips, for any model that is linear in the one-hot labels: score_c = Σ_i α_i [y_i = c], with α = (K + λI)⁻¹ k(x) of kernel ridge,
 * kernel averages and the like, as long as α depends on no label. For a rival B, row i lowers score_A − score_B by up to 2 max(α_i, 0) if y_i = A, 2 max(−α_i, 0) if y_i = B,
 * and |α_i| otherwise, whatever is done to the others, so that the fewest flips are those of the largest gains: exact.
 * Shapes: alpha [rows, train], labels [train] class indices.
 */
export function linearFlipCosts(
  alpha: Float64Array,
  labels: Int32Array,
  classes: number,
  { flippable, account, offset }: LinearFlipOptions = {},
): FlipCosts {
  const train = labels.length;
  const rows = train === 0 ? 0 : alpha.length / train;
  const answers = new Int32Array(rows);
  const costs = new Float64Array(rows * classes);
  const scores = new Float64Array(classes);
  const units = account === undefined ? null : unitsOf(account);
  const gains = new Float64Array(units === null ? train : units.count);
  for (let i = 0; i < rows; i++) {
    const at = i * train;
    scores.fill(0);
    let size = 0;
    if (offset !== undefined)
      for (let c = 0; c < classes; c++) {
        scores[c] = offset[i * classes + c];
        size += Math.abs(scores[c]);
      }
    for (let j = 0; j < train; j++) {
      scores[labels[j]] += alpha[at + j];
      size += Math.abs(alpha[at + j]);
    }
    const answer = firstLargest(scores, 0, classes);
    answers[i] = answer;
    for (let rival = 0; rival < classes; rival++) {
      if (rival === answer) continue;
      if (units !== null) gains.fill(0);
      let count = 0;
      let total = 0;
      for (let j = 0; j < train; j++) {
        if (flippable !== undefined && flippable[j] === 0) continue;
        const weight = alpha[at + j];
        const label = labels[j];
        const gain = label === answer ? 2 * weight : label === rival ? -2 * weight : Math.abs(weight);
        if (!(gain > 0)) continue;
        total += gain;
        if (units === null) gains[count++] = gain;
        else gains[units.unit[j]] += gain;
      }
      const target = scores[answer] - scores[rival] - slack * size;
      const cost = fewestGains(gains, units === null ? count : units.count, target);
      // No flip at all changes nothing, however near the scores are.
      costs[i * classes + rival] = total > 0 ? Math.max(1, cost) : Infinity;
    }
  }
  return { answers, costs };
}

/** The answer, ties to the smaller class, and how many labels may be flipped to any class without changing it: see `linearFlipCosts`. Shapes: as there. */
export function linearFlipRadii(
  alpha: Float64Array,
  labels: Int32Array,
  classes: number,
  options: LinearFlipOptions = {},
): CertifiedAnswers {
  const { answers, costs } = linearFlipCosts(alpha, labels, classes, options);
  return { answers, radii: radiiOfCosts(answers, costs, classes) };
}

/** One less than what the cheapest rival costs. Shapes: answers [rows], costs [rows, classes], result [rows]. */
export function radiiOfCosts(answers: Int32Array, costs: Float64Array, classes: number): Float64Array {
  const radii = new Float64Array(answers.length).fill(Infinity);
  for (let i = 0; i < answers.length; i++)
    for (let c = 0; c < classes; c++) if (c !== answers[i]) radii[i] = Math.min(radii[i], costs[i * classes + c] - 1);
  return radii;
}

function unitsOf(account: Int32Array): { unit: Int32Array; count: number } {
  const unit = new Int32Array(account.length);
  const known = new Map<number, number>();
  let count = 0;
  for (let j = 0; j < account.length; j++) {
    const found = account[j] < 0 ? undefined : known.get(account[j]);
    unit[j] = found ?? count++;
    if (account[j] >= 0) known.set(account[j], unit[j]);
  }
  return { unit, count };
}
