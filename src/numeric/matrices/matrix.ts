/** Dense rows, one after another. Shape: data [rows * cols]. */
export interface DenseMatrix {
  readonly kind: "dense";
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** Compressed sparse rows: row i holds columns `indices[indptr[i] .. indptr[i+1])`, ascending and distinct. Shapes: indptr [rows + 1]. */
export interface SparseMatrix {
  readonly kind: "sparse";
  readonly rows: number;
  readonly cols: number;
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

export type Matrix = DenseMatrix | SparseMatrix;

export function denseMatrix(rows: number, cols: number, data: Float64Array = new Float64Array(rows * cols)): DenseMatrix {
  return { kind: "dense", rows, cols, data };
}

/** The product of row `row` of `a` with `v`. Shapes: a [rows, cols], v [cols] (read from `offset`). */
export function rowDot(a: Matrix, row: number, v: Float64Array, offset = 0): number {
  let sum = 0;
  if (a.kind === "dense") {
    const start = row * a.cols;
    for (let j = 0; j < a.cols; j++) sum += a.data[start + j] * v[offset + j];
  } else {
    for (let p = a.indptr[row]; p < a.indptr[row + 1]; p++) sum += a.values[p] * v[offset + a.indices[p]];
  }
  return sum;
}

/** out += scale * (row `row` of a). Shapes: a [rows, cols], out [cols] (written from `offset`). */
export function addScaledRowInto(out: Float64Array, a: Matrix, row: number, scale: number, offset = 0): void {
  if (a.kind === "dense") {
    const start = row * a.cols;
    for (let j = 0; j < a.cols; j++) out[offset + j] += scale * a.data[start + j];
  } else {
    for (let p = a.indptr[row]; p < a.indptr[row + 1]; p++) out[offset + a.indices[p]] += scale * a.values[p];
  }
}

/** A row with its zeros. Shape: [cols]. */
export function rowDense(a: Matrix, row: number): Float64Array {
  const out = new Float64Array(a.cols);
  addScaledRowInto(out, a, row, 1);
  return out;
}

/** Sum of the squares of a row. */
export function rowSquaredNorm(a: Matrix, row: number): number {
  let sum = 0;
  if (a.kind === "dense") {
    for (let p = row * a.cols; p < (row + 1) * a.cols; p++) sum += a.data[p] * a.data[p];
  } else {
    for (let p = a.indptr[row]; p < a.indptr[row + 1]; p++) sum += a.values[p] * a.values[p];
  }
  return sum;
}

/** The rows named, in that order; those that follow each other are copied together. Shapes: a [rows, cols], result [picked.length, cols]. */
export function selectRows(a: Matrix, picked: Int32Array): Matrix {
  if (a.kind === "dense") {
    const { cols } = a;
    const data = new Float64Array(picked.length * cols);
    for (let i = 0, next = 0; i < picked.length; i = next) {
      next = endOfRun(picked, i);
      const from = picked[i] * cols;
      data.set(a.data.subarray(from, from + (next - i) * cols), i * cols);
    }
    return denseMatrix(picked.length, cols, data);
  }
  const indptr = new Int32Array(picked.length + 1);
  for (let i = 0; i < picked.length; i++) indptr[i + 1] = indptr[i] + a.indptr[picked[i] + 1] - a.indptr[picked[i]];
  const indices = new Int32Array(indptr[picked.length]);
  const values = new Float64Array(indptr[picked.length]);
  for (let i = 0, next = 0; i < picked.length; i = next) {
    next = endOfRun(picked, i);
    const from = a.indptr[picked[i]];
    const to = a.indptr[picked[next - 1] + 1];
    indices.set(a.indices.subarray(from, to), indptr[i]);
    values.set(a.values.subarray(from, to), indptr[i]);
  }
  return { kind: "sparse", rows: picked.length, cols: a.cols, indptr, indices, values };
}

/** The first place after `from` that does not hold the number after the one before it. */
function endOfRun(picked: Int32Array, from: number): number {
  let end = from + 1;
  while (end < picked.length && picked[end] === picked[end - 1] + 1) end++;
  return end;
}

/** `a` above `b`; both have the same kind and width. */
export function stackRows(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.cols) throw new Error(`cannot stack matrices of ${a.cols} and ${b.cols} columns`);
  if (a.kind === "dense" && b.kind === "dense") {
    const data = new Float64Array(a.data.length + b.data.length);
    data.set(a.data);
    data.set(b.data, a.data.length);
    return denseMatrix(a.rows + b.rows, a.cols, data);
  }
  if (a.kind === "sparse" && b.kind === "sparse") {
    const indptr = new Int32Array(a.rows + b.rows + 1);
    indptr.set(a.indptr);
    for (let i = 0; i < b.rows; i++) indptr[a.rows + i + 1] = a.indptr[a.rows] + b.indptr[i + 1];
    const indices = new Int32Array(a.indices.length + b.indices.length);
    indices.set(a.indices);
    indices.set(b.indices, a.indices.length);
    const values = new Float64Array(a.values.length + b.values.length);
    values.set(a.values);
    values.set(b.values, a.values.length);
    return { kind: "sparse", rows: a.rows + b.rows, cols: a.cols, indptr, indices, values };
  }
  throw new Error("cannot stack a dense matrix on a sparse one");
}

export function toSparse(a: Matrix): SparseMatrix {
  if (a.kind === "sparse") return a;
  const indptr = new Int32Array(a.rows + 1);
  let count = 0;
  for (let p = 0; p < a.data.length; p++) if (a.data[p] !== 0) count++;
  const indices = new Int32Array(count);
  const values = new Float64Array(count);
  let q = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++) {
      const value = a.data[i * a.cols + j];
      if (value === 0) continue;
      indices[q] = j;
      values[q++] = value;
    }
    indptr[i + 1] = q;
  }
  return { kind: "sparse", rows: a.rows, cols: a.cols, indptr, indices, values };
}

export function toDense(a: Matrix): DenseMatrix {
  if (a.kind === "dense") return a;
  const out = denseMatrix(a.rows, a.cols);
  for (let i = 0; i < a.rows; i++) addScaledRowInto(out.data, a, i, 1, i * a.cols);
  return out;
}
