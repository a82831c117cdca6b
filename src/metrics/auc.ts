import { areaUnderCurve } from "../numeric/orders/ranks.ts";
import type { Metric } from "../core/metric.ts";

export const auc: Metric = {
  kind: "metric",
  id: "auc",
  title: "Area under the ROC curve",
  summary:
    "How often a row of the second class scores above one of the first, ties counted half; two classes only, over all test rows together.",
  source: { cite: "Hanley & McNeil 1982, Radiology 143(1)", url: "https://doi.org/10.1148/radiology.143.1.7063747" },
  params: {},
  appliesTo: (target) => target.kind === "classes" && target.names.length === 2,
  better: "higher",
  damage: { id: "aucDrop", as: "drop" },
  range: [0, 1],
  isRate: false,
  measure({ data, scores, outputs }) {
    return outputs === 1 ? areaUnderCurve(scores, (i) => data.y[i] === 1) : null;
  },
};
