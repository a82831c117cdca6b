import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Attack } from "../../core/attack.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { mayTouch } from "../../core/threat.ts";
import { relabelledPatch } from "../../blocks/relabel/relabelled-patch.ts";

interface AlfaParams {
  rounds: number;
}

/**
 * With q the labels trained on, ε the losses of the model trained on them and ξ those of the clean model, Σ q (ε − ξ) + λ/2 ‖w‖² is lowered in q and in w by
 * turns (eq. 7): labels that the poisoned model agrees with and the clean one does not. Given w, the linear program over q (eq. 9) takes the rows that gain
 * most by a flip; given q, w is the learner's own training. It starts at ε = 0, which is the farthest-first flip.
 *
 * Differs from the paper in taking the learner's own loss, of which the hinge is the paper's, and every wrong class of more than two.
 */
export const alfa: Attack<AlfaParams> = {
  kind: "attack",
  id: "alfa",
  title: "ALFA label flips",
  summary:
    "Flips the labels that a model trained on them would find as natural as the clean model finds them wrong, by turns of training and choosing.",
  source: {
    cite: "Xiao, Xiao & Eckert 2012, Adversarial Label Flips Attack on Support Vector Machines, ECAI",
    url: "https://doi.org/10.3233/978-1-61499-098-7-870",
  },
  params: {
    rounds: {
      type: "number",
      default: 30,
      min: 1,
      max: 1000,
      integer: true,
      help: "turns, at most; it ends where the flips stay the same",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "white-box" },
  effort: "standard",
  async poison(input, { params, ...context }) {
    const { model: clean, training: data } = await input.victim();
    const { learner, learnerParams } = input.pipeline;
    if (data.target.kind !== "classes") throw new Error("alfa needs classes");
    const classes = data.target.names.length;
    const isOpen = (i: number): boolean => mayTouch(input.reach, data.row[i], data.task[i]);
    const xi = lossesByClass(clean, data, classes);
    let epsilon: Float64Array[] = xi.map((losses) => new Float64Array(losses.length));
    let y = data.y;
    let model = clean;
    const seen = new Set<string>();
    for (let round = 0; round < params.rounds; round++) {
      stopIfCancelled(context.signal);
      context.progress?.(round / params.rounds);
      const next = flipBest(data, xi, epsilon, isOpen, input.budget.rows);
      // Equal gains can make the turns go in a circle.
      const key = next.join();
      y = next;
      if (seen.has(key)) break;
      seen.add(key);
      model = await learner.fit({ ...data, y }, { ...context, progress: undefined, params: learnerParams, start: model });
      epsilon = lossesByClass(model, data, classes);
    }
    return relabelledPatch(input.clean.table, data, y);
  },
};

/** The loss of every row at every label. Shape: [classes][rows]. */
function lossesByClass(model: Model, data: Dataset, classes: number): Float64Array[] {
  return Array.from({ length: classes }, (_, label) => model.losses({ ...data, y: new Float64Array(data.y.length).fill(label) }));
}

/** The labels that lower Σ q (ε − ξ) most with at most `count` flips. Shapes: xi, epsilon [classes][rows], result [rows]. */
function flipBest(
  data: Dataset,
  xi: readonly Float64Array[],
  epsilon: readonly Float64Array[],
  isOpen: (position: number) => boolean,
  count: number,
): Float64Array {
  const label = data.y.slice();
  const gain = new Float64Array(label.length);
  for (let i = 0; i < label.length; i++) {
    if (!isOpen(i)) continue;
    const own = data.y[i];
    for (let k = 0; k < xi.length; k++) {
      const rise = epsilon[own][i] - xi[own][i] - (epsilon[k][i] - xi[k][i]);
      if (k !== own && rise > gain[i]) [label[i], gain[i]] = [k, rise];
    }
  }
  const y = data.y.slice();
  for (const i of orderBy(gain.map((value) => -value)).subarray(0, count)) y[i] = label[i];
  return y;
}
