import { countRight } from "../numeric/statistics/count-right.ts";
import type { Metric } from "../core/metric.ts";

export const balancedAccuracy: Metric = {
  kind: "metric",
  id: "balancedAccuracy",
  title: "Balanced accuracy",
  summary:
    "Mean over the classes that have test rows of the share of their rows whose class is predicted right: a rare class counts as much as a frequent one.",
  source: {
    cite: "Brodersen et al. 2010, The Balanced Accuracy and Its Posterior Distribution, ICPR",
    url: "https://doi.org/10.1109/ICPR.2010.764",
  },
  params: {},
  appliesTo: (target) => target.kind === "classes",
  better: "higher",
  damage: { id: "balancedAccuracyDrop", as: "drop" },
  range: [0, 1],
  isRate: false,
  measure({ data: { y, target }, predictions }) {
    if (target.kind === "real" || predictions.length === 0) return null;
    const { rows, right } = countRight(y, predictions, target.names.length);
    let sum = 0;
    let classes = 0;
    for (let k = 0; k < rows.length; k++) {
      if (rows[k] === 0) continue;
      sum += right[k] / rows[k];
      classes++;
    }
    return sum / classes;
  },
};
