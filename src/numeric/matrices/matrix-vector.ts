import type { DenseMatrix, Matrix, SparseMatrix } from "./matrix.ts";

/** out[i] = a_i · v for rows i in [from, to). Shapes: out [rows], v [cols] (read from `offset`). */
export function multiplyRowsInto(out: Float64Array, a: Matrix, v: Float64Array, offset: number, from: number, to: number): void {
  if (a.kind === "dense") multiplyDense(out, a, v, offset, from, to);
  else multiplySparse(out, a, v, offset, from, to);
}

/** out += Σ_i scale_i a_i over rows i in [from, to). Shapes: out [cols] (written from `offset`), scale [rows]. */
export function addScaledRowsInto(out: Float64Array, offset: number, a: Matrix, scale: Float64Array, from: number, to: number): void {
  if (a.kind === "dense") addDense(out, offset, a, scale, from, to);
  else addSparse(out, offset, a, scale, from, to);
}

/** Four independent sums along a row keep the processor busy; several rows at a time would defeat its prefetching. */
function multiplyDense(out: Float64Array, a: DenseMatrix, v: Float64Array, offset: number, from: number, to: number): void {
  const { data, cols } = a;
  const whole = offset + cols - (cols % 4);
  const end = offset + cols;
  let p = from * cols;
  for (let i = from; i < to; i++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let j = offset;
    for (; j < whole; j += 4) {
      s0 += data[p] * v[j];
      s1 += data[p + 1] * v[j + 1];
      s2 += data[p + 2] * v[j + 2];
      s3 += data[p + 3] * v[j + 3];
      p += 4;
    }
    for (; j < end; j++) s0 += data[p++] * v[j];
    out[i] = s0 + s1 + (s2 + s3);
  }
}

function multiplySparse(out: Float64Array, a: SparseMatrix, v: Float64Array, offset: number, from: number, to: number): void {
  const { indptr, indices, values } = a;
  for (let i = from; i < to; i++) {
    const end = indptr[i + 1];
    let p = indptr[i];
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (; p + 3 < end; p += 4) {
      s0 += values[p] * v[offset + indices[p]];
      s1 += values[p + 1] * v[offset + indices[p + 1]];
      s2 += values[p + 2] * v[offset + indices[p + 2]];
      s3 += values[p + 3] * v[offset + indices[p + 3]];
    }
    for (; p < end; p++) s0 += values[p] * v[offset + indices[p]];
    out[i] = s0 + s1 + (s2 + s3);
  }
}

/** Rows whose scale is 0 are passed over; the others go in fours. */
function addDense(out: Float64Array, offset: number, a: DenseMatrix, scale: Float64Array, from: number, to: number): void {
  const { data, cols } = a;
  const end = offset + cols;
  let i = from;
  while (i < to) {
    while (i < to && scale[i] === 0) i++;
    const i0 = i++;
    while (i < to && scale[i] === 0) i++;
    const i1 = i++;
    while (i < to && scale[i] === 0) i++;
    const i2 = i++;
    while (i < to && scale[i] === 0) i++;
    const i3 = i++;
    if (i3 < to) {
      const c0 = scale[i0];
      const c1 = scale[i1];
      const c2 = scale[i2];
      const c3 = scale[i3];
      const p0 = i0 * cols - offset;
      const p1 = i1 * cols - offset;
      const p2 = i2 * cols - offset;
      const p3 = i3 * cols - offset;
      for (let j = offset; j < end; j++) out[j] += c0 * data[p0 + j] + c1 * data[p1 + j] + (c2 * data[p2 + j] + c3 * data[p3 + j]);
    } else {
      if (i0 < to) addDenseRow(out, offset, a, i0, scale[i0]);
      if (i1 < to) addDenseRow(out, offset, a, i1, scale[i1]);
      if (i2 < to) addDenseRow(out, offset, a, i2, scale[i2]);
    }
  }
}

function addDenseRow(out: Float64Array, offset: number, a: DenseMatrix, row: number, scale: number): void {
  let p = row * a.cols;
  for (let j = offset; j < offset + a.cols; j++) out[j] += scale * a.data[p++];
}

function addSparse(out: Float64Array, offset: number, a: SparseMatrix, scale: Float64Array, from: number, to: number): void {
  const { indptr, indices, values } = a;
  for (let i = from; i < to; i++) {
    const c = scale[i];
    if (c === 0) continue;
    const end = indptr[i + 1];
    for (let p = indptr[i]; p < end; p++) out[offset + indices[p]] += c * values[p];
  }
}
