import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Examples } from "../../core/examples.ts";
import type { Table } from "../../core/table.ts";
import { rowWiseFeatures } from "../../data/row-wise/row-wise-features.ts";
import { ridgeShares } from "./kernel-ridge.ts";
import { coded, firstChoice } from "./partition-ensemble.ts";
import { inContentOrder, partsOfRows } from "./partitions.ts";

/** A label that is worth turning. */
export interface VoteFlip {
  /** Position among the examples. */
  readonly position: number;
  /** The class that it becomes. */
  readonly y: number;
}

/** Answers by which flips are compared, at most. */
const mostAsked = 600;

/**
 * Flips of labels, one in each part before any has two, that turn most answers of the vote of all parts (`trainEnsemble` with kernel ridge and one part a model): every flip moves a
 * model along its label's share of each decision value, its kernel held. Greedy: each step takes the flip in a part not yet touched that takes most votes from answers
 * that the flips that are left can still turn. Answers are asked of the training examples themselves, drawn.
 *
 * @param classes names of the classes
 */
export function chooseVoteFlips(
  table: Table,
  examples: Examples,
  { models, classes, flips }: { readonly models: number; readonly classes: number; readonly flips: number },
  context: RunContext,
): VoteFlip[] {
  const seed = "partitions";
  const positionOf = new Map<number, number>();
  examples.row.forEach((row, i) => positionOf.set(row, i));
  const order = inContentOrder(table, examples.row, (row) => examples.y[positionOf.get(row) as number], seed);
  const labels = Float64Array.from(order, (row) => examples.y[positionOf.get(row) as number]);
  const part = partsOfRows(table, order, models, { by: "row", seed });
  const features = rowWiseFeatures(table, order);
  const asked = context.rng.fork("asked").sample(order.length, Math.min(order.length, mostAsked)).sort();
  const votes = new Int32Array(asked.length * classes);
  const candidates: Candidate[] = [];
  const scores = new Float64Array(classes);
  for (let m = 0; m < models; m++) {
    stopIfCancelled(context.signal);
    const own = Int32Array.from(order.keys()).filter((position) => part[position] === m);
    const shares = own.length === 0 ? null : ridgeShares({ features, own, asked, ...coded(labels, own, classes, 0) });
    if (shares === null) continue;
    const before = new Int32Array(asked.length);
    const given = new Float64Array(asked.length * classes);
    for (let r = 0; r < asked.length; r++) {
      for (let i = 0; i < own.length; i++) given[r * classes + labels[own[i]]] += shares[r * own.length + i];
      before[r] = firstChoice(given, r * classes, classes, m);
      votes[r * classes + before[r]]++;
    }
    for (let i = 0; i < own.length; i++)
      for (let y = 0; y < classes; y++) {
        if (y === labels[own[i]]) continue;
        const turned: number[] = [];
        for (let r = 0; r < asked.length; r++) {
          const share = shares[r * own.length + i];
          for (let c = 0; c < classes; c++) scores[c] = given[r * classes + c];
          scores[labels[own[i]]] -= share;
          scores[y] += share;
          const after = firstChoice(scores, 0, classes, m);
          if (after !== before[r]) turned.push(r, before[r], after);
        }
        if (turned.length > 0) candidates.push({ model: m, position: own[i], y, turned: Int32Array.from(turned) });
      }
  }
  const truth = Int32Array.from(asked, (position) => labels[position]);
  const picked = pickGreedily(candidates, votes, truth, { models, classes, flips });
  return picked.map(({ position, y }) => ({ position: positionOf.get(order[position]) as number, y }));
}

interface Candidate {
  readonly model: number;
  readonly position: number;
  readonly y: number;
  /** Triples: an answer, the class that the model votes for, and the one after the flip. */
  readonly turned: Int32Array;
}

function pickGreedily(
  candidates: readonly Candidate[],
  votes: Int32Array,
  truth: Int32Array,
  { models, classes, flips }: { readonly models: number; readonly classes: number; readonly flips: number },
): Candidate[] {
  const used = new Uint8Array(models);
  const picked: Candidate[] = [];
  const weight = new Float64Array(truth.length);
  const rival = new Int32Array(truth.length);
  const gone = new Set<Candidate>();
  for (let left = flips; left > 0; left--) {
    // Once every part has one flip, each may have another.
    if (used.every((is) => is === 1)) used.fill(0);
    for (let r = 0; r < truth.length; r++) {
      rival[r] = strongestRival(votes, r * classes, classes, truth[r]);
      const gap = votes[r * classes + truth[r]] - votes[r * classes + rival[r]];
      // Two votes a flip at most: what lies further is out of reach, and what has fallen is done.
      weight[r] = gap < 0 || gap > 2 * left ? 0 : 1 / (gap + 1);
    }
    let best: Candidate | null = null;
    let bestGain = 0;
    for (const candidate of candidates) {
      if (used[candidate.model] === 1 || gone.has(candidate)) continue;
      const { turned } = candidate;
      let gain = 0;
      for (let k = 0; k < turned.length; k += 3) {
        const r = turned[k];
        if (weight[r] === 0) continue;
        const from = turned[k + 1];
        const to = turned[k + 2];
        const taken = (from === truth[r] ? 1 : 0) - (to === truth[r] ? 1 : 0) + (to === rival[r] ? 1 : 0) - (from === rival[r] ? 1 : 0);
        gain += taken * weight[r];
      }
      if (gain > bestGain) [best, bestGain] = [candidate, gain];
    }
    if (best === null) break;
    used[best.model] = 1;
    picked.push(best);
    for (const other of candidates) if (other.position === best.position) gone.add(other);
    for (let k = 0; k < best.turned.length; k += 3) {
      votes[best.turned[k] * classes + best.turned[k + 1]]--;
      votes[best.turned[k] * classes + best.turned[k + 2]]++;
    }
  }
  return picked;
}

function strongestRival(votes: Int32Array, at: number, classes: number, own: number): number {
  let best = -1;
  for (let c = 0; c < classes; c++) if (c !== own && (best < 0 || votes[at + c] > votes[at + best])) best = c;
  return best;
}
