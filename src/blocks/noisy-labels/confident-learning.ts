import { introsortOrder } from "../../numeric/orders/introsort-order.ts";
import { selectInPlace } from "../../numeric/orders/select.ts";
import {
  type ConfidentJoint,
  type GivenLabels,
  type LabelledProbabilities,
  calibratedCounts,
  closeness,
  confidentJoint,
  groupByLabel,
} from "./confident-joint.ts";
import { type QualityScore, labelQuality } from "./label-quality.ts";

/** Which labels to doubt; the names of cleanlab's `filter_by`. */
export const confidentFilters = [
  "prune-by-noise-rate",
  "prune-by-class",
  "both",
  "confident-learning",
  "predicted-neq-given",
  "low-self-confidence",
  "low-normalized-margin",
] as const;
export type ConfidentFilter = (typeof confidentFilters)[number];

/**
 * 1 for each row whose label is likely wrong, as `cleanlab.filter.find_label_issues` of cleanlab 2.9 has it: confident learning (Northcutt, Jiang & Chuang 2021, JAIR 70). Which of several equal values it takes is up to its sort,
 * which differs between processors; here it is the one without vector instructions. Takes time in proportion to the probabilities. Shape: [rows].
 *
 * @throws NumericalError where a label is no class or a probability is outside [0, 1]
 */
export function labelIssues(given: GivenLabels, filter: ConfidentFilter): Uint8Array {
  const data = groupByLabel(given);
  const joint = confidentJoint(data);
  switch (filter) {
    case "predicted-neq-given":
      return joint.contradicted;
    case "confident-learning":
      return confidentlyOther(data, joint);
    case "low-self-confidence":
      return lowest(data, joint, "self-confidence");
    case "low-normalized-margin":
      return lowest(data, joint, "normalized-margin");
  }
  const counts = pruneCounts(data, joint);
  const found = filter === "prune-by-class" ? leastProbable(data, counts) : widestMargins(data, joint, counts);
  const also = filter === "both" ? leastProbable(data, counts) : null;
  for (let i = 0; i < found.length; i++) if (joint.contradicted[i] === 0 || also?.[i] === 0) found[i] = 0;
  return found;
}

/** Rows that are counted off the diagonal. */
function confidentlyOther({ labels }: LabelledProbabilities, { guess, contradicted }: ConfidentJoint): Uint8Array {
  return contradicted.map((is, i) => (is === 1 && guess[i] >= 0 && guess[i] !== labels[i] ? 1 : 0));
}

/** As many of the lowest scores as are counted off the diagonal. */
function lowest(data: LabelledProbabilities, joint: ConfidentJoint, method: QualityScore): Uint8Array {
  const { labels } = data;
  const count = confidentlyOther(data, joint).reduce((sum, is) => sum + is, 0);
  const found = new Uint8Array(labels.length);
  const scores = labelQuality(data, method);
  const rows = new Int32Array(labels.length);
  for (let i = 0; i < rows.length; i++) rows[i] = i;
  flagSmallestInOrder(found, rows, scores, rows.length, count, new Float64Array(rows.length));
  return found;
}

/** How many rows of each label are to go for each other class; one stays on the diagonal at least, taken in equal parts from the others. Shape: [label, class]. */
function pruneCounts(data: LabelledProbabilities, joint: ConfidentJoint): Float64Array {
  const { classes } = data;
  const counts = calibratedCounts(data, joint.counts);
  for (let k = 0; k < classes; k++) {
    const row = counts.subarray(k * classes, (k + 1) * classes);
    const raised = Math.max(1, row[k]);
    const others = Math.max(1, row.reduce((sum, count) => sum + (count === 0 ? 0 : 1), 0) - 1);
    const share = (raised - row[k]) / others;
    for (let j = 0; j < classes; j++) row[j] = j === k ? raised : Math.trunc(Math.max(0, row[j] - share));
  }
  return counts;
}

/** Of each label, as many as are off the diagonal, least probable first. */
function leastProbable({ classes, labels, starts, rows, own }: LabelledProbabilities, counts: Float64Array): Uint8Array {
  const found = new Uint8Array(labels.length);
  const scratch = new Float64Array(labels.length);
  for (let k = 0; k < classes; k++) {
    const size = starts[k + 1] - starts[k];
    if (size <= 1) continue;
    const values = own.subarray(starts[k], starts[k + 1]);
    flagSmallestInOrder(found, rows.subarray(starts[k], starts[k + 1]), values, size, size - counts[k * (classes + 1)], scratch);
  }
  return found;
}

/**
 * Of each label k and other class j, as many rows as are counted there, widest p_j − p_k first. Rows that are not contradicted have margins up to `closeness` and
 * are taken out in the end, so they are only looked at where the contradicted ones with wider margins are too few.
 */
function widestMargins(data: LabelledProbabilities, joint: ConfidentJoint, counts: Float64Array): Uint8Array {
  const { classes, labels, probabilities, starts, rows } = data;
  const found = new Uint8Array(labels.length);
  const values = new Float64Array(labels.length);
  const scratch = new Float64Array(labels.length);
  const leading = new Int32Array(labels.length);
  for (let k = 0; k < classes; k++) {
    const all = rows.subarray(starts[k], starts[k + 1]);
    if (all.length <= 1) continue;
    const contradicted = all.filter((i) => joint.contradicted[i] === 1);
    // Their probabilities side by side: the rows of one label lie far apart.
    const near = new Float64Array(contradicted.length * classes);
    for (let c = 0; c < contradicted.length; c++)
      for (let j = 0; j < classes; j++) near[c * classes + j] = probabilities[contradicted[c] * classes + j];
    for (let j = 0; j < classes; j++) {
      const wanted = counts[k * classes + j];
      if (j === k || wanted === 0) continue;
      let wide = 0;
      for (let c = 0, at = 0; c < contradicted.length; c++, at += classes) {
        const lag = near[at + k] - near[at + j];
        if (lag >= -2 * closeness) continue;
        values[wide] = lag;
        leading[wide++] = contradicted[c];
      }
      if (wide >= wanted && flagSmallest(found, leading, values, wide, wanted, scratch)) continue;
      for (let c = 0; c < all.length; c++) values[c] = probabilities[all[c] * classes + k] - probabilities[all[c] * classes + j];
      flagSmallestInOrder(found, all, values, all.length, wanted, scratch);
    }
  }
  return found;
}

/**
 * Sets found[rows[c]] for the `wanted` smallest of the first `count` values; false, with nothing set, where equal values leave a choice.
 * Shapes: values, scratch [≥ count].
 */
function flagSmallest(
  found: Uint8Array,
  rows: Int32Array,
  values: Float64Array,
  count: number,
  wanted: number,
  scratch: Float64Array,
): boolean {
  if (wanted <= 0) return true;
  for (let c = 0; c < count; c++) scratch[c] = values[c];
  const limit = selectInPlace(scratch, count, Math.min(wanted, count) - 1);
  let reach = 0;
  for (let c = 0; c < count; c++) if (values[c] <= limit) reach++;
  if (reach > wanted) return false;
  for (let c = 0; c < count; c++) if (values[c] <= limit) found[rows[c]] = 1;
  return true;
}

/** As `flagSmallest`, of equal values those that come first in `introsortOrder`. */
function flagSmallestInOrder(
  found: Uint8Array,
  rows: Int32Array,
  values: Float64Array,
  count: number,
  wanted: number,
  scratch: Float64Array,
): void {
  if (flagSmallest(found, rows, values, count, wanted, scratch)) return;
  for (const c of introsortOrder(values, count).subarray(0, wanted)) found[rows[c]] = 1;
}
