import { stopIfCancelled } from "../../core/context.ts";
import type { Rng } from "../../numeric/random.ts";
import type { KernelRows } from "./kernel-chances.ts";

const trees = 60;
/** Rows below which a node is not split further, and rows that trees learn from, at most. */
const leastSplit = 6;
const mostRows = 2000;
/** Rows asked about at once, beside which trees are grown anew. */
const chunk = 50_000;
/** Rows of the file's share of classes that a leaf is joined with. */
const priorRows = 1;

/**
 * Chances of each class by extremely randomised trees that never saw the row's fold: of twice √columns columns a node draws one threshold each, uniform between the
 * least and the greatest value, and keeps the one that makes the classes purest. Their steps and products of columns are what neither a plane, nor a kernel, nor distances see.
 * Rows asked about walk down with those learned from, so that no tree is kept. Time: trees × folds × rows × depth × √columns. Shape: [rows, classes].
 *
 * Geurts, Ernst & Wehenkel 2006, Extremely randomized trees, Machine Learning 63; of leaves as there, n_min = 6.
 */
export function treeChances({ compact, labels, classes, known, fold, folds, rng, signal }: KernelRows): Float64Array {
  const { cols } = compact;
  const out = new Float64Array(labels.length * classes);
  for (let f = 0; f < folds; f++) {
    const own = rng.fork("trees").fork(f);
    const train = someOf(
      known.filter((i) => fold[i] !== f),
      own.fork("rows"),
    );
    const prior = new Float64Array(classes);
    for (const i of train) prior[labels[i]] += priorRows / train.length;
    const held = Int32Array.from(labels.keys()).filter((i) => fold[i] === f);
    for (let from = 0; from < held.length; from += chunk) {
      const asked = held.subarray(from, from + chunk);
      const picked = new Int32Array(train.length + asked.length);
      picked.set(train);
      picked.set(asked, train.length);
      const theirs = picked.map((i) => labels[i]);
      const sums = new Float64Array(picked.length * classes);
      const grow = treeGrower({ x: compact.of(picked).data, cols, labels: theirs, classes, prior, out: sums });
      const places = Int32Array.from(picked.keys());
      for (let t = 0; t < trees; t++) {
        stopIfCancelled(signal);
        grow(places.subarray(0, train.length), places.subarray(train.length), own.fork(t));
      }
      for (let i = 0, p = train.length; i < asked.length; i++, p++)
        out.set(sums.subarray(p * classes, (p + 1) * classes), asked[i] * classes);
    }
  }
  return out;
}

function someOf(rows: Int32Array, rng: Rng): Int32Array {
  return rows.length <= mostRows ? rows : Int32Array.from(rng.sample(rows.length, mostRows).sort(), (k) => rows[k]);
}

interface Grown {
  /** Shape: [rows, cols]. */
  readonly x: Float64Array;
  readonly cols: number;
  readonly labels: Int32Array;
  readonly classes: number;
  /** Shape: [classes]. */
  readonly prior: Float64Array;
  /** Chances are added here. Shape: [rows, classes]. */
  readonly out: Float64Array;
}

/** Grows one tree on the rows `train` and adds what its leaves say of the rows `asked`. Both are put into another order. */
function treeGrower({ x, cols, labels, classes, prior, out }: Grown): (train: Int32Array, asked: Int32Array, rng: Rng) => void {
  const tried = Math.min(cols, 2 * Math.ceil(Math.sqrt(cols)));
  const columns = Int32Array.from({ length: cols }, (_, j) => j);
  const sizes = new Float64Array(classes);
  const left = new Float64Array(classes);
  return (train, asked, rng) => {
    const nodes = [0, train.length, 0, asked.length];
    while (nodes.length > 0) {
      const askedTo = nodes.pop()!;
      const askedFrom = nodes.pop()!;
      const to = nodes.pop()!;
      const from = nodes.pop()!;
      if (askedFrom === askedTo) continue;
      sizes.fill(0);
      for (let p = from; p < to; p++) sizes[labels[train[p]]]++;
      let best = -1;
      let bestCol = -1;
      let threshold = 0;
      const isPure = sizes.some((size) => size === to - from);
      if (!isPure && to - from >= leastSplit) {
        let usable = 0;
        for (let k = 0; k < cols && usable < tried; k++) {
          const drawn = k + rng.integer(cols - k);
          const col = columns[drawn];
          columns[drawn] = columns[k];
          columns[k] = col;
          let low = Infinity;
          let high = -Infinity;
          for (let p = from; p < to; p++) {
            const value = x[train[p] * cols + col];
            if (value < low) low = value;
            if (value > high) high = value;
          }
          if (!(high > low)) continue;
          usable++;
          const cut = low + rng.uniform() * (high - low);
          left.fill(0);
          let count = 0;
          for (let p = from; p < to; p++)
            if (x[train[p] * cols + col] <= cut) {
              left[labels[train[p]]]++;
              count++;
            }
          if (count === 0 || count === to - from) continue;
          let pureness = 0;
          for (let c = 0; c < classes; c++)
            pureness += (left[c] * left[c]) / count + ((sizes[c] - left[c]) * (sizes[c] - left[c])) / (to - from - count);
          if (pureness > best) {
            best = pureness;
            bestCol = col;
            threshold = cut;
          }
        }
      }
      if (bestCol < 0) {
        const weight = 1 / (trees * (to - from + priorRows));
        for (let p = askedFrom; p < askedTo; p++)
          for (let c = 0; c < classes; c++) out[asked[p] * classes + c] += weight * (sizes[c] + prior[c]);
        continue;
      }
      const middle = partition(train, from, to, bestCol, threshold);
      const askedMiddle = partition(asked, askedFrom, askedTo, bestCol, threshold);
      nodes.push(from, middle, askedFrom, askedMiddle, middle, to, askedMiddle, askedTo);
    }
  };

  /** Rows at or below the threshold come first; where the others begin. */
  function partition(rows: Int32Array, from: number, to: number, col: number, threshold: number): number {
    let middle = from;
    for (let p = from; p < to; p++) {
      const row = rows[p];
      if (x[row * cols + col] > threshold) continue;
      rows[p] = rows[middle];
      rows[middle++] = row;
    }
    return middle;
  }
}
