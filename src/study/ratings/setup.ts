import { type Rng, makeRng } from "../../numeric/random.ts";
import type { RunContext } from "../../core/context.ts";
import { UsageError, didYouMean } from "../../core/errors.ts";
import { type Ratings, ratingsAt } from "../../core/ratings.ts";
import type { RatingGoal, Recommender, RecommenderModel } from "../../core/recommender.ts";
import { audienceOf } from "../../data/ratings-audience.ts";
import { leaveLastOut } from "../../data/ratings-split.ts";
import { type Chosen, methodOf } from "../config.ts";
import type { RatingsStudyConfig, RatingsStudyInput } from "./config.ts";
import { type TargetScores, scoreTargets } from "./target-exposure.ts";

/** What all trials of one seed and engine share: the split and the clean model. */
export interface RatingsSetup {
  readonly rng: Rng;
  readonly train: Ratings;
  readonly test: Ratings;
  readonly goal: RatingGoal;
  readonly engine: { readonly recommender: Recommender; readonly params: unknown };
  /** Trained on the clean ratings. */
  readonly victim: RecommenderModel;
  readonly cleanScores: TargetScores;
}

/**
 * @param where what the ratings are called, for the message where there is no such item
 * @throws UsageError where a target or an audience is unknown
 */
export function goalOf(
  ratings: Ratings,
  config: Pick<RatingsStudyConfig, "goal" | "targets" | "audience">,
  where = "the ratings",
): RatingGoal {
  const find = (option: string, names: readonly string[]): Int32Array =>
    Int32Array.from(names, (name) => {
      const item = ratings.items.indexOf(name);
      if (item < 0)
        throw new UsageError(
          `${option}: there is no item "${name}" among the ${ratings.items.length} of ${where}${didYouMean(name, ratings.items)}`,
        );
      return item;
    });
  const targets = find("--target", config.targets);
  const audience = config.audience === undefined ? null : audienceOf(ratings, find("--audience", config.audience));
  return { goal: config.goal, targets, audience };
}

/** The genuine ratings of a seed that engines learn from, and those that they are tested on. */
function ratingsSplitForSeed(ratings: Ratings, seed: number): { readonly train: Ratings; readonly test: Ratings } {
  const { train, validation, test } = leaveLastOut(ratings, makeRng(seed).fork("split"));
  // Nothing is tuned here, so the second-last ratings are learned from too.
  return { train: ratingsAt(ratings, Int32Array.from([...train, ...validation]).sort()), test: ratingsAt(ratings, test) };
}

/** @throws NumericalError where the engine cannot be trained on the clean ratings */
export async function setUpRatings(
  input: RatingsStudyInput,
  chosen: Chosen,
  seed: number,
  context: Omit<RunContext, "rng">,
): Promise<RatingsSetup> {
  const { ratings, config, methods } = input;
  const rng = makeRng(seed);
  const recommender = methodOf("engine", methods.recommenders, chosen.id);
  const { train, test } = ratingsSplitForSeed(ratings, seed);
  const goal = goalOf(ratings, config);
  const { params } = chosen;
  const victim = await recommender.fit(train, { ...context, rng: rng.fork("fit"), params });
  return { rng, train, test, goal, engine: { recommender, params }, victim, cleanScores: scoreTargets(victim, train, goal) };
}
