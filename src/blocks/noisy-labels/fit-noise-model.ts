import { minimiseInBox } from "../../numeric/solvers/box-lbfgs.ts";
import type { Rng } from "../../numeric/random.ts";
import { confidentJoint, groupByLabel } from "./confident-joint.ts";
import {
  type LabelEvidence,
  type NoiseModel,
  type NoisePrior,
  classChances,
  judgeLabels,
  mostNoise,
  noiseObjective,
  selectEvidence,
  thetaSize,
} from "./noise-model.ts";

/** Rounds of fitting where wrong labels go; with two classes they can only go to the other. */
const rounds = 6;
/** Labels beforehand, spread over the classes that a wrong label can go to. */
const spreadLabels = 5;
/** In units of log likelihood. */
const stopping = { tolerance: 1e-2, maxSteps: 300 };
/** Rows that the starts are tried on, at most. */
const trialRows = 4000;

/** A fit with the value of what it minimises. */
export interface FittedNoise extends NoiseModel {
  readonly objective: number;
}

/** What stands against noise beforehand. */
const prior: NoisePrior = { honest: 1 };

/**
 * The best of several starts, because the likelihood has several tops: overlap without noise is one, noise without overlap another. They are tried on 4,000 rows at
 * most, and the best goes on with all: some 2,000 calls of `noiseObjective` on the former, 100 on the latter.
 */
export function fitNoiseModel(evidence: LabelEvidence, rng: Rng): FittedNoise {
  if (evidence.rows <= trialRows) return bestOfStarts(evidence);
  const best = bestOfStarts(selectEvidence(evidence, rng.sample(evidence.rows, trialRows).sort()));
  return climb(evidence, best.theta, best.goesTo, prior);
}

function bestOfStarts(evidence: LabelEvidence): FittedNoise {
  const { views, classes } = evidence;
  const uniform = uniformSpread(classes);
  const flat = (weight: number): Float64Array => new Float64Array(views).fill(weight / views);
  const alike = (rate: number): Float64Array => new Float64Array(classes).fill(rate);
  const clean = climb(evidence, thetaOf(evidence, flat(1), alike(0.01)), uniform, { ...prior, isClean: true }, 1);
  const ofClean = clean.theta.subarray(0, views);
  const confident = confidentNoise(evidence, clean);
  const starts: [Float64Array, Float64Array, Float64Array][] = [
    [ofClean, alike(0.02), uniform],
    [flat(4), alike(0.3), uniform],
    [flat(4.5), confident.rates, confident.goesTo],
    [flat(2), alike(0.15), uniform],
    [ofClean.map((weight) => 2 * weight), confident.rates, confident.goesTo],
    [flat(1), alike(0.3), uniform],
  ];
  if (classes === 2)
    for (const rates of [
      [0.25, 0.01],
      [0.01, 0.25],
    ])
      starts.push([flat(2), Float64Array.from(rates), uniform]);
  return starts
    .map(([weights, rates, goesTo]) => climb(evidence, thetaOf(evidence, weights, rates), goesTo, prior))
    .reduce((best, found) => (found.objective < best.objective ? found : best));
}

/** Fits θ and, of more than two classes, where wrong labels go, in turns. */
export function climb(
  evidence: LabelEvidence,
  start: Float64Array,
  goesTo: Float64Array,
  against: NoisePrior,
  turns = rounds,
): FittedNoise {
  const theta = start.slice();
  let spread = goesTo;
  let objective = Infinity;
  for (let round = 0; round < (evidence.classes === 2 ? 1 : turns); round++) {
    if (round > 0) spread = spreadOf(evidence, { theta, goesTo: spread });
    const before = objective;
    objective = minimiseInBox(noiseObjective(evidence, spread, against), theta, stopping);
    if (before - objective < 10 * stopping.tolerance && round > 0) break;
  }
  return { theta, goesTo: spread, objective };
}

/** Wrong labels go to every other class alike. Shape: [classes, classes]. */
export function uniformSpread(classes: number): Float64Array {
  return Float64Array.from({ length: classes * classes }, (_, at) => (at % (classes + 1) === 0 ? 0 : 1 / (classes - 1)));
}

/** θ of these weights of the views and error rates, which lie inside (0, 0.48). Shapes: weights [views], rates [classes]. */
export function thetaOf({ views, classes }: LabelEvidence, weights: Float64Array, rates: Float64Array): Float64Array {
  const theta = new Float64Array(thetaSize({ views, classes }));
  theta.set(weights);
  const logits = rates.map((rate) => Math.log(rate / (mostNoise - rate)));
  const level = logits.reduce((sum, value) => sum + value, 0) / classes;
  theta[views + classes] = level;
  for (let j = 0; j < classes; j++) theta[views + classes + 1 + j] = logits[j] - level;
  return theta;
}

/** S_jk ∝ how many labels k belong to class j, by the model, and a few beforehand. */
function spreadOf(evidence: LabelEvidence, model: NoiseModel): Float64Array {
  const { rows, classes, labels } = evidence;
  const { posterior } = judgeLabels(evidence, model);
  const counts = new Float64Array(classes * classes).fill(spreadLabels / (classes - 1));
  for (let i = 0; i < rows; i++) for (let j = 0; j < classes; j++) counts[j * classes + labels[i]] += posterior[i * classes + j];
  return normaliseOffDiagonal(counts, classes);
}

function normaliseOffDiagonal(counts: Float64Array, classes: number): Float64Array {
  const out = counts.slice();
  for (let j = 0; j < classes; j++) {
    out[j * (classes + 1)] = 0;
    let total = 0;
    for (let k = 0; k < classes; k++) total += out[j * classes + k];
    for (let k = 0; k < classes; k++) out[j * classes + k] /= total;
  }
  return out;
}

/** The noise that confident learning counts (`confidentJoint`). */
function confidentNoise(evidence: LabelEvidence, clean: NoiseModel): { rates: Float64Array; goesTo: Float64Array } {
  const { classes, labels } = evidence;
  const { counts } = confidentJoint(groupByLabel({ classes, labels, probabilities: classChances(evidence, clean.theta) }));
  const rates = new Float64Array(classes);
  const flows = new Float64Array(classes * classes).fill(1e-3);
  for (let j = 0; j < classes; j++) {
    let total = 0;
    for (let k = 0; k < classes; k++) {
      total += counts[k * classes + j];
      flows[j * classes + k] += counts[k * classes + j];
    }
    rates[j] = Math.min(0.4, Math.max(0.01, 1 - counts[j * (classes + 1)] / total));
  }
  return { rates, goesTo: normaliseOffDiagonal(flows, classes) };
}
