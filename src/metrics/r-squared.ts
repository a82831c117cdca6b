import type { Metric } from "../core/metric.ts";

/**
 * 1 − Σ ((ŷ − y) / u)² / Σ ((y − ȳ) / u)², ȳ the mean of the test labels. Of several labels, each with its own mean ȳ and unit u, both sums are over all of them, as
 * those of the RMSE are.
 */
export const rSquared: Metric = {
  kind: "metric",
  id: "rSquared",
  title: "Coefficient of determination",
  summary:
    "1 less the squared error over that of always saying the mean of the test labels: 1 is perfect, 0 no better than the mean, below 0 worse; with several labels, against the mean of each, in units of its spread.",
  source: {
    cite: "standard; Kvålseth 1985, Cautionary Note about R², The American Statistician 39(4), R²₁",
    url: "https://doi.org/10.1080/00031305.1985.10479448",
  },
  params: {},
  appliesTo: (target) => target.kind === "real",
  better: "higher",
  damage: { id: "rSquaredDrop", as: "drop" },
  range: [-Infinity, 1],
  isRate: false,
  measure({ data: { y, task }, predictions, unit, ownLabels }) {
    const rows = new Float64Array(ownLabels ? unit.length : 1);
    const means = new Float64Array(rows.length);
    const labelOf = (i: number): number => (ownLabels ? task[i] : 0);
    for (let i = 0; i < y.length; i++) means[labelOf(i)] += (y[i] - means[labelOf(i)]) / ++rows[labelOf(i)];
    let residual = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      residual += ((predictions[i] - y[i]) / unit[task[i]]) ** 2;
      total += ((y[i] - means[labelOf(i)]) / unit[task[i]]) ** 2;
    }
    return total === 0 ? null : 1 - residual / total;
  },
};
