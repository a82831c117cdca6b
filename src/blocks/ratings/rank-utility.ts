import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { RatingGoal, RecommenderModel } from "../../core/recommender.ts";
import { forEachScoredUser } from "./scores.ts";
import { rankOf } from "./target-metrics.ts";

/**
 * How well an attack serves its goal with any engine: minus the mean of log rank of the targets over the audience who have not rated them; the mean
 * itself to demote. 0 where nobody is left.
 */
export function rankUtility(clean: Ratings, { goal, targets, audience }: RatingGoal, model: RecommenderModel): number {
  const starts = startsByUser(clean);
  const users = audience ?? Int32Array.from(clean.users, (_, u) => u);
  const isRated = new Uint8Array(clean.items.length);
  let [sum, count] = [0, 0];
  forEachScoredUser(model, users, clean.items.length, (user, scores) => {
    const own = clean.item.subarray(starts[user], starts[user + 1]);
    for (const item of own) isRated[item] = 1;
    for (const target of targets) {
      if (isRated[target] === 1) continue;
      sum += Math.log(rankOf(target, scores, isRated));
      count++;
    }
    for (const item of own) isRated[item] = 0;
  });
  const mean = count === 0 ? 0 : sum / count;
  return goal === "demote" ? mean : -mean;
}
