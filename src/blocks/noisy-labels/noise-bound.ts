import { climb, type FittedNoise } from "./fit-noise-model.ts";
import { type LabelEvidence, type NoiseModel, judgeLabels } from "./noise-model.ts";

/** Shares of the rows that speak for no noise beforehand, rising. */
const pulls = [0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16];
/** ½ χ²₁ at one-sided 95 %. */
const mostLost = 1.35;

/**
 * As little noise as the labels allow: the prior for none grows as long as the labels stay about as likely as in the best fit, by the ratio test. What might as
 * well be honest overlap of classes is honest then.
 */
export function leastNoise(evidence: LabelEvidence, best: FittedNoise): NoiseModel {
  const likeliest = judgeLabels(evidence, best).logLikelihood;
  let least: NoiseModel = best;
  for (const pull of pulls) {
    const found = climb(evidence, least.theta, least.goesTo, { honest: pull * evidence.rows });
    if (judgeLabels(evidence, found).logLikelihood < likeliest - mostLost) break;
    least = found;
  }
  return least;
}
