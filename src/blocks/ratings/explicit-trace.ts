import type { Ratings } from "../../core/ratings.ts";
import type { AccountTrace, Factors } from "../../core/recommender.ts";
import { type RowProblem, rowsWithOne, traceFactors } from "./factor-trace.ts";

/** Traces what `fitExplicitAls` learned. `reader`, where scores are made from other rows of users than the items were fitted to, gives these. */
export function traceExplicit(input: {
  readonly ratings: Ratings;
  /** As `fitExplicitAls` gave them. */
  readonly factors: Factors;
  readonly decay: number;
  readonly userWeight: Float64Array | null;
  readonly target: number;
  readonly accounts: Int32Array;
  /** Shape: factors [users, rank]. */
  readonly reader?: { readonly factors: Float64Array; readonly problem: RowProblem };
}): AccountTrace {
  const { ratings, factors, decay, userWeight, target, accounts, reader } = input;
  const { rank, mean, userBias, itemBias } = factors;
  const ridge = (total: number): number => (total > 0 ? decay * total : 1);
  const raters = rowsWithOne(factors.userFactors, rank);
  const raterProblem: RowProblem = {
    weight: () => 1,
    pull: (p) => ratings.value[p] - mean - itemBias[ratings.item[p]],
    ridge,
    gram: null,
  };
  return traceFactors({
    ratings,
    target,
    accounts,
    size: rank + 1,
    raters,
    readers: reader === undefined ? raters : rowsWithOne(reader.factors, rank),
    items: rowsWithOne(factors.itemFactors, rank),
    userWeight,
    itemProblem: { weight: () => 1, pull: (p) => ratings.value[p] - mean - userBias[ratings.user[p]], ridge, gramOf: () => null },
    gramWeight: 0,
    raterProblem,
    readerProblem: reader?.problem ?? raterProblem,
  });
}
