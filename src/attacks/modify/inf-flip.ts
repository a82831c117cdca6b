import type { Rng } from "../../numeric/random.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Attack } from "../../core/attack.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { mayTouch } from "../../core/threat.ts";
import { labelChoices } from "../../blocks/relabel/relabel-ascent.ts";
import { relabelledPatch } from "../../blocks/relabel/relabelled-patch.ts";
import { leastSquaresHat } from "../../blocks/linear/least-squares-hat.ts";

interface InfFlipParams {
  rounds: number;
  starts: number;
}

/**
 * Labels that move by Δ move the fitted values of least squares by HΔ, H its hat matrix, and so raise the mean squared error by ‖HΔ‖² / n. That is convex
 * in Δ, so taking the rows and ends of the range with the greatest (HᵀHΔ)_i Δ'_i in place of those of before never lowers it; the turns end where nothing
 * changes. Started from all labels up, from all down, and from drawn directions.
 *
 * Differs from the paper's code (`inf_flip`), which inserts copies of rows drawn with probability proportional to Σ_j H_ij times the room to the far end: there
 * rows pushed up cancel rows pushed down, and with a free intercept Σ_j H_ij is 1 for every row.
 */
export const infFlip: Attack<InfFlipParams> = {
  kind: "attack",
  id: "inf-flip",
  title: "Influence flip of a real label",
  summary:
    "Moves labels to an end of their range, in the rows that together move the fitted values of least squares farthest; needs the training data, not the learner.",
  source: {
    cite: "the InfFlip start of the code for Jagielski et al. 2018, Manipulating Machine Learning: Poisoning Attacks and Countermeasures for Regression Learning, IEEE S&P",
    url: "https://arxiv.org/abs/1804.00308",
  },
  params: {
    rounds: { type: "number", default: 50, min: 1, max: 10_000, integer: true, help: "turns of each start, at most" },
    starts: {
      type: "number",
      default: 16,
      min: 1,
      max: 1000,
      integer: true,
      help: "searches, of which the one that moves fitted values farthest is kept",
    },
  },
  data: "table",
  targets: ["real"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "black-box" },
  effort: "standard",
  async poison(input, { params, rng, signal, progress }) {
    const { training: data } = await input.victim();
    const { targetTasks } = input.reach;
    const open = Uint8Array.from(data.task, (task, i) => Number(mayTouch(input.reach, data.row[i], task)));
    const counted = Float64Array.from(data.task, (task) => (targetTasks === null || targetTasks.includes(task) ? 1 : 0));
    const applyHat = leastSquaresHat(data);
    const ends = labelChoices(data);
    let best = { y: data.y, moved: 0 };
    for (let start = 0; start < params.starts; start++) {
      progress?.(start / params.starts);
      let pull = firstPull(data, start, rng.fork("start").fork(start));
      let y = data.y;
      let moved = 0;
      for (let round = 0; round < params.rounds; round++) {
        stopIfCancelled(signal);
        const next = pushBest(data.y, ends, pull, open, input.budget.rows);
        const values = applyHat(next.map((value, i) => value - data.y[i])).map((value, i) => value * counted[i]);
        const reached = values.reduce((sum, value) => sum + value * value, 0);
        if (!(reached > moved * (1 + 1e-12))) break;
        [y, moved] = [next, reached];
        pull = applyHat(values);
      }
      if (moved > best.moved) best = { y, moved };
    }
    return relabelledPatch(input.clean.table, data, best.y);
  },
};

/** What the first labels are chosen by: how much it would please the attacker that each goes up. Shape: [rows]. */
function firstPull(data: Dataset, start: number, rng: Rng): Float64Array {
  if (start < 2) return new Float64Array(data.y.length).fill(start === 0 ? 1 : -1);
  return data.y.map(() => rng.normal());
}

/** The labels that most raise Σ pull · change with at most `count` of them moved. Shapes: y, pull, open, result [rows], ends [2][rows]. */
function pushBest(y: Float64Array, ends: readonly Float64Array[], pull: Float64Array, open: Uint8Array, count: number): Float64Array {
  const gain = y.map((label, i) => (open[i] === 0 ? 0 : Math.max(0, ...ends.map((end) => pull[i] * (end[i] - label)))));
  const next = y.slice();
  for (const i of orderBy(gain.map((value) => -value)).subarray(0, count)) if (gain[i] > 0) next[i] = ends[pull[i] > 0 ? 1 : 0][i];
  return next;
}
