import type { Factors, FactorModel, RecommenderModel } from "../../core/recommender.ts";
import { isFactorModel } from "../../core/recommender.ts";
import { factorScoresInto } from "../../numeric/matrices/factor-scores.ts";
import type { Rng } from "../../numeric/random.ts";

export function factorModel(factors: Factors, unit: RecommenderModel["unit"]): FactorModel {
  return { unit, factors, scoresInto: (out, users) => factorScoresInto(out, factors, users) };
}

/** Rows (factors, bias) of both sides, which alternating methods work on. Shapes: users [users, rank + 1], items [items, rank + 1]. */
export interface FactorRows {
  readonly users: Float64Array;
  readonly items: Float64Array;
}

/**
 * The rows to start from: those of `start` for whom it knows, else zeros for users and small random factors for items. Items have a stream of
 * their own, so they start alike whoever rates them.
 */
export function startingRows(shape: { users: number; items: number; rank: number }, start: RecommenderModel | null, rng: Rng): FactorRows {
  const { users, items, rank } = shape;
  const size = rank + 1;
  const rows = { users: new Float64Array(users * size), items: new Float64Array(items * size) };
  if (start !== null && isFactorModel(start) && start.factors.rank === rank && start.factors.itemBias.length === items) {
    packInto(rows.users, start.factors.userFactors, start.factors.userBias, rank);
    packInto(rows.items, start.factors.itemFactors, start.factors.itemBias, rank);
    return rows;
  }
  const stream = rng.fork("items");
  for (let i = 0; i < items; i++) for (let k = 0; k < rank; k++) rows.items[i * size + k] = (0.1 * stream.normal()) / Math.sqrt(rank);
  return rows;
}

/** The inverse of packing. */
export function factorsOfRows({ users, items }: FactorRows, rank: number, mean: number): Factors {
  const [user, item] = [unpack(users, rank), unpack(items, rank)];
  return { rank, mean, userFactors: user.factors, userBias: user.bias, itemFactors: item.factors, itemBias: item.bias };
}

/** Copies as many rows as both have. */
function packInto(out: Float64Array, factors: Float64Array, bias: Float64Array, rank: number): void {
  const rows = Math.min(bias.length, out.length / (rank + 1));
  for (let i = 0; i < rows; i++) {
    out.set(factors.subarray(i * rank, (i + 1) * rank), i * (rank + 1));
    out[i * (rank + 1) + rank] = bias[i];
  }
}

function unpack(rows: Float64Array, rank: number): { factors: Float64Array; bias: Float64Array } {
  const count = rows.length / (rank + 1);
  const factors = new Float64Array(count * rank);
  const bias = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    factors.set(rows.subarray(i * (rank + 1), i * (rank + 1) + rank), i * rank);
    bias[i] = rows[i * (rank + 1) + rank];
  }
  return { factors, bias };
}
