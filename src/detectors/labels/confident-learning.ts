import type { GivenLabels } from "../../blocks/noisy-labels/confident-joint.ts";
import { type ConfidentFilter, confidentFilters, labelIssues } from "../../blocks/noisy-labels/confident-learning.ts";
import { stratifiedFolds, foldsParam } from "../../blocks/held-out/folds.ts";
import { type QualityScore, labelQuality, qualityScores } from "../../blocks/noisy-labels/label-quality.ts";
import { labelReason } from "../../blocks/noisy-labels/label-reason.ts";
import { outOfFold } from "../../blocks/held-out/out-of-fold.ts";
import { surprisingLabels } from "../../blocks/noisy-labels/surprising-labels.ts";
import type { Detector } from "../../core/detector.ts";
import type { Rng } from "../../numeric/random.ts";

interface ConfidentLearningParams {
  filter: ConfidentFilter;
  score: QualityScore;
  folds: number;
}

/** Sets of labels that are drawn where all would be right. */
const draws = 8;

/**
 * Filters and scores are those of cleanlab 2.9, row for row. A filter flags as many rows as it takes for wrong, which on data that models find hard includes many
 * right ones: the false alarms that it is said to expect are how many rows it flags on average where labels are drawn from the models' probabilities, and so
 * all are right; of these, those have the temperature that suits the labels best. Of models without probabilities, scores are turned into them by that
 * temperature, and the reasons say so.
 */
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
    folds: foldsParam,
  },
  subject: "row",
  heldOut: true,
  flags: true,
  targets: ["classes"],
  async score(data, { params, rng, fit, signal, progress }) {
    if (data.target.kind === "real") throw new Error("confident learning is of classes");
    const { names } = data.target;
    const { y } = data;
    if (names.length < 2) return { values: new Float64Array(y.length), flagged: new Uint8Array(y.length) };
    const folds = stratifiedFolds(data, params.folds, rng);
    const found = await outOfFold(data, folds, (train, _, before) => fit(train, before), { signal, progress });
    const calibrated = surprisingLabels(y, names.length, found).probabilities;
    const probabilities = found.probabilities ?? calibrated;
    const given = { labels: y, probabilities, classes: names.length };
    const flagged = labelIssues(given, params.filter);
    return {
      values: labelQuality(given, params.score).map((quality) => 1 - quality),
      flagged,
      expectedFalseAlarms: flaggedOfRightLabels(given, calibrated, params.filter, rng.fork("right labels")),
      reason: labelReason(names, y, probabilities, found.probabilities === null ? "by their scores, calibrated" : null),
    };
  },
};

/** How many rows the filter flags on average where no label is wrong. */
function flaggedOfRightLabels(given: GivenLabels, calibrated: Float64Array, filter: ConfidentFilter, rng: Rng): number {
  const { classes } = given;
  const labels = new Float64Array(given.labels.length);
  let count = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < labels.length; i++) {
      let rest = rng.uniform();
      let k = 0;
      while (k < classes - 1 && rest >= calibrated[i * classes + k]) rest -= calibrated[i * classes + k++];
      labels[i] = k;
    }
    for (const is of labelIssues({ ...given, labels }, filter)) count += is;
  }
  return count / draws;
}
