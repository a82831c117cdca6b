import type { Quantity } from "../../core/metric.ts";
import type { RatingGoal, RecommenderModel } from "../../core/recommender.ts";
import { type RankingQuality, errorReader, rankingReader, ratingError } from "../../blocks/ratings/ranking-metrics.ts";
import { readScoresTogether } from "../../blocks/ratings/scores.ts";
import { meanOverTargets, predictionShift } from "../../blocks/ratings/target-metrics.ts";
import { mostPopularItems, userAndItemBias } from "../../blocks/ratings/without-taste.ts";
import type { RatingsSetup } from "./setup.ts";
import { type TargetScores, listLength, targetReader } from "./target-exposure.ts";

/** What an audit of a recommender measures, the first what it is judged by. An attack that promotes raises the hit rate, one that demotes lowers it. */
export function ratingQuantities(goal: RatingGoal["goal"]): readonly Quantity[] {
  const [direction, better] = goal === "demote" ? (["drop", "higher"] as const) : (["rise", "lower"] as const);
  const rate = (id: string, how: "rise" | "drop"): Quantity => ({
    id,
    better: how === "rise" ? "lower" : "higher",
    damage: { id: `${id}${how === "rise" ? "Rise" : "Drop"}`, as: how },
    range: [0, 1],
    isRate: false,
  });
  return [
    rate("hitRateAt10", direction),
    { id: "predictionShift", better, damage: null, range: [-Infinity, Infinity], isRate: false },
    {
      id: "medianRank",
      better: goal === "demote" ? "lower" : "higher",
      damage: goal === "demote" ? { id: "medianRankRise", as: "rise" } : { id: "medianRankDrop", as: "drop" },
      range: [1, Infinity],
      isRate: false,
    },
    { id: "rmse", better: "lower", damage: { id: "rmseRatio", as: "ratio" }, range: [0, Infinity], isRate: false },
    rate("ndcgAt10", "drop"),
    rate("recallAt10", "drop"),
  ];
}

/**
 * What recommenders that know no taste reach on the same clean ratings: the order of the most popular items, and ratings by the bias of user and item alone.
 * They are no engine's figures, and no attack moves them.
 */
export const tastelessQuantities: readonly Quantity[] = [
  { id: "popularityHitRateAt10", better: "lower", damage: null, range: [0, 1], isRate: false },
  { id: "popularityMedianRank", better: "higher", damage: null, range: [1, Infinity], isRate: false },
  { id: "biasRmse", better: "lower", damage: null, range: [0, Infinity], isRate: false },
  { id: "popularityNdcgAt10", better: "higher", damage: null, range: [0, 1], isRate: false },
  { id: "popularityRecallAt10", better: "higher", damage: null, range: [0, 1], isRate: false },
];

/** The figures of `tastelessQuantities` beside an engine; that of ratings where the engine predicts ratings. */
export function measureWithoutTaste(setup: RatingsSetup): Record<string, number> {
  const { train, test, victim } = setup;
  const { exposures, quality } = readQuality(mostPopularItems(train), setup);
  return known({
    popularityHitRateAt10: meanOverTargets(exposures, ({ hitRate }) => hitRate),
    popularityMedianRank: meanOverTargets(exposures, ({ medianRank }) => medianRank),
    biasRmse: victim.unit === "rating" ? ratingError(userAndItemBias(train), test) : null,
    popularityNdcgAt10: quality.ndcg,
    popularityRecallAt10: quality.recall,
  });
}

/** Every figure that is defined for this model, and what genuine users see of the targets. */
export function measureRecommender(
  model: RecommenderModel,
  setup: RatingsSetup,
): { readonly exposures: TargetScores; readonly metrics: Record<string, number> } {
  const { exposures, quality, error } = readQuality(model, setup);
  // Of lists alone nobody knows more than what is on them.
  const isListed = model.listsOnly !== true;
  const shifts = !isListed
    ? []
    : exposures.map((after, t) => predictionShift(setup.cleanScores[t], after)).filter((shift) => shift !== null);
  const metrics = known({
    hitRateAt10: meanOverTargets(exposures, ({ hitRate }) => hitRate),
    predictionShift: shifts.length === 0 ? null : shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length,
    medianRank: isListed ? meanOverTargets(exposures, ({ medianRank }) => medianRank) : null,
    rmse: error,
    ndcgAt10: quality.ndcg,
    recallAt10: quality.recall,
  });
  return { exposures, metrics };
}

/** `error` is null where scores predict no ratings. */
function readQuality(
  model: RecommenderModel,
  { train, test, goal }: RatingsSetup,
): { exposures: TargetScores; quality: RankingQuality; error: number | null } {
  const targets = targetReader(train, goal);
  const ranking = rankingReader({ train, heldOut: test, k: listLength });
  const errors = model.unit === "rating" ? [errorReader(test)] : [];
  readScoresTogether(model, train.items.length, [targets, ranking, ...errors]);
  return { exposures: targets.result(), quality: ranking.result(), error: errors.at(0)?.result() ?? null };
}

function known(figures: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null));
}

/**
 * What the attacker takes the harm to be: the share of genuine users' lists that the targets are on, minus that to demote; for availability the error of the
 * genuine ratings that were learned from, null where scores predict none. Never of held-out ratings.
 */
export function attackerEstimate(
  exposures: TargetScores,
  model: RecommenderModel,
  { train, goal }: Pick<RatingsSetup, "train" | "goal">,
): number | null {
  if (goal.goal === "availability") return model.unit === "rating" ? ratingError(model, train) : null;
  const shown = meanOverTargets(exposures, ({ hitRate }) => hitRate);
  return shown === null || goal.goal === "promote" ? shown : -shown;
}
