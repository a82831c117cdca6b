import type { Metric } from "../core/metric.ts";

export const accuracy: Metric = {
  kind: "metric",
  id: "accuracy",
  title: "Accuracy",
  summary: "Share of test rows whose class is predicted right.",
  source: { cite: "standard", url: null },
  params: {},
  appliesTo: (target) => target.kind === "classes",
  better: "higher",
  damage: { id: "accuracyDrop", as: "drop" },
  range: [0, 1],
  isRate: true,
  measure({ data, predictions }) {
    if (predictions.length === 0) return null;
    let right = 0;
    for (let i = 0; i < predictions.length; i++) if (predictions[i] === data.y[i]) right++;
    return right / predictions.length;
  },
};
