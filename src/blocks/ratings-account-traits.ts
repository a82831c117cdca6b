import type { Ratings } from "../core/ratings.ts";
import { deviationScores } from "./ratings-deviation.ts";
import { itemStatistics } from "./ratings-item-statistics.ts";
import { coRatingComponents, standardisedComponents } from "./ratings-user-components.ts";
import { medianOf, spreadOf } from "./robust-spread.ts";

/** How each account differs from the median account, in robust standard deviations, trait by trait. Shape: values [users, traits]. */
export interface AccountTraits {
  readonly names: readonly string[];
  readonly values: Float64Array;
}

/** One account does not count as further out than this. */
const farthest = 5;

/** Components that co-rating is summed over. */
const coRatingRank = 10;

export function accountTraits(ratings: Ratings): AccountTraits {
  const { user, item, value, users } = ratings;
  const { itemMean, itemCount } = itemStatistics(ratings);
  const count = new Float64Array(users.length);
  const popularity = new Float64Array(users.length);
  const mean = new Float64Array(users.length);
  const squares = new Float64Array(users.length);
  for (let p = 0; p < value.length; p++) {
    const [u, i] = [user[p], item[p]];
    count[u]++;
    popularity[u] += Math.log(itemCount[i]);
    mean[u] += value[p];
    squares[u] += (value[p] - itemMean[i]) ** 2;
  }
  const perRating = (sum: number, u: number): number => (count[u] === 0 ? 0 : sum / count[u]);
  const traits: Record<string, Float64Array> = {
    similarity: logOf(varianceShares(ratings, 3)),
    coRating: logOf(coRatingEnergy(ratings)),
    deviation: logOf(deviationScores(ratings).rdma),
    popularity: popularity.map(perRating),
    length: logOf(count),
    mean: mean.map(perRating),
    spread: logOf(squares.map(perRating)),
  };
  const names = Object.keys(traits);
  const values = new Float64Array(users.length * names.length);
  names.forEach((name, t) => inDeviations(traits[name]).forEach((z, u) => (values[u * names.length + t] = z)));
  return { names, values };
}

/** Σ of the squared loadings of a user on the leading components: d_u of PCA-VarSelect (Mehta & Nejdl 2009). Shape: [users]. */
export function varianceShares(ratings: Ratings, rank: number): Float64Array {
  const { rank: found, variance, images } = standardisedComponents(ratings, rank);
  return Float64Array.from(ratings.users, (_, u) => {
    let sum = 0;
    for (let c = 0; c < found; c++) if (variance[c] > 0) sum += images[u * found + c] ** 2 / variance[c];
    return sum;
  });
}

function coRatingEnergy(ratings: Ratings): Float64Array {
  const { rank, images } = coRatingComponents(ratings, coRatingRank);
  return Float64Array.from(ratings.users, (_, u) =>
    images.subarray(u * rank, (u + 1) * rank).reduce((sum, value) => sum + value * value, 0),
  );
}

/** A floor far below the usual size stands for the logarithm of 0. */
function logOf(values: Float64Array): Float64Array {
  const floor = 1e-6 * medianOf(values) + Number.MIN_VALUE;
  return values.map((value) => Math.log(Math.max(value, floor)));
}

function inDeviations(values: Float64Array): Float64Array {
  const centre = medianOf(values);
  const spread = spreadOf(values);
  return values.map((value) => (spread > 0 ? Math.max(-farthest, Math.min(farthest, (value - centre) / spread)) : 0));
}
