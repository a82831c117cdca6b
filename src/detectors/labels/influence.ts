import { nonNegligibleRows } from "../../blocks/held-out/non-negligible-rows.ts";
import { lacksObjective, needObjective } from "../../blocks/outliers/needs-objective.ts";
import { stratifiedFolds } from "../../blocks/held-out/folds.ts";
import { splitAtFold } from "../../blocks/held-out/out-of-fold.ts";
import { harmOnHeld } from "../../blocks/outliers/row-influence.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { positionsWhere } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";

interface InfluenceParams {
  folds: number;
  doubted: number;
}

/**
 * Every fold is held out in turn: a model of the other rows, and how far the mean loss of the credible rows of the fold would fall without each of them. A
 * score is the mean over the trainings that the row was part of; above 0 the row does harm.
 */
export const influence: Detector<InfluenceParams> = {
  kind: "detector",
  id: "influence",
  title: "Influence on held-out loss",
  summary: "How much better models would predict rows held out of their training, had they been trained without this row.",
  source: {
    cite: "Koh & Liang 2017, Understanding Black-box Predictions via Influence Functions, ICML, equation 2",
    url: "https://arxiv.org/abs/1703.04730",
  },
  params: {
    folds: { type: "number", default: 3, min: 2, max: 20, integer: true, help: "parts that are held out in turn" },
    doubted: {
      type: "number",
      default: 0.1,
      min: 0,
      max: 0.5,
      help: "share of each held-out part, the worst predicted, by which no row is judged; 0 where what is held out can be trusted",
    },
  },
  effort: "standard",
  subject: "row",
  targets: ["classes", "real"],
  refuses: lacksObjective,
  async score(data, { params, rng, fit, objective, signal, progress }) {
    const folds = stratifiedFolds(data, params.folds, rng);
    if (folds.count < 2) throw new NumericalError("influence on held-out rows needs rows of at least two sources");
    const values = new Float64Array(data.y.length);
    let loss = 0;
    let model: Model | null = null;
    for (let f = 0; f < folds.count; f++) {
      stopIfCancelled(signal);
      const { train, held: all } = splitAtFold(data, folds, f);
      const f0 = needObjective("influence", objective(train));
      model = await fit(train, model);
      const held = nonNegligibleRows(all, model, params.doubted);
      const harm = harmOnHeld(f0, model, train, held);
      const trainRows = positionsWhere(data.y.length, (i) => folds.fold[i] !== f);
      trainRows.forEach((row, i) => (values[row] += harm[i] / (folds.count - 1)));
      const losses = model.losses(held);
      loss += losses.reduce((sum, value) => sum + value, 0) / (losses.length * folds.count);
      progress?.((f + 1) / folds.count);
    }
    return {
      values,
      reason(row) {
        const percent = (100 * values[row]) / loss;
        if (!(percent > 0) || !Number.isFinite(percent)) return null;
        return `without it the loss on rows held out of training would be about ${percent.toPrecision(2)} % lower`;
      },
    };
  },
};
