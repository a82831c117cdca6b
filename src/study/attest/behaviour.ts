import { classesOfScores } from "../../core/learner.ts";
import type { Model } from "../../core/learner.ts";
import type { Dataset, Target } from "../../core/dataset.ts";

/** What an honest training answers, and how firmly. Shapes: each [examples]. */
export interface HonestAnswers {
  /** Class indices or values. */
  readonly answers: Float64Array;
  /** 1 where every honest training answers the same with room to spare; of a real label, always. */
  readonly firm: Uint8Array;
  /** How far an answer that is a number may lie from the honest one. */
  readonly tolerance: number;
}

/** How much farther than honest trainings lie from each other an answer must lie to count. */
const room = 10;

/** @param retrained the training as attested; `others` the same training again, with its rows in another order */
export function honestAnswers(retrained: Model, others: readonly Model[], probes: Dataset): HonestAnswers {
  const scores = retrained.scores(probes);
  let spread = 0;
  for (const other of others) {
    const theirs = other.scores(probes);
    for (let p = 0; p < scores.length; p++) spread = Math.max(spread, Math.abs(theirs[p] - scores[p]));
  }
  const tolerance = room * spread + 1e-9 * largest(scores);
  const isReal = probes.target.kind === "real";
  const answers = isReal ? scores : classesOfScores(scores, retrained.outputs);
  const firm = Uint8Array.from(answers, (_, i) => (isReal || gapOf(scores, i, retrained.outputs) > tolerance ? 1 : 0));
  return { answers, firm, tolerance };
}

/** By how much the given class wins. */
function gapOf(scores: Float64Array, row: number, outputs: number): number {
  if (outputs === 1) return Math.abs(scores[row]);
  const own = scores.slice(row * outputs, (row + 1) * outputs).sort();
  return own[outputs - 1] - own[outputs - 2];
}

/** Positions of firm answers that a model gives differently. */
export function departures(honest: HonestAnswers, answers: Float64Array, target: Target): number[] {
  const found: number[] = [];
  for (let i = 0; i < answers.length; i++) {
    if (honest.firm[i] === 0) continue;
    const differs =
      target.kind === "real" ? !(Math.abs(answers[i] - honest.answers[i]) <= honest.tolerance) : answers[i] !== honest.answers[i];
    if (differs) found.push(i);
  }
  return found;
}

/** The largest difference between parameters of honest trainings, with room to spare. */
export function parameterTolerance(retrained: Float64Array, others: readonly Float64Array[]): number {
  let spread = 0;
  for (const other of others) spread = Math.max(spread, largestDifference(retrained, other));
  return room * spread + 1e-9 * largest(retrained);
}

export function largestDifference(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  for (let p = 0; p < a.length; p++) difference = Math.max(difference, Math.abs(a[p] - b[p]));
  return Number.isNaN(difference) ? Infinity : difference;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
