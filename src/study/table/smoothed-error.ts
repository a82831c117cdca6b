import { logisticProbability } from "../../blocks/linear/margin-losses.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";

/** Width of the step from right to wrong, in mean distances of a score from the boundary. */
const softness = 0.25;

/**
 * The share of these examples of classes that a model gets wrong, smoothed and blind to the scale of its scores: the mean of σ(−m / T), m by how much the own class outscores its strongest rival and T = 0.25 times the mean
 * |m|. It varies less from one sample of examples to another than the share itself does. In [0, 1]; null without examples, and where no score is apart from the boundary.
 */
export function smoothedError(model: Model, { y }: Dataset, scores: Float64Array): number | null {
  const { outputs } = model;
  const margins = Float64Array.from(y, (label, i) => {
    if (outputs === 1) return label === 1 ? scores[i] : -scores[i];
    let rival = -Infinity;
    for (let k = 0; k < outputs; k++) if (k !== label) rival = Math.max(rival, scores[i * outputs + k]);
    return scores[i * outputs + label] - rival;
  });
  const size = margins.reduce((sum, m) => sum + Math.abs(m), 0) / margins.length;
  if (!(size > 0) || !Number.isFinite(size)) return null;
  return margins.reduce((sum, m) => sum + logisticProbability(-m / (softness * size)), 0) / margins.length;
}
