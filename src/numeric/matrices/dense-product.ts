import { kernelMemory, kernels } from "./kernels.ts";

type Kernel = (out: number, a: number, b: number, rows: number, inner: number, cols: number) => void;

/** out = a b. Shapes: a [rows, inner], b [inner, cols], out [rows, cols]. */
export function productInto(out: Float64Array, a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): void {
  multiplyInto(out, a, b, kernels.product, rows, inner, cols);
}

/** out = a bᵀ. Shapes: a [rows, inner], b [cols, inner], out [rows, cols]. */
export function productWithTransposeInto(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  cols: number,
): void {
  multiplyInto(out, a, b, kernels.productWithTranspose, rows, inner, cols);
}

/** Copies both factors into the memory of the kernels; the product costs far more than the copies. */
function multiplyInto(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  kernel: Kernel,
  rows: number,
  inner: number,
  cols: number,
): void {
  const [left, right, size] = [rows * inner, inner * cols, rows * cols];
  const { floats } = kernelMemory(8 * (left + right + size));
  copyInto(floats, 0, a, left);
  copyInto(floats, left, b, right);
  const at = left + right;
  kernel(8 * at, 0, 8 * left, rows, inner, cols);
  if (out.length === size) out.set(floats.subarray(at, at + size));
  else for (let j = 0; j < size; j++) out[j] = floats[at + j];
}

function copyInto(floats: Float64Array, at: number, values: Float64Array, count: number): void {
  floats.set(values.length === count ? values : values.subarray(0, count), at);
}

/** out = aᵀ. Shapes: a [rows, cols], out [cols, rows]. */
export function transposeInto(out: Float64Array, a: Float64Array, rows: number, cols: number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j];
}
