import { type Rng, makeRng } from "../../numeric/random.ts";
import type { RunContext } from "../../core/context.ts";
import { forEachScoredUser } from "../../blocks/ratings/scores.ts";
import { NumericalError, UsageError, didYouMean } from "../../core/errors.ts";
import { resolveParams } from "../../core/params.ts";
import { type Ratings, ratingsAt, startsByUser } from "../../core/ratings.ts";
import type { RatingGoal, Recommender, RecommenderModel } from "../../core/recommender.ts";
import { audienceOf } from "../../data/ratings-audience.ts";
import { leaveLastOut } from "../../data/ratings-split.ts";
import { type Chosen, methodOf } from "../config.ts";
import type { LearnerDoubts } from "../record.ts";
import type { RatingsStudyConfig, RatingsStudyInput } from "./config.ts";
import { type TargetScores, listLength, scoreTargets } from "./target-exposure.ts";

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
  /** Engines that stand for one into which nobody looks, where an attack needs one to look into, the one that agrees best first; empty elsewhere. */
  readonly surrogates: readonly RatingSurrogate[];
  /** Of such an engine on the first seed. */
  readonly doubts?: LearnerDoubts;
}

export interface RatingSurrogate {
  readonly recommender: Recommender;
  readonly params: unknown;
  readonly victim: RecommenderModel;
  /** Share of the items on both lists of recommendations of a user, over the genuine users. */
  readonly agreement: number;
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
  const { outside } = recommender;
  const engine = { recommender, params };
  const doubts = outside === undefined || seed !== config.firstSeed ? {} : { doubts: await doubtsOf(engine, train, victim, rng, context) };
  const surrogates: RatingSurrogate[] = [];
  for (const id of outside?.surrogates(params, ratings.scale) ?? []) {
    const own = methodOf("engine", methods.recommenders, id);
    const ownParams = resolveParams<object>(id, own.params);
    const model = await own.fit(train, { ...context, rng: rng.fork("surrogate").fork(id), params: ownParams });
    surrogates.push({ recommender: own, params: ownParams, victim: model, agreement: sharedOfLists(model, victim, train) });
  }
  surrogates.sort((a, b) => b.agreement - a.agreement);
  return { rng, train, test, goal, engine, victim, cleanScores: scoreTargets(victim, train, goal), surrogates, ...doubts };
}

/** Two trainings on the same ratings, and one whose items change places. @throws NumericalError where that changes no list: it does not learn from what it is given */
async function doubtsOf(
  { recommender, params }: RatingsSetup["engine"],
  train: Ratings,
  victim: RecommenderModel,
  rng: Rng,
  context: Omit<RunContext, "rng">,
): Promise<LearnerDoubts> {
  const options = { ...context, rng: rng.fork("fit"), params };
  const lists = listsOf(victim, train);
  const again = listsOf(await recommender.fit(train, { ...options, isRepeated: true }), train);
  const order = rng.fork("other items").sample(train.items.length, train.items.length);
  const mixed = ratingsOf(train, order);
  const other = listsOf(await recommender.fit(mixed, { ...options, rng: rng.fork("fit") }), train);
  const isAlike = (a: Int32Array, b: Int32Array): boolean => a.every((item, k) => item === b[k]);
  if (lists.every((list, u) => isAlike(list, other[u])))
    throw new NumericalError(
      "the recommender lists the same for every user when the items of its ratings change places: it does not learn from the ratings that it is given, so nothing about poison in them can be measured",
    );
  return { repeated: { answers: lists.length, changed: lists.filter((list, u) => !isAlike(list, again[u])).length } };
}

/** The same ratings of other items. */
function ratingsOf(train: Ratings, order: Int32Array): Ratings {
  const item = train.item.map((i) => order[i]);
  const positions = Int32Array.from(item.keys()).sort((a, b) => train.user[a] - train.user[b] || item[a] - item[b]);
  return { ...ratingsAt({ ...train, item }, positions) };
}

/** The items that each genuine user is shown, the best first, of those that the user has not rated. Shape of each: [listLength]. */
function listsOf(model: RecommenderModel, train: Ratings): Int32Array[] {
  const starts = startsByUser(train);
  const lists: Int32Array[] = [];
  const users = Int32Array.from(train.users.keys());
  forEachScoredUser(model, users, train.items.length, (user, scores) => {
    const rated = new Set(train.item.subarray(starts[user], starts[user + 1]));
    const open = Int32Array.from(scores.keys()).filter((item) => !rated.has(item));
    lists.push(open.sort((a, b) => scores[b] - scores[a] || a - b).slice(0, listLength));
  });
  return lists;
}

function sharedOfLists(a: RecommenderModel, b: RecommenderModel, train: Ratings): number {
  const [own, others] = [listsOf(a, train), listsOf(b, train)];
  let [shared, all] = [0, 0];
  own.forEach((list, u) => {
    const other = new Set(others[u]);
    for (const item of list) shared += Number(other.has(item));
    all += list.length;
  });
  return all === 0 ? 0 : shared / all;
}
