import type { Ratings } from "../../core/ratings.ts";

/** What anybody who sees the ratings knows of them. Shapes: itemMean, itemDeviation, itemCount [items]. */
export interface ItemStatistics {
  readonly mean: number;
  /** Standard deviation of all ratings. */
  readonly deviation: number;
  /** The mean of all ratings where an item has none. */
  readonly itemMean: Float64Array;
  /** The deviation of all ratings where an item has fewer than two. */
  readonly itemDeviation: Float64Array;
  readonly itemCount: Float64Array;
}

export function itemStatistics({ item, value, items }: Ratings): ItemStatistics {
  const ratings = value.length;
  const mean = ratings === 0 ? 0 : value.reduce((sum, v) => sum + v, 0) / ratings;
  const itemCount = new Float64Array(items.length);
  const itemMean = new Float64Array(items.length);
  const itemDeviation = new Float64Array(items.length);
  let squares = 0;
  for (let p = 0; p < ratings; p++) {
    itemCount[item[p]]++;
    itemMean[item[p]] += value[p];
    squares += (value[p] - mean) ** 2;
  }
  const deviation = ratings === 0 ? 0 : Math.sqrt(squares / ratings);
  for (let i = 0; i < items.length; i++) itemMean[i] = itemCount[i] === 0 ? mean : itemMean[i] / itemCount[i];
  for (let p = 0; p < ratings; p++) itemDeviation[item[p]] += (value[p] - itemMean[item[p]]) ** 2;
  for (let i = 0; i < items.length; i++) itemDeviation[i] = itemCount[i] < 2 ? deviation : Math.sqrt(itemDeviation[i] / itemCount[i]);
  return { mean, deviation, itemMean, itemDeviation, itemCount };
}
