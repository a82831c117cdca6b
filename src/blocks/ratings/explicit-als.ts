import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { NumericalError, UsageError } from "../../core/errors.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { Factors, RecommenderModel } from "../../core/recommender.ts";
import { type RidgeSolver, solveRidgeRowsInPlace } from "../../numeric/solvers/ridge-rows.ts";
import { factorsOfRows, startingRows } from "./factor-model.ts";
import { type Incidence, incidenceByItem, incidenceByUser } from "./incidence.ts";

export interface ExplicitAlsSettings {
  readonly rank: number;
  /** λ in the objective below. */
  readonly decay: number;
  readonly sweeps: number;
  readonly solver: RidgeSolver;
  readonly start: RecommenderModel | null;
  readonly userWeight: Float64Array | null;
}

/**
 * Alternating least squares with biases and weighted regularisation (Zhou et al. 2008, ALS-WR, whose penalties the biases share): minimises
 *
 *   Σ_ui w_u (r_ui − μ − b_u − b_i − p_u · q_i)² + λ Σ_u w_u n_u (|p_u|² + b_u²) + λ Σ_i n_i (|q_i|² + b_i²),   n_i = Σ_{u rated i} w_u,
 *
 * first over all (p_u, b_u), then over all (q_i, b_i), each a ridge problem of its own; μ is the weighted mean rating. A user's own problem does
 * not depend on w_u, so a user of weight 0 pulls at no item and still gets scores.
 */
export function fitExplicitAls(ratings: Ratings, settings: ExplicitAlsSettings, { rng, signal, progress }: RunContext): Factors {
  const { rank, decay, sweeps, solver, userWeight } = settings;
  const size = rank + 1;
  const mean = weightedMean(ratings, userWeight);
  const rows = startingRows({ users: ratings.users.length, items: ratings.items.length, rank }, settings.start, rng);
  const fixed = { users: rows.users.slice(), items: rows.items.slice() };
  const sides = {
    user: sideOf(incidenceByUser(ratings), { ratings, mean, weight: null, decay }),
    item: sideOf(incidenceByItem(ratings), { ratings, mean, weight: userWeight, decay }),
  };
  const targets = new Float64Array(ratings.value.length);

  const solve = (name: "user" | "item", x: Float64Array, beside: Float64Array, kept: Float64Array): void => {
    const { starts, other, centred, weights, ridge } = sides[name];
    const bias = new Float64Array(beside.length / size).map((_, i) => beside[i * size + rank]);
    for (let p = 0; p < targets.length; p++) targets[p] = centred[p] - bias[other[p]];
    if (weights !== null) for (let p = 0; p < targets.length; p++) targets[p] *= weights[p];
    kept.set(beside);
    for (let at = rank; at < kept.length; at += size) kept[at] = 1;
    const failed = solveRidgeRowsInPlace({ x, size, starts, indices: other, weights, targets, fixed: kept, ridge, gram: null }, solver);
    if (failed >= 0) throw new NumericalError(`the factors of ${name} ${failed} have no solution: their equations are singular`);
  };

  for (let sweep = 0; sweep < sweeps; sweep++) {
    stopIfCancelled(signal);
    solve("user", rows.users, rows.items, fixed.items);
    solve("item", rows.items, rows.users, fixed.users);
    progress?.((sweep + 1) / sweeps);
  }
  return factorsOfRows(rows, rank, mean);
}

interface Side extends Incidence {
  /** Rating minus μ, entry by entry. Shape: [ratings]. */
  readonly centred: Float64Array;
  /** The weight of the user of each entry; null = 1 each. Shape: [ratings]. */
  readonly weights: Float64Array | null;
  readonly ridge: Float64Array;
}

interface SideInput {
  readonly ratings: Ratings;
  readonly mean: number;
  /** Of the users, where they are on the other side; null = 1 each. */
  readonly weight: Float64Array | null;
  readonly decay: number;
}

function sideOf(incidence: Incidence, { ratings, mean, weight, decay }: SideInput): Side {
  const { other, rating } = incidence;
  return {
    ...incidence,
    centred: new Float64Array(rating.length).map((_, n) => ratings.value[rating[n]] - mean),
    weights: weight && Float64Array.from(other, (u) => weight[u]),
    ridge: ridgeOf(incidence, weight, decay),
  };
}

/** λ times the weight of a row's ratings; 1 where that is 0, so that the row becomes 0. */
function ridgeOf({ starts, other }: Incidence, weight: Float64Array | null, decay: number): Float64Array {
  return Float64Array.from({ length: starts.length - 1 }, (_, i) => {
    let sum = 0;
    for (let p = starts[i]; p < starts[i + 1]; p++) sum += weight === null ? 1 : weight[other[p]];
    return sum > 0 ? decay * sum : 1;
  });
}

function weightedMean({ user, value }: Ratings, weight: Float64Array | null): number {
  let [sum, total] = [0, 0];
  for (let p = 0; p < value.length; p++) {
    const w = weight === null ? 1 : weight[user[p]];
    sum += w * value[p];
    total += w;
  }
  if (!(total > 0)) throw new UsageError("there is no rating to learn from: all have weight 0, or there are none");
  return sum / total;
}
