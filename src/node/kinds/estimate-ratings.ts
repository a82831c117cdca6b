import { performance } from "node:perf_hooks";
import { makeRng } from "../../numeric/random.ts";
import { catalog } from "../../catalog.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import { type Ratings, ratingsWhere, startsByUser } from "../../core/ratings.ts";
import { methodOf } from "../../study/config.ts";
import type { Cell } from "../../study/kind.ts";

/** Ratings that are trained on to learn how long training takes. */
const sampleRatings = 20_000;
/** Trainings that a trial comes to, its share of attack, detection and measuring included. */
const trainingsPerTrial = 2;

/** Milliseconds that these cells will take, from the time of one training of each engine on some of the users; good to a factor of three or so. */
export async function estimateRatingsMs(ratings: Ratings, cells: readonly Cell[], jobs: number): Promise<number> {
  const sample = sampleOf(ratings);
  const engines = new Map(cells.map(({ learner }) => [learner.id, learner]));
  let total = 0;
  try {
    for (const { id, params } of engines.values()) {
      const recommender = methodOf("engine", catalog.ratings.recommenders, id);
      const isOutside = recommender.outside !== undefined;
      // What starts a program does not take less for a part of the users.
      const given = isOutside ? ratings : sample;
      const started = performance.now();
      await recommender.fit(given, { rng: makeRng("estimate"), params });
      const trainingMs = ((performance.now() - started) * ratings.user.length) / given.user.length;
      const trials = cells.reduce((sum, cell) => sum + (cell.learner.id === id ? cell.trials.length : 0), 0);
      total += trainingMs * (isOutside ? trials + 3 : trials * trainingsPerTrial);
    }
  } catch (error) {
    if (error instanceof NumericalError || error instanceof UsageError) return NaN;
    throw error;
  }
  return total / jobs;
}

/** The ratings of every k-th user. */
function sampleOf(ratings: Ratings): Ratings {
  const every = Math.max(1, Math.round(ratings.user.length / sampleRatings));
  if (every === 1 || startsByUser(ratings).length < 10 * every) return ratings;
  return ratingsWhere(ratings, (p) => ratings.user[p] % every === 0);
}
