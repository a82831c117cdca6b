import { type DenseMatrix, type Matrix, type SparseMatrix, rowSquaredNorm, selectRows } from "../../numeric/matrices/matrix.ts";
import { forEachProductTile } from "../../numeric/matrices/row-products.ts";
import type { RowWiseFeatures } from "../../data/row-wise/row-wise-features.ts";

/** Standard deviations beyond which a number counts no more. */
const clip = 5;

/** Rows as kernels meet them: parts whose products are added. */
export interface View {
  readonly rows: number;
  readonly parts: readonly Matrix[];
}

export interface ScalingOptions {
  /** Some of the other rows are learned from too: words that none of `own` has keep a weight, and fewer than two rows set no scale. */
  readonly learnsFromAsked?: boolean;
}

/**
 * Rows `own` and `asked` of the features, scaled by what the former alone show: numbers by their mean and spread, words by how many texts have them, texts to unit length. All
 * numbers together have about the length of one text.
 */
export function scaledViews(
  features: RowWiseFeatures,
  own: Int32Array,
  asked: Int32Array,
  { learnsFromAsked = false }: ScalingOptions = {},
): { own: View; asked: View } {
  const { texts, places } = features;
  const dense = scaledNumbers(features, own, learnsFromAsked);
  const weights = texts.indices.length > 0 ? inverseFrequencies(selectRows(texts, own) as SparseMatrix, learnsFromAsked) : null;
  const of = (rows: Int32Array): View => {
    const parts: Matrix[] = [];
    const numbers = dense(rows);
    if (numbers !== null) parts.push(numbers);
    if (weights !== null) parts.push(weighted(selectRows(texts, rows) as SparseMatrix, weights));
    if (places.indices.length > 0) parts.push(selectRows(places, rows));
    return { rows: rows.length, parts };
  };
  return { own: of(own), asked: of(asked) };
}

/**
 * Rows by a map that no row enters but its own: numbers as sign(v) ln(1 + |v|) over the root of how many there are, each text of unit length without weights of its words.
 */
export function fixedView({ numbers, numberCount, gradients, gradientCount, texts, places }: RowWiseFeatures, rows: Int32Array): View {
  const parts: Matrix[] = [];
  const cols = numberCount + gradientCount;
  if (cols > 0) {
    const share = numberCount > 0 ? 1 / Math.sqrt(numberCount / 2) : 0;
    const data = new Float64Array(rows.length * cols);
    rows.forEach((row, i) => {
      for (let j = 0; j < numberCount; j++) data[i * cols + j] = share * numbers[row * numberCount + j];
      data.set(gradients.subarray(row * gradientCount, (row + 1) * gradientCount), i * cols + numberCount);
    });
    parts.push({ kind: "dense", rows: rows.length, cols, data });
  }
  if (texts.indices.length > 0) parts.push(weighted(selectRows(texts, rows) as SparseMatrix, null));
  if (places.indices.length > 0) parts.push(selectRows(places, rows));
  return { rows: rows.length, parts };
}

/** These rows of a view. */
export function rowsOfView({ parts }: View, rows: Int32Array): View {
  return { rows: rows.length, parts: parts.map((part) => selectRows(part, rows)) };
}

/**
 * ln((1 + n) / (1 + d)) of a term in d of these n texts, and 0 of one in a single text, which tells nothing of others; where other texts are learned from too,
 * ln((2 + n) / (1 + d)) of every term. Shape: [cols].
 */
function inverseFrequencies({ rows, cols, indices }: SparseMatrix, hasOthers: boolean): Float64Array {
  const documents = new Int32Array(cols);
  for (const term of indices) documents[term]++;
  const weights = new Float64Array(cols);
  if (hasOthers) {
    const ofCount = Float64Array.from({ length: rows + 1 }, (_, count) => Math.log((2 + rows) / (1 + count)));
    for (let term = 0; term < cols; term++) weights[term] = ofCount[documents[term]];
    return weights;
  }
  for (const term of indices) if (documents[term] > 1) weights[term] = Math.log((1 + rows) / (1 + documents[term]));
  return weights;
}

/** Rows of unit length, terms whose weight is 0 left out; every weight is 1 where none are given. */
function weighted(texts: SparseMatrix, weights: Float64Array | null): SparseMatrix {
  const [indptr, indices, values] = [
    new Int32Array(texts.rows + 1),
    new Int32Array(texts.indices.length),
    new Float64Array(texts.indices.length),
  ];
  let length = 0;
  for (let i = 0; i < texts.rows; i++) {
    let squares = 0;
    for (let p = texts.indptr[i]; p < texts.indptr[i + 1]; p++) {
      const value = texts.values[p] * (weights === null ? 1 : weights[texts.indices[p]]);
      if (value === 0) continue;
      squares += value * value;
      indices[length] = texts.indices[p];
      values[length++] = value;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let p = indptr[i]; p < length; p++) values[p] *= scale;
    indptr[i + 1] = length;
  }
  return { ...texts, indptr, indices: indices.subarray(0, length), values: values.subarray(0, length) };
}

/** Gives rows of numbers, scaled by their mean and spread in `own`, with the gradients beside them; null where there are none. */
function scaledNumbers(features: RowWiseFeatures, own: Int32Array, hasOthers: boolean): (rows: Int32Array) => DenseMatrix | null {
  const { numbers, numberCount, gradients, gradientCount } = features;
  const mean = new Float64Array(numberCount);
  const scale = new Float64Array(numberCount);
  for (const row of own) for (let j = 0; j < numberCount; j++) mean[j] += numbers[row * numberCount + j] / own.length;
  for (const row of own) for (let j = 0; j < numberCount; j++) scale[j] += (numbers[row * numberCount + j] - mean[j]) ** 2 / own.length;
  let used = 0;
  for (let j = 0; j < numberCount; j++) {
    const spread = Math.sqrt(scale[j]);
    scale[j] = hasOthers && own.length < 2 ? 1 : spread > 1e-9 * Math.max(1, Math.abs(mean[j])) ? 1 / spread : 0;
    if (scale[j] > 0) used++;
  }
  const share = used > 0 ? 1 / Math.sqrt(used) : 0;
  // Numbers that do not vary are 0 in every row, and left out.
  const kept = Int32Array.from(scale.keys()).filter((j) => scale[j] > 0);
  const cols = Math.max(1, used + gradientCount);
  return (rows) => {
    if (numberCount + gradientCount === 0) return null;
    const data = new Float64Array(rows.length * cols);
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i] * numberCount;
      let at = i * cols;
      for (let k = 0; k < used; k++) {
        const j = kept[k];
        const z = (numbers[from + j] - mean[j]) * scale[j];
        data[at++] = share * (z > clip ? clip : z < -clip ? -clip : z);
      }
      if (gradientCount > 0) data.set(gradients.subarray(rows[i] * gradientCount, (rows[i] + 1) * gradientCount), at);
    }
    return { kind: "dense", rows: rows.length, cols, data };
  };
}

/** Products of every row with every other. Shape: [a, b]. */
export function gram(a: View, b: View): Float64Array {
  const out = new Float64Array(a.rows * b.rows);
  a.parts.forEach((part, k) => {
    const [queries, others] = withoutIdleColumns(part, b.parts[k]);
    forEachProductTile(queries, others, {}, (tile, qFrom, qs, rFrom, rs) => {
      for (let q = 0; q < qs; q++) for (let r = 0; r < rs; r++) out[(qFrom + q) * b.rows + rFrom + r] += tile[q * rs + r];
    });
  });
  return out;
}

/** Few sparse rows over very many columns, with only those that the second of them have: a product goes once over all columns. */
function withoutIdleColumns(a: Matrix, b: Matrix): readonly [Matrix, Matrix] {
  if (a.kind !== "sparse" || b.kind !== "sparse" || a.indices.length + b.indices.length > a.cols / 64) return [a, b];
  const placeOf = new Map<number, number>();
  for (const column of new Int32Array(new Set(b.indices)).sort()) placeOf.set(column, placeOf.size);
  const narrow = ({ rows, indptr, indices, values }: SparseMatrix): SparseMatrix => {
    const starts = new Int32Array(rows + 1);
    const kept: number[] = [];
    for (let i = 0; i < rows; i++) {
      for (let p = indptr[i]; p < indptr[i + 1]; p++) if (placeOf.has(indices[p])) kept.push(p);
      starts[i + 1] = kept.length;
    }
    return {
      ...{ kind: "sparse", rows, cols: Math.max(1, placeOf.size), indptr: starts },
      indices: Int32Array.from(kept, (p) => placeOf.get(indices[p]) as number),
      values: Float64Array.from(kept, (p) => values[p]),
    };
  };
  return [narrow(a), narrow(b)];
}

export function squaresOf({ rows, parts }: View): Float64Array {
  const out = new Float64Array(rows);
  for (const part of parts) for (let i = 0; i < rows; i++) out[i] += rowSquaredNorm(part, i);
  return out;
}

export function diagonalOf(products: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => products[i * size + i]);
}

/** Of the products, which stay: 1 + the linear kernel for a width of 0, else 1 + exp(−width ‖a − b‖²). Shapes: products [a, b], squares of lengths a [a], b [b]. */
export function kernelOf(products: Float64Array, a: Float64Array, b: Float64Array, width: number): Float64Array {
  const out = products.slice();
  kernelInPlace(out, a, b, width);
  return out;
}

/** As `kernelOf`, written over the products. */
export function kernelInPlace(products: Float64Array, a: Float64Array, b: Float64Array, width: number): void {
  if (width === 0) {
    for (let at = 0; at < products.length; at++) products[at] += 1;
    return;
  }
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) {
      const at = i * b.length + j;
      products[at] = 1 + Math.exp(-width * Math.max(0, a[i] + b[j] - 2 * products[at]));
    }
}

/**
 * What the ridge parameter of a kernel matrix is measured in: Σ Kc² / tr Kc of the matrix centred on both sides, its mean eigenvalue, each weighed by itself, which is about how large
 * those are that carry what most rows share; or, where it is flat as of texts and no direction stands out, √n / 10 times its mean diagonal, the rate of Caponnetto & De Vito 2007 where nothing else is known.
 * Shape: kernel [size, size], symmetric.
 */
export function spectrumScale(kernel: Float64Array, size: number): number {
  const mean = new Float64Array(size);
  let all = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) mean[i] += kernel[i * size + j] / size;
    all += mean[i] / size;
  }
  let [trace, squares] = [0, 0];
  for (let i = 0; i < size; i++) {
    trace += kernel[i * size + i] - 2 * mean[i] + all;
    for (let j = 0; j < size; j++) squares += (kernel[i * size + j] - mean[i] - mean[j] + all) ** 2;
  }
  return trace > 1e-9 * size ? Math.max(squares / trace, trace / (10 * Math.sqrt(size))) : 1;
}
