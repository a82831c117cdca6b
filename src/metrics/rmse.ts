import type { Metric } from "../core/metric.ts";

export const rmse: Metric = {
  kind: "metric",
  id: "rmse",
  title: "Root mean squared error",
  summary: "In units of the label; with several labels, each error is divided by the spread of its own label's clean training values.",
  source: { cite: "standard", url: null },
  params: {},
  appliesTo: (target) => target.kind === "real",
  better: "lower",
  damage: { id: "rmseRatio", as: "ratio" },
  range: [0, Infinity],
  isRate: false,
  measure({ data, predictions, unit }) {
    if (predictions.length === 0) return null;
    let squares = 0;
    for (let i = 0; i < predictions.length; i++) squares += ((predictions[i] - data.y[i]) / unit[data.task[i]]) ** 2;
    return Math.sqrt(squares / predictions.length);
  },
};
