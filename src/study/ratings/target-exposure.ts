import type { Ratings } from "../../core/ratings.ts";
import { type ScoreReader, readScores } from "../../blocks/ratings/scores.ts";
import type { RatingGoal, RecommenderModel } from "../../core/recommender.ts";
import { type TargetExposure, exposureReader, meanOverTargets } from "../../blocks/ratings/target-metrics.ts";

/** What genuine users see of each target. */
export type TargetScores = readonly TargetExposure[];

/** Length of the list of recommendations that counts as being seen. */
export const listLength = 10;

export function scoreTargets(model: RecommenderModel, clean: Ratings, goal: RatingGoal): TargetScores {
  return readScores(model, clean.items.length, targetReader(clean, goal));
}

export function targetReader(clean: Ratings, { targets, audience }: RatingGoal): ScoreReader<TargetScores> {
  return exposureReader({ clean, targets, audience, k: listLength });
}

/**
 * What decides between attacks of equal estimate: how high the targets stand with the genuine users, as −ln of their mean rank, averaged over targets; for
 * "demote" how low. The same for every engine, whatever its scores mean, and it moves before a target enters anybody's list.
 */
export function attackerObjective(exposures: TargetScores, { goal }: RatingGoal): number | null {
  const height = meanOverTargets(exposures, ({ meanRank }) => (meanRank === null ? null : -Math.log(meanRank)));
  return height === null || goal !== "demote" ? height : -height;
}
