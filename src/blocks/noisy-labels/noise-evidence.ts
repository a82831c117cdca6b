import { type FittedNoise, climb, thetaOf } from "./fit-noise-model.ts";
import { type LabelEvidence, errorRates, judgeLabels } from "./noise-model.ts";
import { countedClasses, isNoiseOfSureViews } from "./sure-views.ts";

/** Gains in log-likelihood, over those per class pair, up to which overlap alone is believed. */
const leastGain = 1.5;
/** Share of the labels that are believed wrong for each further unit of gain. */
const shareOfGain = 0.12;
/** Of more than two classes, clean tables gain so many times more for each class beyond the first: overlap is not alike for all pairs. */
const gainOfClass = 1.5;
/**
 * Share of the labels up to which as many may be wrong as the fit finds. What honest overlap is taken for is mostly more, and of 0, 0.1, 0.25 and 0.33 this one kept nearly
 * all of the wrong labels that are found without any restraint at about a third of the rows of clean tables that are flagged then.
 */
const fewEnough = 0.25;
/** There, of no class more than this share of the rows is denied by the views, and of none more labels look wrong. */
const [mostDenied, mostWrong] = [0.6, 0.42];
/** Views that explain labels better than their frequencies by less than so many nats, and by less than this share of all there is to explain, may do so by chance. */
const [leastKnown, leastKnownShare] = [12, 0.1];
/** How often a wrong label is one of a class that does not count, where one that does has 1. */
const seldom = 0.01;
/** A class of which more labels than these look wrong is one that the views cannot tell: classes of honest tables look so, those with wrong labels hardly. */
const mostOfClass = 0.4;
/** Starts of the noise: weights of the views in all, and a rate. */
const starts = [
  { weight: 4, rate: 0.3 },
  { weight: 2, rate: 0.15 },
] as const;

/**
 * The share of the labels that may be flagged, by how much better wrong labels explain them than overlap of classes does: overlap that nobody put there can always be told as
 * noise, and most files are clean, so that the more labels are to be wrong, the more must speak for it. Compared are the best fit without noise and the best one
 * with wrong labels that go to all other classes alike but to next to empty ones, which has one rate a class more; were labels free to go where they like, any confusion of two classes would pass for noise.
 * Where the fit finds a quarter of the labels or less, or the views are sure of nearly all rows and deny a few of every class, as many may be wrong as it finds; where it finds
 * more and the views may know nothing of the classes, none.
 *
 * @param fitted what `best` was fitted to
 */
export function believableShare(fitted: LabelEvidence, best: FittedNoise): number {
  const { views, classes } = fitted;
  const counted = countedClasses(fitted);
  const found = errorRates(best.theta, fitted);
  if (isFew(fitted, best) && counted.every((k) => found[k] <= mostWrong)) return 1;
  if (counted.some((k) => found[k] > mostOfClass) || mayBeChance(fitted, best)) return 0;
  if (isNoiseOfSureViews(fitted, best)) return 1;
  const alike = spreadOver(classes, counted);
  const rates = (rate: number): Float64Array => new Float64Array(classes).fill(rate);
  const flat = (weight: number): Float64Array => new Float64Array(views).fill(weight / views);
  const clean = climb(fitted, thetaOf(fitted, flat(1), rates(0.01)), alike, { honest: 1, isClean: true }, 1);
  const without = judgeLabels(fitted, clean).logLikelihood;
  let gain = classes === 2 ? judgeLabels(fitted, best).logLikelihood - without : 0;
  if (classes > 2)
    for (const start of [
      thetaOf(fitted, clean.theta.subarray(0, views), rates(0.02)),
      ...starts.map(({ weight, rate }) => thetaOf(fitted, flat(weight), rates(rate))),
    ])
      gain = Math.max(gain, judgeLabels(fitted, climb(fitted, start, alike, { honest: 1 }, 1)).logLikelihood - without);
  const many = counted.length;
  const perPair = many <= 2 ? gain : gain / (gainOfClass * (many - 1));
  return Math.min(1, Math.max(0, shareOfGain * (perPair - leastGain)));
}

/** Whether few labels are wrong by the fit, and of no class most are denied: a class that nobody can learn is denied as a whole. */
function isFew(fitted: LabelEvidence, best: FittedNoise): boolean {
  const { rows, classes, labels } = fitted;
  const { wrong, logOdds } = judgeLabels(fitted, best);
  const against = new Int32Array(classes);
  const sizes = new Int32Array(classes);
  let all = 0;
  for (let i = 0; i < rows; i++) {
    sizes[labels[i]]++;
    if (logOdds[i] > 0) against[labels[i]]++;
    all += wrong[i];
  }
  return all <= fewEnough * rows && sizes.every((size, k) => size < 2 || against[k] < mostDenied * size);
}

/** Whether the views may know nothing of the classes: labels drawn at random are told as noise too, of classes that the views happen to follow. */
export function mayBeChance(fitted: LabelEvidence, best: FittedNoise): boolean {
  const { rows, labels, classes } = fitted;
  const sizes = new Int32Array(classes);
  for (const label of labels) sizes[label]++;
  const unknown = sizes.reduce((sum, size) => sum - (size === 0 ? 0 : size * Math.log(size / rows)), 0);
  const known = unknown + judgeLabels(fitted, best).logLikelihood;
  return known < leastKnown && known < leastKnownShare * unknown;
}

/** To these classes alike, and to others seldom. Rows add up to 1, the diagonal is 0. Shape: [classes, classes]. */
function spreadOver(classes: number, counted: readonly number[]): Float64Array {
  const out = new Float64Array(classes * classes);
  for (let j = 0; j < classes; j++) {
    let total = 0;
    for (let k = 0; k < classes; k++) if (k !== j) total += out[j * classes + k] = counted.includes(k) ? 1 : seldom;
    for (let k = 0; k < classes; k++) out[j * classes + k] /= total;
  }
  return out;
}
