import type { OutOfFold } from "../held-out/out-of-fold.ts";

/** Which labels models that never saw them find too improbable, as a group, to be the errors that those models expect of themselves. */
export interface SurprisingLabels {
  /** Of each class, with the temperature that fits all labels best. Shape: [rows, classes]. */
  readonly probabilities: Float64Array;
  /** Labels at most this probable are flagged; 0 = none are. */
  readonly cut: number;
  /** Shape: [rows]. */
  readonly flagged: Uint8Array;
  /** Correct labels among the flagged ones, if the probabilities are right. */
  readonly expectedFalseAlarms: number;
}

/** A label more probable than this is never flagged on its own. */
const mostProbable = 0.05;
/** Share of correct labels among flagged ones that is put up with. */
const falseShare = 0.2;
/** Of fitting the temperature. */
const rounds = 5;

/**
 * A class of probability p is the label of a share p of the rows in which the model gives it p, so that Σ p over all rows and classes with p ≤ t is how
 * many correct labels are that improbable. The cut is the largest t at which at least five times as many labels are, and more than chance brings
 * (three standard deviations of a Poisson count). Where the models only find the data hard, nothing is flagged.
 *
 * The probabilities come from scores divided by the one temperature that makes the labels most likely (Guo et al. 2017, On Calibration of Modern Neural
 * Networks, ICML, §4.2), fitted to the half of the rows that the models are less sure of: what is hard shows there, and carries over to the
 * sure half, while wrong labels, which come in both, stand out in the sure one. Flagged labels are left out and the temperature is fitted again.
 */
export function surprisingLabels(
  y: Float64Array,
  classes: number,
  { scores, outputs }: Pick<OutOfFold, "scores" | "outputs">,
): SurprisingLabels {
  const unsure = lessSureHalf(y.length, scores, outputs);
  let found = cutAt(y, classes, calibrated(y, classes, scores, outputs, unsure));
  for (let round = 1; round < rounds; round++) {
    const { flagged } = found;
    const next = cutAt(
      y,
      classes,
      calibrated(
        y,
        classes,
        scores,
        outputs,
        unsure.map((is, i) => is * (1 - flagged[i])),
      ),
    );
    if (next.flagged.every((is, i) => is === found.flagged[i])) break;
    found = next;
  }
  return found;
}

function cutAt(y: Float64Array, classes: number, probabilities: Float64Array): SurprisingLabels {
  const given = Float64Array.from(y, (label, i) => probabilities[i * classes + label]);
  const all = probabilities.filter((p) => p <= mostProbable).sort();
  const own = given.filter((p) => p <= mostProbable).sort();
  let [cut, expectedFalseAlarms] = [0, 0];
  for (let k = 0, p = 0, expected = 0; k < own.length; k++) {
    while (p < all.length && all[p] <= own[k]) expected += all[p++];
    const isTooMany = k + 1 >= expected / falseShare && k + 1 > expected + 3 * Math.sqrt(expected) + 2;
    if (isTooMany) [cut, expectedFalseAlarms] = [own[k], expected];
  }
  const flagged = Uint8Array.from(given, (p) => (cut > 0 && p <= cut ? 1 : 0));
  return { probabilities, cut, flagged, expectedFalseAlarms };
}

/** 1 for each row in which the best two classes are nearer than in the median row. Shape: [rows]. */
function lessSureHalf(rows: number, scores: Float64Array, outputs: number): Uint8Array {
  const gaps = Float64Array.from({ length: rows }, (_, i) => {
    if (outputs === 1) return Math.abs(scores[i]);
    const own = scores.slice(i * outputs, (i + 1) * outputs).sort();
    return own[outputs - 1] - own[outputs - 2];
  });
  const median = gaps.slice().sort()[Math.floor(rows / 2)];
  return Uint8Array.from(gaps, (gap) => (gap <= median ? 1 : 0));
}

/** @param counted 1 for each row whose label the temperature is fitted to. Shape: [rows]. */
function calibrated(y: Float64Array, classes: number, scores: Float64Array, outputs: number, counted: Uint8Array): Float64Array {
  const out = new Float64Array(y.length * classes);
  const own = new Float64Array(classes);
  const rows = Int32Array.from(counted.keys()).filter((i) => counted[i] === 1);
  // Golden section over the logarithm of the inverse temperature; the loss is convex in the inverse temperature.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-4, 4];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atA, atB] = [lossAt(a), lossAt(b)];
  for (let step = 0; step < 30; step++) {
    if (atA < atB) {
      [high, b, atB] = [b, a, atA];
      a = high - ratio * (high - low);
      atA = lossAt(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + ratio * (high - low);
      atB = lossAt(b);
    }
  }
  const inverse = Math.exp((low + high) / 2);
  for (let i = 0; i < y.length; i++) probabilitiesInto(out, i * classes, i, inverse);
  return out;

  /** Of the counted rows alone; a search asks it some thirty times. */
  function lossAt(logInverse: number): number {
    const inverse = Math.exp(logInverse);
    let loss = 0;
    for (let k = 0; k < rows.length; k++) {
      probabilitiesInto(own, 0, rows[k], inverse);
      loss -= Math.log(Math.max(1e-300, own[y[rows[k]]]));
    }
    return loss;
  }

  function probabilitiesInto(into: Float64Array, to: number, row: number, inverse: number): void {
    const at = row * classes;
    let top = -Infinity;
    for (let k = 0; k < classes; k++) {
      const score = outputs === 1 ? (k === 1 ? scores[row] : 0) : scores[at + k];
      into[to + k] = inverse * score;
      if (into[to + k] > top) top = into[to + k];
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += into[to + k] = Math.exp(into[to + k] - top);
    for (let k = 0; k < classes; k++) into[to + k] /= sum;
  }
}
