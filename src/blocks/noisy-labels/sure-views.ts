import { type FittedNoise, climb, thetaOf } from "./fit-noise-model.ts";
import { type LabelEvidence, errorRates, judgeLabels } from "./noise-model.ts";

/** Share of the labels that a class has at least to count among these. */
const leastClass = 0.02;
/** Share of the rows that lean to no label, at most: the odds of another label are within e^±`leaning`. */
const unsure = 0.1;
const leaning = 2;
/** Share of the wrong labels, by the fit, that lie on rows that are wrong with a chance above `sure`, at least. */
const told = 0.9;
const sure = 0.8;
/** Share of the labels of a class that are wrong by the fit, at most. */
const ofClass = 0.3;
/** Share of the rows that bear a label of which the views hold another one likelier, at most. */
const denied = 0.6;
/** So much may be lost by sure views, in units of log likelihood: about ½ χ²₁ at 95 %. */
const mostLost = 2;
/** Share of the labels that are denied by the views together, at most, for sure views to be looked for. */
const deniedInAll = 0.2;
const leastRate = 0.005;
/** Weights of the views in all. */
const startWeight = 5;

/**
 * True where the views are sure of nearly every row, what is wrong is surely so, and most labels of each class are agreed with. Views that learned from labels of which
 * some are wrong are a little unsure of each row, and unsure views without noise say just what sure ones with noise say: no gain in likelihood
 * tells these apart. But where classes overlap some rows lean to none of them, and wrong labels make no such rows. A class that nobody can learn looks alike, but that all of its own rows are denied.
 */
export function isNoiseOfSureViews(fitted: LabelEvidence, found: FittedNoise): boolean {
  const rates = errorRates(found.theta, fitted);
  if (countedClasses(fitted).some((k) => rates[k] >= ofClass)) return false;
  const { rows, classes, labels } = fitted;
  const { wrong, logOdds } = judgeLabels(fitted, found);
  const sizes = new Int32Array(classes);
  const against = new Int32Array(classes);
  let open = 0;
  let noise = 0;
  let surely = 0;
  for (let i = 0; i < rows; i++) {
    sizes[labels[i]]++;
    if (logOdds[i] > 0) against[labels[i]]++;
    if (Math.abs(logOdds[i]) < leaning) open++;
    noise += wrong[i];
    if (wrong[i] > sure) surely += wrong[i];
  }
  if (open >= unsure * rows || surely <= told * noise) return false;
  return sizes.every((size, k) => size < 2 || against[k] < denied * size);
}

/** The best fit, or one about as likely in which the views are sure and the labels that they deny are wrong (`isNoiseOfSureViews`): where classes are far apart the likelihood is flat between them. */
export function surestOfAlike(fitted: LabelEvidence, best: FittedNoise): FittedNoise {
  const share = deniedShare(fitted);
  if (share === 0 || share > deniedInAll || isNoiseOfSureViews(fitted, best)) return best;
  const { views, classes } = fitted;
  const weights = new Float64Array(views).fill(startWeight / views);
  const rates = new Float64Array(classes).fill(Math.max(leastRate, share));
  const found = climb(fitted, thetaOf(fitted, weights, rates), best.goesTo, { honest: 1 }, 1);
  return found.objective < best.objective + mostLost && isNoiseOfSureViews(fitted, found) ? found : best;
}

/** Share of the labels of which the views, as they are, together hold another likelier. */
function deniedShare({ rows, classes, views, labels, features }: LabelEvidence): number {
  let count = 0;
  for (let i = 0, at = 0; i < rows; i++) {
    let top = -Infinity;
    let likeliest = 0;
    for (let k = 0; k < classes; k++) {
      let sum = 0;
      for (let v = 0; v < views; v++) sum += features[at++];
      if (sum > top) {
        top = sum;
        likeliest = k;
      }
    }
    if (likeliest !== labels[i]) count++;
  }
  return count / rows;
}

/** Those that are not next to empty, of which nothing can be known. */
export function countedClasses({ rows, classes, labels }: LabelEvidence): number[] {
  const sizes = new Int32Array(classes);
  for (const label of labels) sizes[label]++;
  return Array.from(sizes.keys()).filter((k) => sizes[k] > 1 && sizes[k] >= leastClass * rows);
}
