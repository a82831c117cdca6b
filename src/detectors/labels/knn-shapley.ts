import { partsByLabel } from "../../blocks/outliers/neighbour-labels-text.ts";
import { stratifiedFolds } from "../../blocks/held-out/folds.ts";
import { knnShapley as shapleyValues } from "../../blocks/outliers/knn-shapley.ts";
import { splitAtFold } from "../../blocks/held-out/out-of-fold.ts";
import { type Metric, metricFor, metricParam } from "../../blocks/outliers/row-distance.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import type { Detector, DetectorContext } from "../../core/detector.ts";

interface KnnShapleyParams {
  neighbours: number;
  metric: Metric | "auto";
  folds: number;
  judges: number;
}

/**
 * Differs from the paper in its test rows: each fold in turn judges the others, so that no clean set is needed and no row vouches for rows of its own source.
 * Poison among the judges blurs the values, and does not turn them while it is the smaller part around. A score is −N times the mean value, N being the rows
 * that are judged: rows that agree as rows do on average score about −1, however many rows there are.
 */
export const knnShapley: Detector<KnnShapleyParams> = {
  kind: "detector",
  id: "knn-shapley",
  title: "KNN-Shapley",
  summary:
    "What each row is worth to a classifier by nearest neighbours, as its exact Shapley value; rows that mislead their neighbours are worth less than nothing.",
  source: {
    cite: "Jia et al. 2019, Efficient Task-Specific Data Valuation for Nearest Neighbor Algorithms, VLDB 12(11), Theorem 1",
    url: "https://doi.org/10.14778/3342263.3342637",
  },
  effort: "standard",
  params: {
    neighbours: { type: "number", default: 10, min: 1, max: 1000, integer: true, help: "K of the classifier" },
    metric: metricParam,
    folds: { type: "number", default: 3, min: 2, max: 20, integer: true, help: "parts that judge each other" },
    judges: {
      type: "number",
      default: 1000,
      min: 1,
      max: 1e7,
      integer: true,
      help: "most rows of a part that judge; drawn from it where it has more",
    },
  },
  subject: "row",
  onEmbeddings: true,
  view: "neighbours",
  targets: ["classes"],
  async score(data, context) {
    const values = new Float64Array(data.y.length);
    let done = 0;
    for (const { part, rows } of partsByLabel(data)) {
      const own = scoresOf(part, context, (share) => context.progress?.((done + share * rows.length) / data.y.length));
      for (let i = 0; i < rows.length; i++) values[rows[i]] = own[i];
      done += rows.length;
    }
    const names = data.target.kind === "classes" ? data.target.names : [];
    return {
      values,
      reason: (row) =>
        values[row] > 0 ? `labelled "${names[data.y[row]]}", it makes more rows like it be predicted wrong than right` : null,
    };
  },
};

function scoresOf(data: Dataset, context: DetectorContext<KnnShapleyParams>, progress: (share: number) => void): Float64Array {
  const { params, signal } = context;
  const rng = context.rng.fork(data.task[0]);
  const folds = stratifiedFolds(data, params.folds, rng);
  const scores = new Float64Array(data.y.length);
  if (folds.count < 2) return scores;
  const metric = metricFor(data.x, params.metric);
  for (let f = 0; f < folds.count; f++) {
    const { train, held } = splitAtFold(data, folds, f);
    const judges =
      held.y.length <= params.judges ? held : selectExamples(held, rng.fork("judges").fork(f).sample(held.y.length, params.judges).sort());
    const worth = shapleyValues(train, judges, {
      neighbours: params.neighbours,
      metric,
      signal,
      progress: (share) => progress((f + share) / folds.count),
    });
    for (let i = 0, at = 0; i < scores.length; i++)
      if (folds.fold[i] !== f) scores[i] -= (worth[at++] * train.y.length) / (folds.count - 1);
  }
  return scores;
}
