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

export const qualityScores = ["self-confidence", "normalized-margin", "confidence-weighted-entropy"] as const;
export type QualityScore = (typeof qualityScores)[number];

export interface GivenLabels {
  /** Class indices. Shape: [rows]. */
  readonly labels: ArrayLike<number>;
  /** By models that never saw the row. Shape: [rows, classes]. */
  readonly probabilities: Float64Array;
  readonly classes: number;
}

/** Slack of comparisons, as cleanlab has it. */
const slack = 1e-6;
const leastThreshold = 2 * slack;
const tiny = 1e-100;
/** Of an example that no class is confident of. */
const nobody = -1;

interface Judged extends GivenLabels {
  readonly rows: number;
  /** The class that an example confidently belongs to, or `nobody`. Shape: [rows]. */
  readonly guess: Int32Array;
  /** 1 where no class is more probable than the given one by more than the slack. Shape: [rows]. */
  readonly agrees: Uint8Array;
  /** Rows of each label. */
  readonly counts: Int32Array;
}

/**
 * 1 for each label that is probably wrong: confident learning (Northcutt, Jiang & Chuang 2021, JAIR 70) as cleanlab 2.9 computes it. A class is confident
 * of an example from its threshold on, the mean probability of that class among the rows that bear it; the counts of given label against confident class,
 * scaled to the rows of each label, say how many labels of each kind are wrong, and a filter says which. Shape: [rows].
 */
export function labelIssues(given: GivenLabels, filter: ConfidentFilter): Uint8Array {
  const judged = judge(given);
  const { labels, rows, guess, agrees } = judged;
  const issues = new Uint8Array(rows);
  switch (filter) {
    case "predicted-neq-given":
      for (let i = 0; i < rows; i++) issues[i] = argmax(given, i) === labels[i] ? 0 : 1;
      break;
    case "confident-learning":
      for (let i = 0; i < rows; i++) issues[i] = guess[i] !== nobody && guess[i] !== labels[i] ? 1 : 0;
      break;
    case "low-self-confidence":
    case "low-normalized-margin": {
      let count = 0;
      for (let i = 0; i < rows; i++) if (guess[i] !== nobody && guess[i] !== labels[i] && agrees[i] === 0) count++;
      const quality = labelQuality(given, filter === "low-self-confidence" ? "self-confidence" : "normalized-margin");
      markLowest(issues, Int32Array.from(guess.keys()), quality, count);
      return issues;
    }
    default:
      return prune(judged, filter);
  }
  for (let i = 0; i < rows; i++) if (agrees[i] === 1) issues[i] = 0;
  return issues;
}

/** How well a row and its label fit, by cleanlab's formulas; low = doubtful. Shape: [rows]. */
export function labelQuality({ labels, probabilities, classes }: GivenLabels, score: QualityScore): Float64Array {
  const scale = 1 / Math.log(classes);
  return Float64Array.from({ length: labels.length }, (_, i) => {
    const at = i * classes;
    const own = probabilities[at + labels[i]];
    if (score === "self-confidence") return own;
    if (score === "normalized-margin") {
      let best = -Infinity;
      for (let k = 0; k < classes; k++) if (k !== labels[i] && probabilities[at + k] > best) best = probabilities[at + k];
      return (own - best + 1) / 2;
    }
    let entropy = 0;
    for (let k = 0; k < classes; k++) if (probabilities[at + k] > 0) entropy -= probabilities[at + k] * Math.log(probabilities[at + k]);
    const weighted = (entropy * scale) / Math.max(own, slack);
    return Math.log(weighted + 1) / Math.max(weighted, slack);
  });
}

function judge(given: GivenLabels): Judged {
  const { labels, probabilities, classes } = given;
  const rows = labels.length;
  const counts = new Int32Array(classes);
  const thresholds = new Float64Array(classes);
  for (let i = 0; i < rows; i++) {
    counts[labels[i]]++;
    thresholds[labels[i]] += probabilities[i * classes + labels[i]];
  }
  for (let k = 0; k < classes; k++) thresholds[k] = counts[k] === 0 ? 2 : Math.max(leastThreshold, thresholds[k] / counts[k]);
  for (let k = 0; k < classes; k++) thresholds[k] -= slack;
  const guess = new Int32Array(rows);
  const agrees = new Uint8Array(rows);
  for (let i = 0, at = 0; i < rows; i++, at += classes) {
    let confident = 0;
    let first = nobody;
    let best = 0;
    let highest = -Infinity;
    for (let k = 0; k < classes; k++) {
      const p = probabilities[at + k];
      if (p > highest) {
        highest = p;
        best = k;
      }
      if (p >= thresholds[k] && confident++ === 0) first = k;
    }
    guess[i] = confident > 1 ? best : first;
    agrees[i] = agreesWith(given, i) ? 1 : 0;
  }
  return { ...given, rows, guess, agrees, counts };
}

function argmax({ probabilities, classes }: GivenLabels, row: number): number {
  const at = row * classes;
  let best = 0;
  for (let k = 1; k < classes; k++) if (probabilities[at + k] > probabilities[at + best]) best = k;
  return best;
}

/** Whether the given class is the most probable one once it gets the slack on top; of equal ones the first counts. */
function agreesWith({ labels, probabilities, classes }: GivenLabels, row: number): boolean {
  const at = row * classes;
  const label = labels[row];
  const own = probabilities[at + label] + slack;
  for (let k = 0; k < classes; k++) {
    if (k === label) continue;
    const p = probabilities[at + k];
    if (p > own || (p === own && k < label)) return false;
  }
  return true;
}

function prune(judged: Judged, filter: "prune-by-noise-rate" | "prune-by-class" | "both"): Uint8Array {
  const { rows, classes, agrees, counts, probabilities } = judged;
  const wrong = wrongCounts(judged);
  const byRate = new Uint8Array(rows);
  const byClass = new Uint8Array(rows);
  const rowsOf = groupByLabel(judged);
  for (let k = 0; k < classes; k++) {
    if (counts[k] <= 1) continue;
    const own = rowsOf[k];
    const values = new Float64Array(own.length);
    if (filter !== "prune-by-noise-rate") {
      for (let p = 0; p < own.length; p++) values[p] = probabilities[own[p] * classes + k];
      markLowest(byClass, own, values, counts[k] - wrong[k * classes + k]);
    }
    const disagreeing = own.filter((i) => agrees[i] === 0);
    const leads = (among: Int32Array, j: number): number => {
      let ahead = 0;
      for (let p = 0; p < among.length; p++) {
        const at = among[p] * classes;
        values[p] = probabilities[at + k] - probabilities[at + j];
        if (values[p] < -slack) ahead++;
      }
      return ahead;
    };
    for (let j = 0; j < classes && filter !== "prune-by-class"; j++) {
      const count = wrong[j * classes + k];
      if (j === k || count <= 0) continue;
      // Rows that agree come after all in which j leads; where there are enough of those, none that agrees is reached.
      const isEnough = leads(disagreeing, j) >= count;
      if (!isEnough) leads(own, j);
      markLowest(byRate, isEnough ? disagreeing : own, values, count);
    }
  }
  const issues = filter === "prune-by-class" ? byClass : byRate;
  for (let i = 0; i < rows; i++) if (agrees[i] === 1 || (filter === "both" && byClass[i] === 0)) issues[i] = 0;
  return issues;
}

function groupByLabel({ labels, counts, rows }: Judged): Int32Array[] {
  const groups = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (let i = 0; i < rows; i++) groups[labels[i]][filled[labels[i]]++] = i;
  return groups;
}

/** How many rows labelled k are to go as belonging to j, at j * classes + k; the diagonal says how many stay. Integers. */
function wrongCounts({ labels, classes, rows, guess, counts }: Judged): Float64Array {
  const joint = new Float64Array(classes * classes);
  for (let i = 0; i < rows; i++) if (guess[i] !== nobody) joint[labels[i] * classes + guess[i]]++;
  for (let k = 0; k < classes; k++) joint[k * classes + k] = Math.max(1, joint[k * classes + k]);
  // By confident class first, which is the order that cleanlab's matrix has in memory.
  const scaled = new Float64Array(classes * classes);
  for (let k = 0; k < classes; k++) {
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += joint[k * classes + j];
    for (let j = 0; j < classes; j++) {
      joint[k * classes + j] = (joint[k * classes + j] / Math.max(sum, tiny)) * counts[k];
      scaled[j * classes + k] = joint[k * classes + j];
    }
  }
  const total = pairwiseSum(scaled, 0, scaled.length);
  for (let p = 0; p < joint.length; p++) joint[p] = (joint[p] / Math.max(total, tiny)) * rows;
  for (let k = 0; k < classes; k++) roundKeepingSum(joint.subarray(k * classes, (k + 1) * classes));
  return keepOneOfEach(joint, classes);
}

/** In numpy's order: counts that end in one half would round otherwise with another last bit. */
function pairwiseSum(values: Float64Array, from: number, to: number): number {
  const count = to - from;
  if (count > 128) {
    const middle = Math.floor(count / 2);
    const half = middle - (middle % 8);
    return pairwiseSum(values, from, from + half) + pairwiseSum(values, from + half, to);
  }
  if (count < 8) {
    let sum = 0;
    for (let p = from; p < to; p++) sum += values[p];
    return sum;
  }
  const r = values.slice(from, from + 8);
  const whole = from + count - (count % 8);
  for (let p = from + 8; p < whole; p += 8) for (let k = 0; k < 8; k++) r[k] += values[p + k];
  let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
  for (let p = whole; p < to; p++) sum += values[p];
  return sum;
}

/** Transposed; where a diagonal has to be raised to 1, the other counts of its column make room. */
function keepOneOfEach(joint: Float64Array, classes: number): Float64Array {
  const out = new Float64Array(classes * classes);
  for (let k = 0; k < classes; k++) {
    const diagonal = joint[k * classes + k];
    const raised = Math.max(diagonal, 1);
    let filled = 0;
    for (let j = 0; j < classes; j++) if (joint[k * classes + j] !== 0) filled++;
    const less = (raised - diagonal) / Math.max(filled - 1, 1);
    for (let j = 0; j < classes; j++) out[j * classes + k] = j === k ? raised : Math.trunc(Math.max(0, joint[k * classes + j] - less));
  }
  for (let j = 0; j < classes; j++) roundKeepingSum(out.subarray(j * classes, (j + 1) * classes));
  return out;
}

/** Rounds in place, halves to even, and moves those that rounding moved furthest until the sum is what it was. */
function roundKeepingSum(row: Float64Array): void {
  const ints = row.map(roundHalfToEven);
  const sum = (values: Float64Array): number => roundHalfToEven(values.reduce((total, value) => total + value, 0));
  const wanted = sum(row);
  for (let missing = wanted - sum(ints); missing !== 0; missing = wanted - sum(ints)) {
    const sign = Math.sign(missing);
    const order = Array.from(row.keys()).sort((a, b) => row[a] - ints[a] - (row[b] - ints[b]) || a - b);
    if (sign > 0) order.reverse();
    for (const k of order.slice(0, Math.min(Math.abs(missing), row.length))) ints[k] += sign;
  }
  row.set(ints);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/**
 * Sets 1 for the `count` rows with the lowest values. Which of equal ones at the cut is left to the order in which numpy's quicksort would have them.
 * Shapes: rows [n], values [n or more].
 */
function markLowest(marks: Uint8Array, rows: Int32Array, values: Float64Array, count: number): void {
  if (count <= 0) return;
  const isAll = count >= rows.length;
  const limit = isAll ? Infinity : nthSmallest(values.slice(0, rows.length), count - 1);
  let [below, equal] = [0, 0];
  for (let p = 0; p < rows.length; p++)
    if (values[p] < limit || isAll) {
      marks[rows[p]] = 1;
      below++;
    } else if (values[p] === limit) equal++;
  if (isAll) return;
  if (below + equal === count) {
    for (let p = 0; p < rows.length; p++) if (values[p] === limit) marks[rows[p]] = 1;
  } else for (const p of numpyOrder(values.subarray(0, rows.length)).subarray(below, count)) marks[rows[p]] = 1;
}

const insertionSize = 16;

/** Positions by rising value in the order of numpy's argsort without vector instructions: a quicksort by the median of three, which is not stable. */
function numpyOrder(v: Float64Array): Int32Array {
  const order = Int32Array.from(v.keys());
  const swap = (a: number, b: number): void => {
    const moved = order[a];
    order[a] = order[b];
    order[b] = moved;
  };
  const waiting: [number, number][] = [[0, v.length - 1]];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    let [low, high] = part;
    while (high - low > insertionSize) {
      const middle = low + ((high - low) >> 1);
      if (v[order[middle]] < v[order[low]]) swap(middle, low);
      if (v[order[high]] < v[order[middle]]) swap(high, middle);
      if (v[order[middle]] < v[order[low]]) swap(middle, low);
      const pivot = v[order[middle]];
      let i = low;
      let j = high - 1;
      swap(middle, j);
      for (;;) {
        do i++;
        while (v[order[i]] < pivot);
        do j--;
        while (pivot < v[order[j]]);
        if (i >= j) break;
        swap(i, j);
      }
      swap(i, high - 1);
      if (i - low < high - i) {
        waiting.push([i + 1, high]);
        high = i - 1;
      } else {
        waiting.push([low, i - 1]);
        low = i + 1;
      }
    }
    for (let p = low + 1; p <= high; p++) {
      const moved = order[p];
      let q = p;
      for (; q > low && v[moved] < v[order[q - 1]]; q--) order[q] = order[q - 1];
      order[q] = moved;
    }
  }
  return order;
}

/** Hoare's selection; reorders `values`. */
function nthSmallest(values: Float64Array, n: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swapped = values[i];
        values[i++] = values[j];
        values[j--] = swapped;
      }
    }
    if (n <= j) high = j;
    else if (n >= i) low = i;
    else break;
  }
  return values[n];
}
