import { NumericalError } from "../../core/errors.ts";
import { introsortOrder } from "../../numeric/orders/introsort-order.ts";
import { pairwiseSum } from "../../numeric/matrices/pairwise-sum.ts";

/** Labels with what models that never saw them say of each class. */
export interface GivenLabels {
  readonly classes: number;
  /** Class indices. Shape: [rows]. */
  readonly labels: ArrayLike<number>;
  /** In [0, 1]; they need not add up to 1. Shape: [rows, classes]. */
  readonly probabilities: Float64Array;
}

/** The same with the rows of each label together. */
export interface LabelledProbabilities extends GivenLabels {
  readonly labels: Int32Array;
  /** `rows[starts[k] … starts[k + 1])` are labelled k, rising. Shapes: starts [classes + 1], rows [rows]. */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  /** The probability of the given label, in the order of `rows`. Shape: [rows]. */
  readonly own: Float64Array;
}

/** @throws NumericalError where a label is no class, a probability is outside [0, 1], or there are fewer than two classes */
export function groupByLabel({ labels: given, probabilities, classes }: GivenLabels): LabelledProbabilities {
  const count = given.length;
  if (classes < 2) throw new NumericalError(`wrong labels need two classes to choose from, got ${classes}`);
  if (probabilities.length !== count * classes)
    throw new NumericalError(`${count} labels of ${classes} classes need ${count * classes} probabilities, got ${probabilities.length}`);
  const labels = new Int32Array(count);
  const starts = new Int32Array(classes + 2);
  for (let i = 0; i < count; i++) {
    labels[i] = given[i];
    if (!(given[i] >= 0 && given[i] < classes && given[i] === labels[i]))
      throw new NumericalError(`label ${given[i]} of row ${i} is not one of ${classes} classes`);
    starts[labels[i] + 2]++;
  }
  for (let p = 0; p < probabilities.length; p++)
    if (!(probabilities[p] >= 0 && probabilities[p] <= 1))
      throw new NumericalError(`probability ${probabilities[p]} of row ${Math.floor(p / classes)} is outside [0, 1]`);
  for (let k = 0; k < classes; k++) starts[k + 2] += starts[k + 1];
  const rows = new Int32Array(count);
  const own = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const to = starts[labels[i] + 1]++;
    rows[to] = i;
    own[to] = probabilities[i * classes + labels[i]];
  }
  return { classes, labels, probabilities, starts: starts.subarray(0, classes + 1), rows, own };
}

/** What the models are sure of. Shapes: thresholds [classes], counts [given label, guess], guess, contradicted [rows]. */
export interface ConfidentJoint {
  /** The mean probability of a class in the rows labelled so; 2 for a class without rows. */
  readonly thresholds: Float64Array;
  /** Rows by label and guess, at least 1 on the diagonal. */
  readonly counts: Float64Array;
  /** The class that a row reaches the threshold of, the most probable class where it reaches several; −1 where it reaches none. */
  readonly guess: Int32Array;
  /** 1 where another class than the label is the most probable by more than `closeness`. */
  readonly contradicted: Uint8Array;
}

/** Probabilities nearer than this count as equal; thresholds are twice as large at least. */
export const closeness = 1e-6;

/** Northcutt, Jiang & Chuang 2021, Confident Learning, JAIR 70, equations 1–2, in the arithmetic of cleanlab 2.9. */
export function confidentJoint(data: LabelledProbabilities): ConfidentJoint {
  const { classes, labels, probabilities, starts, own } = data;
  const thresholds = Float64Array.from({ length: classes }, (_, k) => {
    const count = starts[k + 1] - starts[k];
    return count === 0 ? 2 : Math.max(2 * closeness, pairwiseSum(own, starts[k], count) / count);
  });
  const enough = thresholds.map((threshold) => threshold - closeness);
  const counts = new Float64Array(classes * classes);
  const guess = new Int32Array(labels.length);
  const contradicted = new Uint8Array(labels.length);
  let p = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    const lead = probabilities[p + label] + closeness;
    let top = -1;
    let best = -1;
    let confident = 0;
    let first = -1;
    for (let k = 0; k < classes; k++) {
      const value = probabilities[p++];
      if (value > top) {
        top = value;
        best = k;
      }
      if (value >= enough[k]) {
        if (confident === 0) first = k;
        confident++;
      }
    }
    guess[i] = confident > 1 ? best : first;
    if (confident > 0) counts[label * classes + guess[i]]++;
    if (best !== label && (top > lead || (top === lead && best < label))) contradicted[i] = 1;
  }
  for (let k = 0; k < classes; k++) counts[k * (classes + 1)] = Math.max(1, counts[k * (classes + 1)]);
  return { thresholds, counts, guess, contradicted };
}

/** The counts scaled to what each label has and to all rows, then rounded; each row keeps its sum (ibid., equation 3). Shape: [given label, guess]. */
export function calibratedCounts({ classes, labels, starts }: LabelledProbabilities, counts: Float64Array): Float64Array {
  const scaled = new Float64Array(classes * classes);
  for (let i = 0; i < classes; i++) {
    let total = 0;
    for (let j = 0; j < classes; j++) total += counts[i * classes + j];
    for (let j = 0; j < classes; j++) scaled[j * classes + i] = (counts[i * classes + j] / total) * (starts[i + 1] - starts[i]);
  }
  const sum = Math.max(1e-100, pairwiseSum(scaled));
  const out = new Float64Array(classes * classes);
  for (let i = 0; i < classes; i++) {
    const row = out.subarray(i * classes, (i + 1) * classes);
    for (let j = 0; j < classes; j++) row[j] = (scaled[j * classes + i] / sum) * labels.length;
    roundKeepingSum(row);
  }
  return out;
}

/** Rounds in place, halves to even; what the sum is then short of or beyond goes to the numbers that were rounded farthest the other way. */
function roundKeepingSum(values: Float64Array): void {
  const rounded = values.map(roundHalfToEven);
  const sum = roundHalfToEven(pairwiseSum(values));
  const errors = values.map((value, j) => value - rounded[j]);
  for (;;) {
    const missing = sum - pairwiseSum(rounded);
    if (missing === 0) break;
    const order = introsortOrder(errors, errors.length);
    if (missing > 0) order.reverse();
    for (const j of order.subarray(0, Math.min(Math.abs(missing), values.length))) rounded[j] += Math.sign(missing);
    for (let j = 0; j < values.length; j++) errors[j] = values[j] - rounded[j];
  }
  values.set(rounded);
}

function roundHalfToEven(value: number): number {
  return Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}
