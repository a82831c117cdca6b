import type { BoxedFunction } from "../../numeric/solvers/box-lbfgs.ts";

/** Labels beside what several views that never saw them say. */
export interface LabelEvidence {
  readonly rows: number;
  readonly classes: number;
  readonly views: number;
  /** Class indices. Shape: [rows]. */
  readonly labels: Int32Array;
  /** ln of a view's probability of a class less the mean over the classes. Shape: [rows, classes, views]. */
  readonly features: Float64Array;
}

/** How labels come about. */
export interface NoiseModel {
  /** w, b, l, d, as `noiseObjective` lays them out. */
  readonly theta: Float64Array;
  /** S: where wrong labels of a class go; rows add up to 1, the diagonal is 0. Shape: [classes, classes]. */
  readonly goesTo: Float64Array;
}

/** Beyond one half, classes would exchange their names. */
export const mostNoise = 0.48;
const bounds = { weight: 3, offset: 10, level: 7, deviation: 6 };
const ridge = 0.005;

export interface NoisePrior {
  /** ρ of ρ Σ_j ln(1 − e_j): how many labels of each class speak for no noise beforehand. */
  readonly honest: number;
  /** True: no noise at all. */
  readonly isClean?: boolean;
}

/**
 * The true class of row i has the chance p_i = softmax_k(Σ_v w_v F_ikv + b_k), and a row of class j gets the label k with the chance T_jk: T_jj = 1 − e_j and
 * T_jk = e_j S_jk. To be minimised in θ = [w, b, l, d] with e_j = 0.48 σ(l + d_j):
 * −Σ_i ln Σ_j p_ij T_{j,y_i} − ρ Σ_j ln(1 − e_j) + Σ_j ln(1 + d_j²) + 0.005 (‖w‖² + ‖b‖²), 0 ≤ w ≤ 3.
 * With q_ij = p_ij T_{j,y_i} / Σ_l p_il T_{l,y_i} the gradient in the logits is p − q, and in e_j it is Σ_i p_ij ([j = y_i] − S_{j,y_i}) / Σ_l p_il T_{l,y_i} + ρ / (1 − e_j).
 * A call takes time in proportion to rows × classes × views.
 *
 * The model is that of Natarajan et al. 2013 and Patrini et al. 2017 (forward correction), with the noise fitted by likelihood.
 */
export function noiseObjective(evidence: LabelEvidence, goesTo: Float64Array, { honest, isClean = false }: NoisePrior): BoxedFunction {
  const { rows, classes, views, labels, features } = evidence;
  const size = thetaSize(evidence);
  const levelAt = views + classes;
  const lower = new Float64Array(size);
  const upper = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    upper[j] = j < views ? bounds.weight : j < levelAt ? bounds.offset : j === levelAt ? bounds.level : bounds.deviation;
    lower[j] = j < views ? 0 : -upper[j];
  }
  if (isClean) {
    upper[levelAt] = -bounds.level;
    lower.fill(0, levelAt + 1);
    upper.fill(0, levelAt + 1);
  }
  const p = new Float64Array(classes);
  const given = new Float64Array(classes * classes);
  /** Σ over rows labelled k of p_ij / P(k | i). Shape: [label, class]. */
  const mass = new Float64Array(classes * classes);

  function gradientInto(out: Float64Array, theta: Float64Array): number {
    const rates = errorRates(theta, evidence);
    givenInto(given, rates, goesTo, classes);
    mass.fill(0);
    out.fill(0);
    let value = 0;
    for (let i = 0, at = 0; i < rows; i++, at += classes * views) {
      probabilitiesInto(p, theta, features, at, classes, views);
      const from = labels[i] * classes;
      let seen = 0;
      for (let j = 0; j < classes; j++) seen += p[j] * given[from + j];
      value -= Math.log(seen);
      for (let j = 0, f = at; j < classes; j++, f += views) {
        const share = p[j] / seen;
        mass[from + j] += share;
        const pull = p[j] - share * given[from + j];
        out[views + j] += pull;
        for (let v = 0; v < views; v++) out[v] += pull * features[f + v];
      }
    }
    for (let j = 0; j < levelAt; j++) {
      value += ridge * theta[j] * theta[j];
      out[j] += 2 * ridge * theta[j];
    }
    for (let j = 0; j < classes; j++) {
      const d = theta[levelAt + 1 + j];
      value += Math.log(1 + d * d) - honest * Math.log(1 - rates[j]);
      let slope = honest / (1 - rates[j]);
      for (let k = 0; k < classes; k++) slope += mass[k * classes + j] * (k === j ? 1 : -goesTo[j * classes + k]);
      slope *= rates[j] * (1 - rates[j] / mostNoise);
      out[levelAt] += slope;
      out[levelAt + 1 + j] += slope + (2 * d) / (1 + d * d);
    }
    return value;
  }
  return { lower, upper, gradientInto };
}

export function thetaSize({ views, classes }: Pick<LabelEvidence, "views" | "classes">): number {
  return views + 2 * classes + 1;
}

/** e_j. Shape: [classes]. */
export function errorRates(theta: Float64Array, { views, classes }: Pick<LabelEvidence, "views" | "classes">): Float64Array {
  const at = views + classes;
  return Float64Array.from({ length: classes }, (_, j) => mostNoise / (1 + Math.exp(-theta[at] - theta[at + 1 + j])));
}

/** out[k, j] = T_jk. */
function givenInto(out: Float64Array, rates: Float64Array, goesTo: Float64Array, classes: number): void {
  for (let k = 0; k < classes; k++)
    for (let j = 0; j < classes; j++) out[k * classes + j] = j === k ? 1 - rates[j] : rates[j] * goesTo[j * classes + k];
}

function probabilitiesInto(p: Float64Array, theta: Float64Array, features: Float64Array, at: number, classes: number, views: number): void {
  let top = -Infinity;
  for (let k = 0; k < classes; k++) {
    let z = theta[views + k];
    for (let v = 0; v < views; v++) z += theta[v] * features[at++];
    p[k] = z;
    if (z > top) top = z;
  }
  let total = 0;
  for (let k = 0; k < classes; k++) total += p[k] = Math.exp(p[k] - top);
  for (let k = 0; k < classes; k++) p[k] /= total;
}

/** p_ij, whatever the label. Shape: [rows, classes]. */
export function classChances({ rows, classes, views, features }: LabelEvidence, theta: Float64Array): Float64Array {
  const out = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++)
    probabilitiesInto(out.subarray(i * classes, (i + 1) * classes), theta, features, i * classes * views, classes, views);
  return out;
}

/** What the model makes of the labels. */
export interface JudgedLabels {
  /** Chance that the label is not the true class. Shape: [rows]. */
  readonly wrong: Float64Array;
  /** Chance of each true class, given the label. Shape: [rows, classes]. */
  readonly posterior: Float64Array;
  /** ln p of the most likely other class less ln p of the label's class, whatever the noise. Shape: [rows]. */
  readonly logOdds: Float64Array;
  /** Σ ln P(label), without any prior. */
  readonly logLikelihood: number;
}

export function judgeLabels(evidence: LabelEvidence, { theta, goesTo }: NoiseModel): JudgedLabels {
  const { rows, classes, views, labels, features } = evidence;
  const given = new Float64Array(classes * classes);
  givenInto(given, errorRates(theta, evidence), goesTo, classes);
  const p = new Float64Array(classes);
  const wrong = new Float64Array(rows);
  const logOdds = new Float64Array(rows);
  const posterior = new Float64Array(rows * classes);
  let logLikelihood = 0;
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    const from = label * classes;
    probabilitiesInto(p, theta, features, i * classes * views, classes, views);
    let seen = 0;
    let other = 0;
    for (let j = 0; j < classes; j++) {
      seen += p[j] * given[from + j];
      if (j !== label && p[j] > other) other = p[j];
    }
    for (let j = 0; j < classes; j++) posterior[i * classes + j] = (p[j] * given[from + j]) / seen;
    wrong[i] = 1 - posterior[i * classes + label];
    logOdds[i] = Math.log(Math.max(1e-300, other)) - Math.log(Math.max(1e-300, p[label]));
    logLikelihood += Math.log(seen);
  }
  return { wrong, posterior, logOdds, logLikelihood };
}

/** The evidence of these rows, in that order. */
export function selectEvidence(evidence: LabelEvidence, picked: Int32Array): LabelEvidence {
  const width = evidence.classes * evidence.views;
  const features = new Float64Array(picked.length * width);
  for (let i = 0; i < picked.length; i++) features.set(evidence.features.subarray(picked[i] * width, (picked[i] + 1) * width), i * width);
  return { ...evidence, rows: picked.length, labels: Int32Array.from(picked, (i) => evidence.labels[i]), features };
}
