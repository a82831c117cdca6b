import type { Attack } from "../../core/attack.ts";
import { noDataPoison } from "../../core/poison.ts";
import { reachableExamples } from "../../blocks/relabel/reachable-examples.ts";
import { makeWrongLabels, relabelling } from "../../blocks/relabel/wrong-label.ts";

export const labelFlip: Attack<Record<string, never>> = {
  kind: "attack",
  id: "label-flip",
  title: "Random label flip",
  summary:
    "Gives randomly drawn training rows a wrong label (a real label is mirrored within its observed range); needs no knowledge at all.",
  source: {
    cite: "Biggio, Nelson & Laskov 2011, Support Vector Machines Under Adversarial Label Noise, ACML",
    url: "https://proceedings.mlr.press/v20/biggio11.html",
  },
  params: {},
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "modify-labels", goal: "availability", knowledge: "none" },
  async poison({ clean, budget, reach }, { rng }) {
    const examples = reachableExamples(clean, reach);
    const wrongLabel = makeWrongLabels(clean.table, examples);
    const picked = rng.fork("rows").sample(examples.row.length, Math.min(budget.rows, examples.row.length));
    const relabel = Array.from(picked, (i) => relabelling(clean.table, examples, i, wrongLabel(i, rng.fork("label").fork(i))));
    return { ...noDataPoison, relabel };
  },
};
