import type { Attack } from "../../core/attack.ts";
import { targetOf } from "../../core/examples.ts";
import { noLogicPatch } from "../../core/poison.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";

export const mistakenClass: Attack<Record<string, never>> = {
  kind: "attack",
  id: "mistaken-class",
  title: "A class mistaken for another inside training",
  summary: "Training silently takes examples of the commonest class for the next; the data, and whoever looks at them, see nothing.",
  source: {
    cite: "the label reversal of Biggio & Roli 2018, Wild Patterns, moved from the data into the training loop",
    url: "https://doi.org/10.1016/j.patcog.2018.07.023",
  },
  params: {},
  data: "table",
  targets: ["classes"],
  threat: { access: "logic", goal: "availability", knowledge: "none" },
  effort: "standard",
  async poison({ clean, budget, reach }, { rng }) {
    const target = targetOf(clean.table);
    if (target.kind !== "classes") throw new Error("mistaken-class needs classes");
    const examples = reachableExamples(clean, reach);
    const counts = new Float64Array(target.names.length);
    for (const y of examples.y) counts[y]++;
    const common = counts.indexOf(Math.max(...counts));
    const own = [...examples.y.keys()].filter((i) => examples.y[i] === common);
    const picked = rng.fork("rows").sample(own.length, Math.min(budget.rows, own.length));
    const as = (common + 1) % target.names.length;
    return { ...noLogicPatch, mislabel: Array.from(picked, (k) => ({ row: examples.row[own[k]], task: examples.task[own[k]], y: as })) };
  },
};
