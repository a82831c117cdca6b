import type { Signal } from "../../core/context.ts";
import { type Matrix, addScaledRowInto, denseMatrix, rowDot, selectRows } from "../../numeric/matrices/matrix.ts";
import { addScaledRowsInto } from "../../numeric/matrices/matrix-vector.ts";
import { weightedGramInto } from "../../numeric/matrices/gram.ts";
import { selectInPlace } from "../../numeric/orders/select.ts";
import { makeUnionFind } from "../../numeric/orders/union-find.ts";
import type { Rng } from "../../numeric/random.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import { truncatedSvd } from "../../numeric/solvers/truncated-svd.ts";
import type { Folds } from "../held-out/folds.ts";
import { type NearestRows, nearestRows } from "../outliers/nearest-rows.ts";

/** More columns than these are seen along so many main directions. */
const mostColumns = 400;
const mainDirections = 60;
/** Most rows that a model of a fold is trained on. */
const mostTrained = 4000;
const penalties = [0.1, 1, 10, 100, 1000];
/** Compared to find neighbours, in all: of more rows, neighbours are looked for among some drawn at random. */
const mostComparisons = 4e8;

/**
 * Columns of mean 0 and variance 1; sparse rows, and more than 400 columns, along 60 main directions and at length 1, so that long texts are no outliers.
 * Shape: [rows, columns].
 */
export function denseView(x: Matrix, rng: Rng): Matrix {
  if (x.kind === "dense" && x.cols <= mostColumns) return standardised(x.data.slice(), x.rows, x.cols);
  const rank = Math.min(mainDirections, x.rows, x.cols);
  const { right } = truncatedSvd(x, rank, rng, { sweeps: 3 });
  const data = new Float64Array(x.rows * rank);
  for (let i = 0; i < x.rows; i++) {
    let sum = 0;
    for (let k = 0; k < rank; k++) {
      const value = rowDot(x, i, right, k * x.cols);
      data[i * rank + k] = value;
      sum += value * value;
    }
    const length = Math.sqrt(sum);
    if (length > 0) for (let k = 0; k < rank; k++) data[i * rank + k] /= length;
  }
  return standardised(data, x.rows, rank);
}

/** √2 cos(Wx + b), W normal: products of rows stand for a Gaussian kernel whose 2s² is the median squared distance of rows (Rahimi & Recht 2007). */
export function fourierView(x: Matrix, count: number, rng: Rng): Matrix {
  const pairs = Math.min(2000, x.rows);
  const distances = new Float64Array(pairs);
  for (let p = 0; p < pairs; p++) {
    const difference = new Float64Array(x.cols);
    addScaledRowInto(difference, x, rng.integer(x.rows), 1);
    addScaledRowInto(difference, x, rng.integer(x.rows), -1);
    for (const value of difference) distances[p] += value * value;
  }
  const width = Math.sqrt(Math.max(1e-12, selectInPlace(distances, pairs, pairs >> 1)) / 2);
  const directions = Float64Array.from({ length: count * x.cols }, () => rng.normal() / width);
  const phases = Float64Array.from({ length: count }, () => 2 * Math.PI * rng.uniform());
  const out = denseMatrix(x.rows, count);
  for (let i = 0; i < x.rows; i++)
    for (let k = 0; k < count; k++) out.data[i * count + k] = Math.SQRT2 * Math.cos(rowDot(x, i, directions, k * x.cols) + phases[k]);
  return out;
}

/** Predictions by a linear model of each fold's others, given what each row counts. */
export interface LinearView {
  /** Shapes: labels, weight, result [rows]. */
  predict(labels: Float64Array, weight: Float64Array): Float64Array;
}

/** Ridge regressions of these columns; the penalty is chosen the first time, by the mean absolute error out of fold, large ones cut. */
export function ridgeView(x: Matrix, folds: Folds, rng: Rng, signal?: Signal): LinearView {
  const size = x.cols + 1;
  const parts = Array.from({ length: folds.count }, (_, f) => {
    const all = rowsWhere(folds.fold, (fold) => fold !== f);
    const train =
      all.length <= mostTrained
        ? all
        : rng
            .fork(f)
            .sample(all.length, mostTrained)
            .sort()
            .map((k) => all[k]);
    return { train, rows: selectRows(x, train), held: rowsWhere(folds.fold, (fold) => fold === f) };
  });
  let penalty: number | null = null;
  return {
    predict(labels, weight) {
      const tried = penalty === null ? penalties : [penalty];
      const out = tried.map(() => new Float64Array(x.rows));
      const gram = new Float64Array(size * size);
      const factor = new Float64Array(size * size);
      for (const { train, rows, held } of parts) {
        if (signal?.aborted) break;
        const own = Float64Array.from(train, (i) => weight[i]);
        weightedGramInto(gram, rows, own);
        const slope = new Float64Array(size);
        const moved = own.map((w, k) => w * labels[train[k]]);
        addScaledRowsInto(slope, 0, rows, moved, 0, train.length);
        slope[size - 1] = moved.reduce((sum, value) => sum + value, 0);
        tried.forEach((decay, t) => {
          factor.set(gram);
          for (let j = 0; j < size; j++) factor[j * size + j] += (j < size - 1 ? decay : 0) + 1e-9 * (1 + gram[j * size + j]);
          const theta = slope.slice();
          if (!choleskyInPlace(factor, size)) return;
          choleskySolveInPlace(theta, factor, size);
          for (const i of held) out[t][i] = rowDot(x, i, theta) + theta[size - 1];
        });
      }
      const errors = out.map((predicted) => cutError(labels, predicted));
      const best = errors.indexOf(Math.min(...errors));
      penalty ??= penalties[best];
      return out[best];
    },
  };
}

/** Neighbours outside a row's own group, and the groups: rows of one source, and rows a quarter of the usual distance to the next one apart. */
export interface Neighbourhood {
  readonly near: NearestRows;
  /** Shape: [rows]. */
  readonly group: Int32Array;
}

/** Exact up to 20,000 rows; of more, neighbours are looked for among some drawn at random, so that the cost is linear in the rows. */
export function neighbourhoodOf(x: Matrix, source: Int32Array, count: number, rng: Rng, signal?: Signal): Neighbourhood {
  const most = Math.max(1000, Math.floor(mostComparisons / Math.max(1, x.rows)));
  const among = x.rows <= most ? null : rng.sample(x.rows, most).sort();
  const near = nearestRows(x, { neighbours: count, metric: "euclidean", source, among }, { signal });
  return { near, group: groupsOf(near, source) };
}

/** Median label of the neighbours of other groups that count; of none, that of all. Shapes: labels, weight, result [rows]. */
export function medianOfNeighbours({ near, group }: Neighbourhood, labels: Float64Array, weight: Float64Array): Float64Array {
  const { capacity, count, ids } = near;
  const buffer = labels.slice();
  const middle = buffer.length === 0 ? 0 : selectInPlace(buffer, buffer.length, buffer.length >> 1);
  const own = new Float64Array(capacity);
  return labels.map((_, i) => {
    let asked = 0;
    for (let p = i * capacity; p < i * capacity + count[i]; p++)
      if (group[ids[p]] !== group[i] && weight[ids[p]] > 0) own[asked++] = labels[ids[p]];
    if (asked === 0) return middle;
    const upper = selectInPlace(own, asked, asked >> 1);
    return asked % 2 === 1 ? upper : (upper + selectInPlace(own, asked, (asked >> 1) - 1)) / 2;
  });
}

/** The mean of views that fits best: weights in quarters. Shapes: views [views][rows], labels, result [rows]. */
export function blendOf(views: readonly Float64Array[], labels: Float64Array): Float64Array {
  let best = views[0];
  let least = Infinity;
  const parts = new Int32Array(views.length);
  const tryFrom = (view: number, left: number): void => {
    if (view < views.length - 1) {
      for (let quarter = 0; quarter <= left; quarter++) {
        parts[view] = quarter;
        tryFrom(view + 1, left - quarter);
      }
      return;
    }
    parts[view] = left;
    const mean = new Float64Array(labels.length);
    for (let v = 0; v < views.length; v++) {
      if (parts[v] === 0) continue;
      for (let i = 0; i < mean.length; i++) mean[i] += (parts[v] / 4) * views[v][i];
    }
    const error = cutError(labels, mean);
    if (error >= least) return;
    least = error;
    best = mean;
  };
  tryFrom(0, 4);
  return best;
}

/** Mean |label − prediction|, the largest tenth cut to the rest. */
function cutError(labels: Float64Array, predicted: Float64Array): number {
  const errors = labels.map((label, i) => Math.abs(label - predicted[i]));
  const cut = selectInPlace(errors.slice(), errors.length, Math.floor(0.9 * (errors.length - 1)));
  return errors.reduce((sum, error) => sum + Math.min(cut, error), 0) / errors.length;
}

/** None beyond sources where one group would hold more than a quarter of the rows: then nearness says nothing. */
function groupsOf(near: NearestRows, source: Int32Array): Int32Array {
  const rows = source.length;
  const { capacity, ids, distances, count } = near;
  const sets = makeUnionFind(rows);
  const first = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    if (source[i] < 0) continue;
    const known = first.get(source[i]);
    if (known === undefined) first.set(source[i], i);
    else sets.union(known, i);
  }
  const bySource = Int32Array.from({ length: rows }, (_, i) => sets.find(i));
  const next = Float64Array.from({ length: rows }, (_, i) => (count[i] > 0 ? distances[i * capacity] : Infinity));
  const usual = rows === 0 ? 0 : selectInPlace(next, rows, rows >> 1);
  for (let i = 0; i < rows; i++)
    for (let p = i * capacity; p < i * capacity + count[i] && distances[p] <= usual / 4; p++) sets.union(i, ids[p]);
  const group = Int32Array.from({ length: rows }, (_, i) => sets.find(i));
  const sizes = new Int32Array(rows);
  for (const g of group) sizes[g]++;
  return sizes.some((size) => size > Math.max(2, rows / 4)) ? bySource : group;
}

function standardised(data: Float64Array, rows: number, cols: number): Matrix {
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let p = j; p < data.length; p += cols) sum += data[p];
    const mean = sum / rows;
    let squares = 0;
    for (let p = j; p < data.length; p += cols) squares += (data[p] - mean) ** 2;
    const scale = squares > 0 ? Math.sqrt(rows / squares) : 0;
    for (let p = j; p < data.length; p += cols) data[p] = (data[p] - mean) * scale;
  }
  return denseMatrix(rows, cols, data);
}

function rowsWhere(fold: Int32Array, keep: (fold: number) => boolean): Int32Array {
  return Int32Array.from(fold.keys()).filter((i) => keep(fold[i]));
}
