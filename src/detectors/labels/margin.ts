import { stratifiedFolds, foldsParam } from "../../blocks/held-out/folds.ts";
import { labelReason } from "../../blocks/noisy-labels/label-reason.ts";
import { outOfFold } from "../../blocks/held-out/out-of-fold.ts";
import { surprisingLabels } from "../../blocks/noisy-labels/surprising-labels.ts";
import type { Detector } from "../../core/detector.ts";

interface MarginParams {
  folds: number;
}

/**
 * max_{k≠y} f_k − f_y in the scores of the model, not its probabilities. With two classes and a logistic loss this is the ranking of `loss`. It differs where that
 * loss is flat (a hinge is 0 beyond its margin, where these still rank) and with three classes or more, where one strong rival counts and many weak ones do not.
 */
export const margin: Detector<MarginParams> = {
  kind: "detector",
  id: "margin",
  title: "Out-of-fold margin",
  summary: "How far models that never saw a row (nor any row of its source) prefer the best other label to its own.",
  source: {
    cite: "the margin of Schapire, Freund, Bartlett & Lee 1998, Boosting the Margin, Annals of Statistics 26(5), on rows left out",
    url: "https://doi.org/10.1214/aos/1024691352",
  },
  effort: "standard",
  params: { folds: foldsParam },
  subject: "row",
  heldOut: true,
  targets: ["classes"],
  async score(data, { params, rng, fit, signal, progress }) {
    const { y, target } = data;
    const names = target.kind === "classes" ? target.names : [];
    const folds = stratifiedFolds(data, params.folds, rng);
    const found = await outOfFold(data, folds, (train, _, before) => fit(train, before), { signal, progress });
    const { scores, outputs } = found;
    const values = new Float64Array(y.length);
    for (let i = 0; i < values.length; i++) {
      if (outputs === 1) {
        values[i] = y[i] === 1 ? -scores[i] : scores[i];
        continue;
      }
      let best = -Infinity;
      for (let k = 0; k < outputs; k++) if (k !== y[i]) best = Math.max(best, scores[i * outputs + k]);
      values[i] = best - scores[i * outputs + y[i]];
    }
    if (names.length < 2) return { values };
    return { values, reason: labelReason(names, y, surprisingLabels(y, names.length, found).probabilities) };
  },
};
