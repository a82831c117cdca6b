import type { Dataset } from "../../core/dataset.ts";
import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import type { Aim } from "./attack-aim.ts";
import { blockScoresInto, targetOf } from "../linear/layout.ts";
import { logisticProbability } from "../linear/margin-losses.ts";

/**
 * The share of these rows that a linear model of two classes gets wrong, smoothed: Σ_k w_k σ(−t z / T), with weights that sum to 1. The cooler, the nearer
 * to the error itself, and the less a few rows far on the wrong side count, which the mean loss is ruled by.
 *
 * @param temperature T, above 0, in units of the score
 */
export function errorAim(rows: Dataset, temperature: number): Aim {
  const { x, y, target, weight } = rows;
  const share = (k: number): number => (weight === null ? 1 / y.length : weight[k]);
  const wrongness = (z: number, k: number): number => logisticProbability((-targetOf(target, 0, y[k]) * z) / temperature);
  return {
    valueOf: (model) => model.scores(rows).reduce((sum, z, k) => sum + share(k) * wrongness(z, k), 0),
    gradientOf(_, theta) {
      const z = new Float64Array(y.length);
      blockScoresInto(z, x, theta, 0);
      const out = new Float64Array(theta.length);
      for (let k = 0; k < y.length; k++) {
        const p = wrongness(z[k], k);
        const slope = (-share(k) * targetOf(target, 0, y[k]) * p * (1 - p)) / temperature;
        addScaledRowInto(out, x, k, slope);
        out[x.cols] += slope;
      }
      return out;
    },
  };
}
