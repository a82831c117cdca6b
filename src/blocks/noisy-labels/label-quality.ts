import type { GivenLabels } from "./confident-joint.ts";

/** The names of cleanlab's quality scores. */
export const qualityScores = ["self-confidence", "normalized-margin", "confidence-weighted-entropy"] as const;
export type QualityScore = (typeof qualityScores)[number];

/**
 * How well each label agrees with models that never saw it, as `cleanlab.rank` of cleanlab 2.9 has it, in [0, 1], lower = more likely wrong. With y the label:
 * `self-confidence` p_y; `normalized-margin` (p_y − max_{k≠y} p_k + 1) / 2; `confidence-weighted-entropy` log(1 + e) / e of e = H(p) / (p_y log K).
 * Shape: [rows].
 */
export function labelQuality({ labels, probabilities, classes }: GivenLabels, method: QualityScore): Float64Array {
  const scores = new Float64Array(labels.length);
  for (let i = 0; i < scores.length; i++) {
    const own = probabilities[i * classes + labels[i]];
    if (method === "self-confidence") scores[i] = own;
    else if (method === "normalized-margin") scores[i] = (own - bestOther(probabilities, i * classes, classes, labels[i]) + 1) / 2;
    else {
      const ratio = entropy(probabilities, i * classes, classes) / Math.log(classes) / Math.max(smallest, own);
      scores[i] = Math.log(ratio + 1) / Math.max(smallest, ratio);
    }
  }
  return scores;
}

const smallest = 1e-6;

function bestOther(probabilities: Float64Array, at: number, classes: number, label: number): number {
  let best = 0;
  for (let k = 0; k < classes; k++) if (k !== label && probabilities[at + k] > best) best = probabilities[at + k];
  return best;
}

function entropy(probabilities: Float64Array, at: number, classes: number): number {
  let sum = 0;
  for (let p = at; p < at + classes; p++) if (probabilities[p] > 0) sum -= probabilities[p] * Math.log(probabilities[p]);
  return sum;
}
