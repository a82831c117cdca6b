import type { Detector } from "../../core/detector.ts";
import { stratifiedFolds, foldsParam } from "../../blocks/held-out/folds.ts";
import { labelReason } from "../../blocks/noisy-labels/label-reason.ts";
import { outOfFold } from "../../blocks/held-out/out-of-fold.ts";
import { limitSurprises } from "../../blocks/noisy-labels/limit-surprises.ts";
import { surprisingLabels } from "../../blocks/noisy-labels/surprising-labels.ts";

interface LossParams {
  folds: number;
}

export const loss: Detector<LossParams> = {
  kind: "detector",
  id: "loss",
  title: "Out-of-fold loss",
  summary: "How badly models that never saw a row (nor any row of its source) predict its label: mislabelled rows surprise them.",
  source: {
    cite: "classification filtering with cross-validation: Brodley & Friedl 1999, Identifying Mislabeled Training Data, JAIR 11",
    url: "https://doi.org/10.1613/jair.606",
  },
  params: { folds: foldsParam },
  subject: "row",
  heldOut: true,
  view: "learner",
  flags: true,
  targets: ["classes", "real"],
  async score(data, { params, rng, fit, signal, progress }) {
    const folds = stratifiedFolds(data, params.folds, rng);
    const found = await outOfFold(data, folds, (train, _, before) => fit(train, before), { signal, progress });
    const { target, y } = data;
    if (target.kind === "real") return { values: found.losses };
    const { names } = target;
    const surprising = surprisingLabels(y, names.length, found);
    const { probabilities, expectedFalseAlarms } = surprising;
    const flagged = limitSurprises(data, surprising, { rng: rng.fork("neighbours"), signal });
    const count = (flags: Uint8Array): number => flags.reduce((sum, is) => sum + is, 0);
    return {
      values: found.losses,
      flagged,
      expectedFalseAlarms: expectedFalseAlarms * (count(flagged) / Math.max(1, count(surprising.flagged))),
      reason: labelReason(names, y, probabilities),
    };
  },
};
