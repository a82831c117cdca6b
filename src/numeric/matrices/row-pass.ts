import { kernelMemory, kernels } from "./kernels.ts";
import type { DenseMatrix, Matrix, SparseMatrix } from "./matrix.ts";

/**
 * What happens to the products of a panel of rows: `z[k * stride + r]` is w_k · x_i + b_k for row i = from + r, r < count. What it leaves there is
 * the scale s_ik with which the row is added up. It must not start another pass.
 */
export type Visit = (z: Float64Array, from: number, count: number, stride: number) => void;

export interface RowPass {
  /** Blocks [w_k, b_k] of cols + 1 entries; null where the products are not needed, and then z is not set. */
  readonly blocks: Float64Array | null;
  /** Σ_i s_ik (x_i, 1) is written here, block by block; null where the sums are not needed. */
  readonly sums: Float64Array | null;
  /** Adds up (x_i², 1), entry by entry, instead. */
  readonly squared?: boolean;
}

/** Numbers of a panel: small enough for the first cache. */
const panelSize = 3072;
const number = 8;

/**
 * Goes over the rows of x once, from the first to the last: products with each block, then sums with the scales that `visit` makes of them. Panels of
 * rows are copied into the memory of the kernels, so x is read from far away once, and takes no room there.
 */
export function passOverRows(x: Matrix, { blocks, sums, squared = false }: RowPass, visit: Visit): void {
  const blockSize = x.cols + 1;
  const size = Math.max(blocks?.length ?? 0, sums?.length ?? 0);
  const count = size / blockSize;
  const stride = rowsOfPanel(x);
  const room = x.kind === "dense" ? stride * x.cols : widestPanel(x, stride);

  const blocksAt = 0;
  const sumsAt = blocksAt + size * number;
  const zAt = sumsAt + size * number;
  const valuesAt = zAt + count * stride * number;
  const indicesAt = valuesAt + room * number;
  const startsAt = indicesAt + (x.kind === "dense" ? 0 : room * 4);
  const { floats, integers } = kernelMemory(startsAt + (x.kind === "dense" ? 0 : (stride + 1) * 4));

  if (blocks !== null) floats.set(blocks, blocksAt / number);
  if (sums !== null) floats.fill(0, sumsAt / number, zAt / number);
  const z = floats.subarray(zAt / number, valuesAt / number);
  const blockBytes = blockSize * number;
  const strideBytes = stride * number;

  const dense = (a: DenseMatrix, from: number, rows: number): void => {
    const { cols } = a;
    floats.set(a.data.subarray(from * cols, (from + rows) * cols), valuesAt / number);
    if (blocks !== null)
      for (let k = 0; k < count; k++) kernels.denseProducts(zAt + k * strideBytes, valuesAt, blocksAt + k * blockBytes, rows, cols);
    visit(z, from, rows, stride);
    if (sums === null) return;
    if (squared) kernels.square(valuesAt, rows * cols);
    for (let k = 0; k < count; k++) kernels.denseAdd(sumsAt + k * blockBytes, valuesAt, zAt + k * strideBytes, rows, cols);
  };

  const sparse = (a: SparseMatrix, from: number, rows: number): void => {
    const { cols } = a;
    const first = a.indptr[from];
    const last = a.indptr[from + rows];
    floats.set(a.values.subarray(first, last), valuesAt / number);
    integers.set(a.indices.subarray(first, last), indicesAt / 4);
    integers.set(a.indptr.subarray(from, from + rows + 1), startsAt / 4);
    if (blocks !== null)
      for (let k = 0; k < count; k++)
        kernels.sparseProducts(zAt + k * strideBytes, startsAt, indicesAt, valuesAt, blocksAt + k * blockBytes, rows, cols);
    visit(z, from, rows, stride);
    if (sums === null) return;
    if (squared) kernels.square(valuesAt, last - first);
    for (let k = 0; k < count; k++)
      kernels.sparseAdd(sumsAt + k * blockBytes, startsAt, indicesAt, valuesAt, zAt + k * strideBytes, rows, cols);
  };

  for (let from = 0; from < x.rows; from += stride) {
    const rows = Math.min(stride, x.rows - from);
    if (x.kind === "dense") dense(x, from, rows);
    else sparse(x, from, rows);
  }
  sums?.set(floats.subarray(sumsAt / number, sumsAt / number + sums.length));
}

/** A multiple of 4, which is how many dense rows the kernels take at a time. */
function rowsOfPanel(x: Matrix): number {
  const perRow = x.kind === "dense" ? x.cols : x.values.length / Math.max(1, x.rows);
  return Math.min(256, Math.max(4, 4 * Math.floor(panelSize / 4 / Math.max(1, perRow))));
}

function widestPanel({ rows, indptr }: SparseMatrix, stride: number): number {
  let widest = 0;
  for (let from = 0; from < rows; from += stride) widest = Math.max(widest, indptr[Math.min(rows, from + stride)] - indptr[from]);
  return widest + (widest % 2);
}
