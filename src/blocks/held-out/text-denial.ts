import { type Signal, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Table } from "../../core/table.ts";
import { makeRng } from "../../numeric/random.ts";
import { fitSparseLogistic } from "../../numeric/solvers/sparse-logistic.ts";
import { textCopies } from "../copies/text-copies.ts";
import { type TextRows, textRows } from "../copies/text-rows.ts";
import { groupsOf } from "./calibrated-out-of-fold.ts";
import { type Folds, stratifiedFolds } from "./folds.ts";
import { type TextFeatures, textFeatures } from "./text-features.ts";

/** What models say of texts that they never saw, nor their near-copies, nor anything of their accounts. */
export interface TextDenial {
  readonly texts: TextRows;
  readonly classes: number;
  /** Rows of one group are near-copies or of one account. Shape: [rows]. */
  readonly group: Int32Array;
  /** Cluster of near-copies of each row, −1 = like no other. Shape: [rows]. */
  readonly copiesOf: Int32Array;
  /** Share of each class among the rows. Shape: [classes]. */
  readonly share: Float64Array;
  /** Chance of each class, calibrated. Shape: [rows, classes]. */
  readonly probabilities: Float64Array;
  /** Log odds of class `k` against the others, calibrated. Shape: [rows]. */
  logOdds(k: number): Float64Array;
  /** Log odds of class `k`, calibrated, by the model of each row if the row held no word at all. Shape: [rows]. */
  logOddsOfNothing(k: number): Float64Array;
  /** What the word at each position, and the pair of it with the word before, adds to the log odds of class `k` in its row. Shapes: each [positions]. */
  positionShares(k: number): { readonly words: Float32Array; readonly pairs: Float32Array };
  /** Log odds of class `k` of these rows by a model that learned from the rows of other groups alone, and not the features that most of these hold and few others. Shape: [held.length]. */
  logOddsWithout(k: number, held: Int32Array): Float64Array;
}

/** C of scikit-learn's LogisticRegression. */
const cost = 4;
const tolerance = 3e-3;
/** In small files a model of two thirds of the rows knows much less than one of four fifths. */
const foldsOf = (rows: number): number => (rows < 3000 ? 5 : 3);
/** Rows that hold a word or a pair before models know it. */
const minRows = 3;
/** A feature that this share of the rows of a suspected trigger holds, and so many times less of all others, may stand for it. */
const [standsFor, lift] = [0.8, 2];

const known = new WeakMap<Dataset, { readonly table: Table | null; readonly asked: readonly TextDenial[] }>();

/**
 * Logistic regression (L2, C 4) on tf · idf of words and pairs of neighbouring words, each scaled by how much it leans to a class by itself (Wang & Manning 2012, Baselines and
 * bigrams, ACL, §2.3; here by the root of the log ratio), for each class against the others, three or five folds by group, and one temperature on the held-out log odds (Guo et al. 2017, On
 * calibration of modern neural networks). One for each label column; none where no feature is text or there are fewer
 * than two groups. Asked once for the same data: the folds are drawn by a stream of their own. Time and memory grow with the words times the classes.
 */
export function textDenials(
  data: Dataset,
  { table, signal }: { readonly table: Table | null; readonly signal?: Signal | undefined },
): readonly TextDenial[] {
  const remembered = known.get(data);
  if (remembered?.table === table) return remembered.asked;
  const classes = data.target.kind === "classes" ? data.target.names.length : 0;
  const read = classes < 2 ? [] : textRows(data, table);
  const asked: TextDenial[] = [];
  const copies = read.length > 0 ? textCopies(data, table, signal) : null;
  if (copies !== null) {
    const rng = makeRng("text-denial");
    const groups = groupsOf(data, { records: copies.records, clusters: copies.groups.map(({ members }) => members) });
    const dealt = stratifiedFolds({ ...data, source: groups }, foldsOf(data.y.length), rng);
    for (const texts of read) {
      const of = (values: Int32Array): Int32Array => Int32Array.from(texts.examples, (i) => values[i]);
      const copiesOf = Int32Array.from(texts.examples, (i) => copies.groupOf[copies.records.record[i]]);
      if (dealt.count > 1)
        asked.push(
          textDenial(texts, { classes, group: of(groups), copiesOf, dealt: { count: dealt.count, fold: of(dealt.fold) }, signal }),
        );
    }
  }
  known.set(data, { table, asked });
  return asked;
}

export interface TextDenialOptions {
  readonly classes: number;
  readonly group: Int32Array;
  readonly copiesOf: Int32Array;
  readonly dealt: Folds;
  readonly signal?: Signal | undefined;
}

export function textDenial(texts: TextRows, { classes, group, copiesOf, dealt, signal }: TextDenialOptions): TextDenial {
  const features = textFeatures(texts, minRows);
  const { x } = features;
  const rows = x.rows;
  /** Two classes share one model. */
  const outputs = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);
  const stop = (): void => stopIfCancelled(signal);
  const rowsOutside = Array.from({ length: dealt.count }, (_, f) => Int32Array.from(group.keys()).filter((i) => dealt.fold[i] !== f));
  const isOf = outputs.map((k) => Uint8Array.from(texts.label, (label) => Number(label === k)));
  const scaled = { ...x, values: new Float64Array(x.values.length) };
  /** Weights of features, and of the same when they are scaled. Shapes: each [features + 1]. */
  const fitted = (picked: Int32Array, of: Uint8Array, tol: number, start?: Float64Array): { own: Float64Array; asScaled: Float64Array } => {
    const scale = leaningOf(x, picked, of);
    for (let p = 0; p < scaled.values.length; p++) scaled.values[p] = x.values[p] * scale[x.indices[p]];
    const asScaled = fitSparseLogistic(scaled, { rows: picked, isOf: of, cost, tolerance: tol, start, stop });
    return { own: asScaled.map((w, j) => (j < x.cols ? w * scale[j] : w)), asScaled };
  };
  const starts: Float64Array[] = [];
  /** Shape: [outputs][folds][features + 1]. */
  const weights = isOf.map((of) => {
    let start: Float64Array | undefined;
    const ofFolds = rowsOutside.map((picked) => {
      const { own, asScaled } = fitted(picked, of, tolerance, start);
      start = asScaled;
      return own;
    });
    starts.push(start as Float64Array);
    return ofFolds;
  });
  const raw = weights.map((ofFolds) => Float64Array.from(group, (_, i) => rowScore(x, i, ofFolds[dealt.fold[i]])));
  const slope = 1 / temperatureOf(raw, isOf);
  const odds = raw.map((scores) => scores.map((z) => slope * z));
  const logOdds = (k: number): Float64Array => (classes > 2 ? odds[k] : k === 1 ? odds[0] : odds[0].map((z) => -z));
  const logOddsOfNothing = (k: number): Float64Array => {
    const scale = classes === 2 && k === 0 ? -slope : slope;
    return Float64Array.from(dealt.fold, (f) => scale * weights[classes === 2 ? 0 : k][f][x.cols]);
  };
  const frequency = new Int32Array(x.cols);
  for (const j of x.indices) frequency[j]++;
  const share = new Float64Array(classes);
  for (const label of texts.label) share[label] += 1 / rows;

  function positionShares(k: number): { words: Float32Array; pairs: Float32Array } {
    const output = classes === 2 ? 0 : k;
    const sign = classes === 2 && k === 0 ? -slope : slope;
    const { wordAt, pairAt, idf, norm } = features;
    const out = { words: new Float32Array(wordAt.length), pairs: new Float32Array(wordAt.length) };
    for (let i = 0; i < rows; i++) {
      const w = weights[output][dealt.fold[i]];
      const scale = sign / norm[i];
      for (let p = texts.starts[i]; p < texts.starts[i + 1]; p++) {
        if (wordAt[p] >= 0) out.words[p] = scale * idf[wordAt[p]] * w[wordAt[p]];
        if (pairAt[p] >= 0) out.pairs[p] = scale * idf[pairAt[p]] * w[pairAt[p]];
      }
    }
    return out;
  }

  function logOddsWithout(k: number, held: Int32Array): Float64Array {
    const output = classes === 2 ? 0 : k;
    const groups = new Set(Array.from(held, (i) => group[i]));
    const others = Int32Array.from(group.keys()).filter((i) => !groups.has(group[i]));
    const { own: w } = fitted(others, isOf[output], 3 * tolerance, starts[output]);
    const times = new Int32Array(x.cols);
    for (const i of held) for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) times[x.indices[p]]++;
    for (let j = 0; j < x.cols; j++)
      if (times[j] >= standsFor * held.length && lift * frequency[j] * held.length <= times[j] * rows) w[j] = 0;
    const sign = classes === 2 && k === 0 ? -slope : slope;
    return Float64Array.from(held, (i) => sign * rowScore(x, i, w));
  }

  const probabilities = chancesOf(odds, classes);
  return { texts, classes, group, copiesOf, share, probabilities, logOdds, logOddsOfNothing, positionShares, logOddsWithout };
}

/** Root of |ln| of how much oftener rows of the class hold each feature than others, one row added to each. Shape: [features]. */
function leaningOf({ indptr, indices, cols }: TextFeatures["x"], rows: Int32Array, isOf: Uint8Array): Float64Array {
  const [inside, outside] = [new Float64Array(cols).fill(1), new Float64Array(cols).fill(1)];
  let [within, without] = [2, 2];
  for (const i of rows) {
    const held = isOf[i] === 1 ? inside : outside;
    if (isOf[i] === 1) within++;
    else without++;
    for (let p = indptr[i]; p < indptr[i + 1]; p++) held[indices[p]]++;
  }
  return inside.map((count, j) => Math.sqrt(Math.abs(Math.log((count * without) / (outside[j] * within)))));
}

function rowScore({ indptr, indices, values, cols }: TextFeatures["x"], i: number, w: Float64Array): number {
  let z = w[cols];
  for (let p = indptr[i]; p < indptr[i + 1]; p++) z += values[p] * w[indices[p]];
  return z;
}

/** The temperature of the least held-out loss, within a factor of 20 of 1: Newton's method would do, halving is surer. */
function temperatureOf(scores: readonly Float64Array[], isOf: readonly Uint8Array[]): number {
  /** Derivative of the mean loss by the slope. */
  const slopeAt = (slope: number): number => {
    let sum = 0;
    scores.forEach((of, k) => {
      for (let i = 0; i < of.length; i++) sum += of[i] * (1 / (1 + Math.exp(-slope * of[i])) - isOf[k][i]);
    });
    return sum;
  };
  let [low, high] = [Math.log(0.05), Math.log(20)];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (slopeAt(Math.exp(middle)) < 0) low = middle;
    else high = middle;
  }
  return Math.exp(-(low + high) / 2);
}

/** Those of one against the others, so scaled that each row sums to 1. Shape: [rows, classes]. */
function chancesOf(odds: readonly Float64Array[], classes: number): Float64Array {
  const rows = odds[0].length;
  const out = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const z = classes > 2 ? odds[k][i] : k === 1 ? odds[0][i] : -odds[0][i];
      sum += out[i * classes + k] = 1 / (1 + Math.exp(-z));
    }
    for (let k = 0; k < classes; k++) out[i * classes + k] /= sum;
  }
  return out;
}
