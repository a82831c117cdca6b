import type { Ratings } from "../../core/ratings.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import { deviationScores } from "./deviation.ts";
import { itemStatistics } from "./item-statistics.ts";
import { coRatingComponents, standardisedComponents } from "./user-components.ts";
import { medianOf, spreadAround } from "../../numeric/statistics/robust-spread.ts";

/** How each account differs from the median account, in robust standard deviations, trait by trait. Shape: values [users, traits]. */
export interface AccountTraits {
  readonly names: readonly string[];
  readonly values: Float64Array;
}

/** One account does not count as further out than this. */
const farthest = 5;

/** Components that co-rating is summed over. */
const coRatingRank = 10;

/** What an account is described by, before it is held against other accounts. Shape: each [users]. */
export function rawTraits(ratings: Ratings): Record<string, Float64Array> {
  const { user, item, value, users } = ratings;
  const { itemMean, itemCount } = itemStatistics(ratings);
  const count = new Float64Array(users.length);
  const popularity = new Float64Array(users.length);
  const mean = new Float64Array(users.length);
  const squares = new Float64Array(users.length);
  for (let p = 0; p < value.length; p++) {
    const u = user[p];
    const i = item[p];
    count[u]++;
    popularity[u] += Math.log(itemCount[i]);
    mean[u] += value[p];
    squares[u] += (value[p] - itemMean[i]) ** 2;
  }
  const perRating = (sum: number, u: number): number => (count[u] === 0 ? 0 : sum / count[u]);
  return {
    similarity: logOf(varianceShares(ratings, 3)),
    coRating: logOf(coRatingEnergy(ratings)),
    deviation: logOf(deviationScores(ratings).rdma),
    popularity: popularity.map(perRating),
    length: logOf(count),
    mean: mean.map(perRating),
    spread: logOf(squares.map(perRating)),
  };
}

/** Traits in robust deviations of all accounts, decorrelated as these are. */
export function standardTraits(raw: Readonly<Record<string, Float64Array>>): AccountTraits {
  const columns = Object.values(raw);
  return traitsOn(traitScale(columns), Object.keys(raw), columns);
}

/** What traits are measured by: deviations of some accounts. */
export interface TraitScale {
  readonly before: readonly Deviations[];
  /** Shape: [traits, traits]. */
  readonly root: Float64Array;
  readonly after: readonly Deviations[];
}

interface Deviations {
  readonly centre: number;
  readonly spread: number;
}

/** The scale that some accounts give. Shapes: reference, one column a trait [any]. */
export function traitScale(reference: readonly Float64Array[]): TraitScale {
  return scaleFrom(
    reference,
    reference.map((values) => orderBy(values)),
  );
}

/** Columns whose rows are put in order once for all parts of them that give a scale. */
export interface TraitOrders {
  readonly columns: readonly Float64Array[];
  /** Rows by rising value, a column each; null where a part is sorted sooner than these are walked through. */
  readonly orders: readonly Int32Array[] | null;
  /** Place of a row in the part at hand, −1 = not in it. Shape: [rows]. */
  readonly place: Int32Array;
}

/** A part of this many rows is sorted in about the time in which so many times as many are walked through. */
const walked = 12;

/** @param most rows that a part has at most */
export function traitOrders(columns: readonly Float64Array[], most: number): TraitOrders {
  const rows = columns[0].length;
  return { columns, orders: rows > walked * most ? null : columns.map((column) => orderBy(column)), place: new Int32Array(rows).fill(-1) };
}

/** The scale that some rows give. Shape: reference [any], rows in rising order. */
export function traitScaleOf({ columns, orders, place }: TraitOrders, reference: Int32Array): TraitScale {
  const part = columns.map((values) => {
    const own = new Float64Array(reference.length);
    for (let j = 0; j < reference.length; j++) own[j] = values[reference[j]];
    return own;
  });
  if (orders === null) return traitScale(part);
  for (let j = 0; j < reference.length; j++) place[reference[j]] = j;
  const own = orders.map((order) => {
    const out = new Int32Array(reference.length);
    for (let k = 0, count = 0; k < order.length; k++) if (place[order[k]] >= 0) out[count++] = place[order[k]];
    return out;
  });
  for (let j = 0; j < reference.length; j++) place[reference[j]] = -1;
  return scaleFrom(part, own);
}

/** Shapes: columns, orders, one a trait [rows]. */
function scaleFrom(columns: readonly Float64Array[], orders: readonly Int32Array[]): TraitScale {
  const before = columns.map((values, t) => deviationsInOrder(values, orders[t]));
  const own = columns.map((values, t) => inDeviations(values, before[t]));
  const root = decorrelation(own, orders);
  const after = own.map((_, t) => deviationsOf(mixed(own, root, t)));
  return { before, root, after };
}

/** Traits of accounts on such a scale. Shapes: raw, one column a trait [users]. */
export function traitsOn({ before, root, after }: TraitScale, names: readonly string[], raw: readonly Float64Array[]): AccountTraits {
  const width = names.length;
  const users = raw[0].length;
  const own = new Float64Array(users * width);
  for (let t = 0; t < width; t++) deviationsInto(own, t, width, raw[t], before[t]);
  const values = new Float64Array(users * width);
  for (let t = 0; t < width; t++) {
    const { centre, spread } = after[t];
    if (!(spread > 0)) continue;
    for (let u = 0, p = 0; u < users; u++, p += width) {
      let sum = 0;
      for (let s = 0; s < width; s++) sum += own[p + s] * root[s * width + t];
      values[p + t] = Math.max(-farthest, Math.min(farthest, (sum - centre) / spread));
    }
  }
  return { names, values };
}

/** Degrees of freedom of the population's traits, whose tails are heavier than a normal's. */
const freedom = 4;

/** log of the population's density at each account over that of a standard normal at its centre. Shape: [users]. */
export function usualLogDensity({ names, values }: AccountTraits): Float64Array {
  const count = names.length;
  const out = new Float64Array(values.length / count);
  for (let u = 0, p = 0; u < out.length; u++) {
    let sum = 0;
    for (let t = 0; t < count; t++, p++) sum += logCentre - ((freedom + 1) / 2) * Math.log1p((values[p] * values[p]) / freedom);
    out[u] = sum;
  }
  return out;
}

/** log of the t density at 0 over the normal density at 0, for 4 degrees of freedom: 3/8 against 1/√(2π). */
const logCentre = Math.log(0.375 * Math.sqrt(2 * Math.PI));

/** Eigenvalues of a correlation matrix are taken to be no less than this. */
const leastEigenvalue = 0.1;

/**
 * C^(−½), C the correlations of the traits z: with z C^(−½) what follows from another trait is not counted again, while what contradicts it counts more. Correlations
 * are those of ranks (Spearman's, as 2 sin(π ρ / 6), what they are of a normal sample), which few accounts cannot bend. Shape: [traits, traits].
 */
function decorrelation(columns: readonly Float64Array[], orders: readonly Int32Array[]): Float64Array {
  const count = columns.length;
  const ranks = columns.map((values, t) => centredRanks(values, orders[t]));
  const squares = ranks.map((own) => dot(own, own));
  const c = new Float64Array(count * count);
  for (let s = 0; s < count; s++) {
    c[s * count + s] = 1;
    for (let t = 0; t < s; t++) {
      const lengths = Math.sqrt(squares[s] * squares[t]);
      const cosine = lengths > 0 ? dot(ranks[s], ranks[t]) / lengths : 0;
      c[s * count + t] = c[t * count + s] = 2 * Math.sin((Math.PI / 6) * cosine);
    }
  }
  const { values: eigenvalues, vectors } = symmetricEigen(c, count);
  const root = new Float64Array(count * count);
  for (let e = 0; e < count; e++) {
    const scale = 1 / Math.sqrt(Math.max(leastEigenvalue, eigenvalues[e]));
    for (let s = 0; s < count; s++)
      for (let t = 0; t < count; t++) root[s * count + t] += scale * vectors[e * count + s] * vectors[e * count + t];
  }
  return root;
}

/** Column t of z C^(−½). Shape: [users]. */
function mixed(columns: readonly Float64Array[], root: Float64Array, t: number): Float64Array {
  const out = new Float64Array(columns[0].length);
  for (let s = 0; s < columns.length; s++) {
    const own = columns[s];
    const share = root[s * columns.length + t];
    for (let u = 0; u < out.length; u++) out[u] += own[u] * share;
  }
  return out;
}

/** Ranks, equal values sharing their mean, less the mean rank. `order` is by rising value. */
function centredRanks(values: Float64Array, order: Int32Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) out[order[k]] = (from + to - 1) / 2 - (order.length - 1) / 2;
  }
  return out;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
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

function deviationsOf(values: Float64Array): Deviations {
  const centre = medianOf(values);
  return { centre, spread: spreadAround(centre, values) };
}

/** The same of values whose order is known. */
function deviationsInOrder(values: Float64Array, order: Int32Array): Deviations {
  const count = order.length;
  const upper = values[order[count >> 1]];
  const centre = count === 0 ? 0 : count % 2 === 1 ? upper : (values[order[(count >> 1) - 1]] + upper) / 2;
  return { centre, spread: spreadAround(centre, values) };
}

function inDeviations(values: Float64Array, deviations: Deviations): Float64Array {
  const out = new Float64Array(values.length);
  deviationsInto(out, 0, 1, values, deviations);
  return out;
}

/** Column t of a matrix of so many. Shapes: out [users, width], values [users]. */
function deviationsInto(out: Float64Array, t: number, width: number, values: Float64Array, { centre, spread }: Deviations): void {
  if (!(spread > 0)) return;
  for (let u = 0, p = t; u < values.length; u++, p += width)
    out[p] = Math.max(-farthest, Math.min(farthest, (values[u] - centre) / spread));
}
