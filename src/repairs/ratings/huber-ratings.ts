import { needsRatings } from "../../blocks/ratings/needs-explicit-feedback.ts";
import { predictedRatings } from "../../blocks/ratings/scores.ts";
import { UsageError } from "../../core/errors.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { RatingRepair } from "../../core/recommender.ts";

/**
 * Huber's loss by pseudo-values (Huber 1981, Robust Statistics, section 7.8): a rating further than δ from its prediction is replaced by one at δ, and
 * the engine is trained again. Where that stands still, the factors minimise Huber's loss. Needs no suspicion. Against
 * scattered wrong ratings it helps; accounts that agree about an item bend the fit first and are then no surprise, and where they outnumber its
 * genuine raters it is these who surprise: on synthetic marketplaces between 0.8 and 1.1 of the shift was left.
 */
export const huberRatings: RatingRepair<{ delta: number; rounds: number }> = {
  kind: "repair",
  id: "huber-ratings",
  title: "Training on ratings without surprises",
  summary:
    "Trains again and again with ratings moved to within a distance of what was predicted, which holds against scattered wrong ones; accounts that agree get through.",
  source: {
    cite: "Mehta, Hofmann & Nejdl 2007, Robust Collaborative Filtering, RecSys (M-estimators); by the pseudo-values of Huber 1981",
    url: "https://doi.org/10.1145/1297231.1297240",
  },
  params: {
    delta: { type: "number", default: 0.25, min: 1e-6, max: 10, help: "δ, as a share of the scale: 0.25 is one star of 1 … 5" },
    rounds: { type: "number", default: 3, min: 0, max: 1000, integer: true, help: "trainings after the first" },
  },
  data: "ratings",
  effort: "standard",
  refuses: needsRatings,
  async fit(ratings, _suspicion, { params, train, signal, progress }) {
    const { low, high } = ratings.scale;
    const delta = params.delta * (high > low ? high - low : 1);
    let model = await train(ratings, null);
    if (model.unit !== "rating") throw new UsageError("huber-ratings needs an engine that predicts ratings; this one only orders items");
    for (let round = 0; round < params.rounds; round++) {
      stopIfCancelled(signal);
      const predicted = predictedRatings(model, ratings);
      const value = ratings.value.map((v, p) => predicted[p] + Math.max(-delta, Math.min(delta, v - predicted[p])));
      model = await train({ ...ratings, value }, null);
      progress?.((round + 1) / params.rounds);
    }
    return model;
  },
};
