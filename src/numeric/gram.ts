import type { DenseMatrix, Matrix, SparseMatrix } from "./matrix.ts";

/**
 * out = Σ_i weight_i x̃_i x̃_iᵀ with x̃ = (x, 1), lower triangle only; the upper one is left alone.
 * Shapes: out [cols + 1, cols + 1], weight [rows].
 */
export function weightedGramInto(out: Float64Array, a: Matrix, weight: Float64Array): void {
  out.fill(0);
  if (a.kind === "dense") addDenseGram(out, a, weight);
  else addSparseGram(out, a, weight);
}

const panel = 64;
/** Not a power of two, so that neighbouring columns fall into different sets of the cache. */
const stride = 66;

/**
 * Panels of 64 rows, each times the root of its weight, are laid out column by column, and every tile of 3 × 3 products is summed in registers
 * over the panel. Rows of weight 0 never enter a panel.
 */
function addDenseGram(out: Float64Array, a: DenseMatrix, weight: Float64Array): void {
  const { rows, cols, data } = a;
  const size = cols + 1;
  const columns = new Float64Array(3 * Math.ceil(size / 3) * stride);
  let row = 0;
  while (row < rows) {
    let count = 0;
    for (; row < rows && count < panel; row++) {
      if (weight[row] === 0) continue;
      const root = Math.sqrt(weight[row]);
      const start = row * cols;
      let q = count++;
      for (let p = start; p < start + cols; p++) {
        columns[q] = root * data[p];
        q += stride;
      }
      columns[q] = root;
    }
    for (let j = 0; j < size; j += 3) for (let k = 0; k <= j; k += 3) addTile(out, size, columns, j, k, count);
  }
}

function addTile(out: Float64Array, size: number, columns: Float64Array, j: number, k: number, count: number): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  const a0 = j * stride;
  const a1 = a0 + stride;
  const a2 = a1 + stride;
  const b0 = k * stride;
  const b1 = b0 + stride;
  const b2 = b1 + stride;
  for (let r = 0; r < count; r++) {
    const y0 = columns[b0 + r];
    const y1 = columns[b1 + r];
    const y2 = columns[b2 + r];
    const x0 = columns[a0 + r];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    const x1 = columns[a1 + r];
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    const x2 = columns[a2 + r];
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
  }
  addRow(out, size, j, k, s00, s01, s02);
  addRow(out, size, j + 1, k, s10, s11, s12);
  addRow(out, size, j + 2, k, s20, s21, s22);
}

/** Tiles reach over the diagonal and the edge; what lies there is dropped. */
function addRow(out: Float64Array, size: number, j: number, k: number, s0: number, s1: number, s2: number): void {
  if (j >= size) return;
  const at = j * size + k;
  out[at] += s0;
  if (k + 1 <= j) out[at + 1] += s1;
  if (k + 2 <= j) out[at + 2] += s2;
}

function addSparseGram(out: Float64Array, a: SparseMatrix, weight: Float64Array): void {
  const { rows, cols, indptr, indices, values } = a;
  const size = cols + 1;
  const last = cols * size;
  for (let i = 0; i < rows; i++) {
    const w = weight[i];
    if (w === 0) continue;
    for (let p = indptr[i]; p < indptr[i + 1]; p++) {
      const scale = w * values[p];
      const start = indices[p] * size;
      for (let q = indptr[i]; q <= p; q++) out[start + indices[q]] += scale * values[q];
      out[last + indices[p]] += scale;
    }
    out[last + cols] += w;
  }
}
