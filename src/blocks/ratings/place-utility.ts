import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { RatingGoal, RecommenderModel } from "../../core/recommender.ts";
import { placesInto } from "./places.ts";
import { forEachScoredUser } from "./scores.ts";

/** What a place of a target is worth to whoever promotes it, 1 = first; falls with the place. */
export type PlaceWorth = (place: number) => number;

export const logPlace: PlaceWorth = (place) => -Math.log(place);

/**
 * 1 on the first `length` places and 0 behind them, with a steep slope between, since a user next to the list under one training is on it under another; and
 * so little of the log of the place that it decides only where nobody is near.
 */
export function listPlace(length: number): PlaceWorth {
  const edge = length + 0.5;
  return (place) => 1 / (1 + (place / edge) ** 8) - 1e-3 * Math.log(place);
}

/**
 * How well an attack serves its goal with any engine: the mean worth of the targets' places over the audience who have not rated them; minus that to demote. 0
 * where nobody is left.
 */
export function placeUtility(clean: Ratings, { goal, targets, audience }: RatingGoal, model: RecommenderModel, worth: PlaceWorth): number {
  const starts = startsByUser(clean);
  const users = audience ?? Int32Array.from(clean.users, (_, u) => u);
  const places = new Float64Array(targets.length);
  let sum = 0;
  let count = 0;
  forEachScoredUser(model, users, clean.items.length, (user, scores) => {
    placesInto(places, scores, clean.item.subarray(starts[user], starts[user + 1]), targets);
    for (let t = 0; t < places.length; t++) {
      if (Number.isNaN(places[t])) continue;
      sum += worth(places[t]);
      count++;
    }
  });
  const mean = count === 0 ? 0 : sum / count;
  return goal === "demote" ? -mean : mean;
}
