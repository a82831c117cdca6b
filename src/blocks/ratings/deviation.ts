import type { Ratings } from "../../core/ratings.ts";
import { itemStatistics } from "./item-statistics.ts";

/**
 * How far an account departs from the means of what it rated, where few others rated it. With n_u the ratings of u, n_i those of i (Chirita, Nejdl &
 * Zamfir 2005, eq. 5; Burke et al. 2006, eq. 2 and 3): WDA = Σ_i |r_ui − r̄_i| / n_i, RDMA = WDA / n_u, WDMA = Σ_i |r_ui − r̄_i| / n_i² / n_u.
 * 0 for users without ratings. Shapes: [users].
 */
export interface DeviationScores {
  readonly wda: Float64Array;
  readonly rdma: Float64Array;
  readonly wdma: Float64Array;
}

export function deviationScores(ratings: Ratings): DeviationScores {
  const { user, item, value, users } = ratings;
  const { itemMean, itemCount } = itemStatistics(ratings);
  const count = new Float64Array(users.length);
  const wda = new Float64Array(users.length);
  const wdma = new Float64Array(users.length);
  for (let p = 0; p < value.length; p++) {
    const i = item[p];
    const share = Math.abs(value[p] - itemMean[i]) / itemCount[i];
    count[user[p]]++;
    wda[user[p]] += share;
    wdma[user[p]] += share / itemCount[i];
  }
  const perRating = (sum: number, u: number): number => (count[u] === 0 ? 0 : sum / count[u]);
  return { wda, rdma: wda.map(perRating), wdma: wdma.map(perRating) };
}
