import { stratifiedFolds } from "../blocks/folds.ts";
import { knnShapley as shapleyValues } from "../blocks/knn-shapley.ts";
import { splitAtFold } from "../blocks/out-of-fold.ts";
import { stopIfCancelled } from "../core/context.ts";
import { positionsWhere, selectExamples } from "../core/dataset.ts";
import type { Detector } from "../core/detector.ts";

interface KnnShapleyParams {
  neighbours: number;
  folds: number;
  judges: number;
}

/** Differs from the paper in its test rows: each fold in turn judges the others, so that no clean set is needed. */
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
  targets: ["classes"],
  score(data, { params, rng, signal, progress }) {
    const folds = stratifiedFolds(data, params.folds, rng);
    const values = new Float64Array(data.y.length);
    for (let f = 0; f < folds.count && folds.count > 1; f++) {
      stopIfCancelled(signal);
      const { train, held } = splitAtFold(data, folds, f);
      const judges =
        held.y.length <= params.judges
          ? held
          : selectExamples(held, rng.fork("judges").fork(f).sample(held.y.length, params.judges).sort());
      const worth = shapleyValues(train, judges, { neighbours: params.neighbours, stop: () => stopIfCancelled(signal) });
      positionsWhere(data.y.length, (i) => folds.fold[i] !== f).forEach((row, i) => (values[row] -= worth[i] / (folds.count - 1)));
      progress?.((f + 1) / folds.count);
    }
    return Promise.resolve({ values });
  },
};
