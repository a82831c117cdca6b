import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { leadingEigenvectors } from "../../numeric/solvers/lanczos.ts";
import type { Rng } from "../../numeric/random.ts";
import { dot } from "../../numeric/matrices/vector.ts";
import { labelGroupsOf } from "./label-groups.ts";
import { gradientScatter, meanGradient, projectGradients, rowGradientsOf } from "./row-gradients.ts";

/** Where directions lie close together any of their span does as well, and the poison's is far ahead of the rest. */
const precision = { tolerance: 1e-3, maxSteps: 60 };

/**
 * How far the gradient of each row's loss lies along the directions in which those of its class vary most, squared and summed (Diakonikolas et al. 2019,
 * Sever, algorithm 1, by class): Σ_d ((g_i − ḡ)·v_d)² for v_d the top right singular vectors of the centred gradients. Shape: [rows].
 *
 * @param directions the paper's is the first
 * @throws UsageError for a model that is not linear in its features
 */
export function severScores(data: Dataset, model: Model, rng: Rng, directions = 1): Float64Array {
  const gradients = rowGradientsOf("sever", model, data);
  const scores = new Float64Array(data.y.length);
  labelGroupsOf(data).forEach(({ rows }, k) => {
    const mean = meanGradient(data, gradients, rows);
    const count = Math.min(directions, mean.length);
    const { vectors } = leadingEigenvectors(gradientScatter(data, gradients, rows, mean), count, rng.fork(k), precision);
    for (let d = 0; d < count; d++) {
      const v = vectors.subarray(d * mean.length, (d + 1) * mean.length);
      const middle = dot(mean, v);
      const along = projectGradients(data, gradients, v);
      for (const row of rows) scores[row] += (along[row] - middle) ** 2;
    }
  });
  return scores;
}
