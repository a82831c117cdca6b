import { highest } from "../../numeric/orders/ranks.ts";
import type { Attack } from "../../core/attack.ts";
import type { Dataset } from "../../core/dataset.ts";
import { targetOf } from "../../core/examples.ts";
import type { Model } from "../../core/learner.ts";
import { noDataPoison } from "../../core/poison.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { relabelling } from "../../blocks/relabel/wrong-label.ts";

export const confidentFlip: Attack<Record<string, never>> = {
  kind: "attack",
  id: "confident-flip",
  title: "Flip of the most confident rows",
  summary: "Relabels the training rows that the clean model is surest of, each as the class it finds least likely.",
  source: {
    cite: "the farthest-first heuristic of Xiao, Xiao & Eckert 2012, Adversarial Label Flips Attack on Support Vector Machines, ECAI",
    url: "https://doi.org/10.3233/978-1-61499-098-7-870",
  },
  params: {},
  data: "table",
  targets: ["classes"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "white-box" },
  async poison({ clean, budget, reach, victim }) {
    const { table } = clean;
    const target = targetOf(table);
    if (target.kind !== "classes") throw new Error("confident-flip needs classes");
    const examples = reachableExamples(clean, reach);
    const { model, training } = await victim();
    const ends = scoreEnds(model, training);
    const positionOf = new Map(Array.from(training.row, (row, i) => [`${row} ${training.task[i]}`, i]));
    const at = Array.from(examples.row, (row, i) => positionOf.get(`${row} ${examples.task[i]}`) as number);
    const margins = Float64Array.from(at, (i) => ends.margin[i]);
    const picked = highest(margins, Math.min(budget.rows, margins.length));
    return { ...noDataPoison, relabel: Array.from(picked, (i) => relabelling(table, examples, i, target.names[ends.leastLikely[at[i]]])) };
  },
};

/** By how much a row's own class outscores its strongest rival, and its least likely other class. Shapes: [rows]. */
function scoreEnds(model: Model, data: Dataset): { margin: Float64Array; leastLikely: Int32Array } {
  const scores = model.scores(data);
  const { outputs } = model;
  const margin = new Float64Array(data.y.length);
  const leastLikely = new Int32Array(data.y.length);
  for (let i = 0; i < data.y.length; i++) {
    const own = data.y[i];
    if (outputs === 1) {
      margin[i] = own === 1 ? scores[i] : -scores[i];
      leastLikely[i] = 1 - own;
      continue;
    }
    let rival = -Infinity;
    let least = own === 0 ? 1 : 0;
    for (let k = 0; k < outputs; k++) {
      if (k === own) continue;
      rival = Math.max(rival, scores[i * outputs + k]);
      if (scores[i * outputs + k] < scores[i * outputs + least]) least = k;
    }
    margin[i] = scores[i * outputs + own] - rival;
    leastLikely[i] = least;
  }
  return { margin, leastLikely };
}
