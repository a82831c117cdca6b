import {
  type ConfidentFilter,
  type QualityScore,
  confidentFilters,
  labelIssues,
  labelQuality,
  qualityScores,
} from "../blocks/confident-learning.ts";
import { stratifiedFolds } from "../blocks/folds.ts";
import { outOfFold } from "../blocks/out-of-fold.ts";
import { surprisingLabels } from "../blocks/surprising-labels.ts";
import type { Detector } from "../core/detector.ts";

interface ConfidentLearningParams {
  filter: ConfidentFilter;
  score: QualityScore;
  folds: number;
}

/** Of models without probabilities, scores are turned into them by the temperature that suits the labels best. */
export const confidentLearning: Detector<ConfidentLearningParams> = {
  kind: "detector",
  id: "confident-learning",
  title: "Confident learning",
  summary:
    "Counts how many labels of each class are wrong, by models that never saw them, and flags those that fit least; on hard data it flags many.",
  source: {
    cite: "Northcutt, Jiang & Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70; equal to cleanlab 2.9 row for row",
    url: "https://doi.org/10.1613/jair.1.12125",
  },
  effort: "standard",
  params: {
    filter: {
      type: "choice",
      default: "prune-by-noise-rate",
      options: confidentFilters,
      help: "which labels are flagged, as cleanlab's filter_by",
    },
    score: {
      type: "choice",
      default: "normalized-margin",
      options: qualityScores,
      help: "what ranks the rows: 1 minus this quality of their labels",
    },
    folds: { type: "number", default: 3, min: 2, max: 20, integer: true, help: "parts that the training rows are dealt into" },
  },
  subject: "row",
  targets: ["classes"],
  async score(data, { params, rng, fit, signal, progress }) {
    if (data.target.kind === "real") throw new Error("confident learning is of classes");
    const { names } = data.target;
    const folds = stratifiedFolds(data, params.folds, rng);
    const found = await outOfFold(data, folds, (train, _, before) => fit(train, before), { signal, progress });
    const probabilities = found.probabilities ?? surprisingLabels(data.y, names.length, found).probabilities;
    const given = { labels: data.y, probabilities, classes: names.length };
    return {
      values: labelQuality(given, params.score).map((quality) => 1 - quality),
      flagged: labelIssues(given, params.filter),
      reason(i) {
        const own = probabilities.subarray(i * names.length, (i + 1) * names.length);
        const best = own.reduce((top, p, k) => (p > own[top] ? k : top), 0);
        return best === data.y[i]
          ? null
          : `labelled "${names[data.y[i]]}", ${own[best].toFixed(2)} "${names[best]}" by models that never saw it`;
      },
    };
  },
};
