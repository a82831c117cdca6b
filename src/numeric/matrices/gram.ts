import { kernelMemory, kernels } from "./kernels.ts";
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

/** Numbers of a panel: small enough for the first cache. */
const panelSize = 3072;
const number = 8;

/**
 * Panels of rows (x̃, each times the root of its weight) are copied into the memory of the kernels, and every tile of 4 × 4 products is summed in
 * registers over the panel. Rows of weight 0 never enter a panel.
 */
function addDenseGram(out: Float64Array, a: DenseMatrix, weight: Float64Array): void {
  const { rows, cols, data } = a;
  const size = cols + 1;
  const stride = 4 * Math.ceil(size / 4);
  const panel = Math.max(16, Math.floor(panelSize / stride));
  const gramAt = 0;
  const packedAt = gramAt + stride * stride * number;
  const rawAt = packedAt + panel * stride * number;
  const rootsAt = rawAt + panel * cols * number;
  const { floats } = kernelMemory(rootsAt + panel * number);
  const [raw, roots] = [rawAt / number, rootsAt / number];
  floats.fill(0, gramAt / number, packedAt / number);

  let row = 0;
  while (row < rows) {
    let count = 0;
    while (row < rows && count < panel) {
      if (weight[row] === 0) {
        row++;
        continue;
      }
      const first = row;
      while (row < rows && count < panel && weight[row] !== 0) floats[roots + count++] = Math.sqrt(weight[row++]);
      floats.set(data.subarray(first * cols, row * cols), raw + (count - row + first) * cols);
    }
    kernels.packRows(packedAt, rawAt, rootsAt, count, cols, stride);
    kernels.addGram(gramAt, packedAt, count, stride);
  }
  for (let j = 0; j < size; j++) out.set(floats.subarray(j * stride, j * stride + j + 1), j * size);
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

/** The whole of Σ_i weight_i a_i a_iᵀ; null = weights of 1. Shapes: a [rows, cols], weight [rows], result [cols, cols]. */
export function crossProducts(a: Float64Array, cols: number, weight: Float64Array | null): Float64Array {
  const rows = a.length / cols;
  const bordered = new Float64Array((cols + 1) * (cols + 1));
  addDenseGram(bordered, { kind: "dense", rows, cols, data: a }, weight ?? new Float64Array(rows).fill(1));
  const out = new Float64Array(cols * cols);
  for (let j = 0; j < cols; j++)
    for (let k = 0; k <= j; k++) {
      const value = bordered[j * (cols + 1) + k];
      out[j * cols + k] = value;
      out[k * cols + j] = value;
    }
  return out;
}
