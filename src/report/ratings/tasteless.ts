import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { Summary } from "../../study/summary.ts";
import { numberText } from "../words/format.ts";

/** A figure of a recommender that knows no taste, beside that of an engine. */
export interface TastelessFigure {
  readonly id: string;
  /** Which recommender. */
  readonly by: string;
  /** The engine's figure that it stands beside. */
  readonly of: string;
  readonly figure: Figure;
}

const mostPopular = "Most popular items";
const kinds = [
  { id: "popularityHitRateAt10", by: mostPopular, of: "hitRateAt10" },
  { id: "popularityMedianRank", by: mostPopular, of: "medianRank" },
  { id: "popularityNdcgAt10", by: mostPopular, of: "ndcgAt10" },
  { id: "popularityRecallAt10", by: mostPopular, of: "recallAt10" },
  { id: "biasRmse", by: "User and item bias", of: "rmse" },
] as const;

/** Those that the clean trials have: former versions measured none, and engines that only order items have none of ratings. */
export function tastelessFigures(baseline: Summary["baseline"]): TastelessFigure[] {
  return kinds.flatMap((kind) => (kind.id in baseline ? [{ ...kind, figure: baseline[kind.id] }] : []));
}

/** Where a clean engine is no better than those, a sentence each: what an attack does to it says little of engines that work. */
export function noBetterThanTasteless(engine: string, { baseline }: Summary): string[] {
  const against = (of: string): readonly [number, number] | null => {
    const beside = tastelessFigures(baseline).find((found) => found.of === of);
    return beside === undefined || !(of in baseline) ? null : [baseline[of].value, beside.figure.value];
  };
  const words = ([own, other]: readonly [number, number]): string => `${numberText(own)} against ${numberText(other)}`;
  const [lists, ratings] = [against("ndcgAt10"), against("rmse")];
  return [
    ...(lists !== null && lists[0] <= lists[1]
      ? [`${engine}: its lists find held-out ratings no better than a list of the most popular items (ndcgAt10 ${words(lists)})`]
      : []),
    ...(ratings !== null && ratings[0] >= ratings[1]
      ? [`${engine}: its ratings are no nearer to held-out ones than the bias of user and item alone (rmse ${words(ratings)})`]
      : []),
  ];
}
