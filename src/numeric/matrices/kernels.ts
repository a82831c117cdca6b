import { kernelBytes } from "./kernels-wasm.ts";

/** The functions of wasm/kernels.ts. Every argument is a byte address or a count, a share apart. */
interface Kernels {
  denseProducts(z: number, a: number, v: number, rows: number, cols: number): void;
  denseAdd(out: number, a: number, s: number, rows: number, cols: number): void;
  square(a: number, count: number): void;
  logisticRows(sums: number, z: number, t: number, curvature: number, share: number, rows: number): void;
  sparseProducts(z: number, starts: number, indices: number, values: number, v: number, rows: number, cols: number): void;
  sparseAdd(out: number, starts: number, indices: number, values: number, s: number, rows: number, cols: number): void;
  packRows(packed: number, a: number, root: number, rows: number, cols: number, stride: number): void;
  addGram(gram: number, packed: number, rows: number, stride: number): void;
  product(out: number, a: number, b: number, rows: number, inner: number, cols: number): void;
  productWithTranspose(out: number, a: number, b: number, rows: number, inner: number, cols: number): void;
  ridgeRowsByCg(
    x: number,
    starts: number,
    indices: number,
    weights: number,
    targets: number,
    fixed: number,
    ridge: number,
    gram: number,
    work: number,
    rows: number,
    stride: number,
    steps: number,
  ): void;
  ridgeRowsByCholesky(
    x: number,
    starts: number,
    indices: number,
    weights: number,
    targets: number,
    fixed: number,
    ridge: number,
    gram: number,
    work: number,
    rows: number,
    stride: number,
    size: number,
  ): number;
  gatherCross(
    m: number,
    v: number,
    f: number,
    g: number,
    starts: number,
    indices: number,
    residuals: number,
    rows: number,
    stride: number,
  ): void;
  scatterCross(
    out: number,
    c: number,
    f: number,
    g: number,
    starts: number,
    indices: number,
    residuals: number,
    rows: number,
    stride: number,
  ): void;
  blockProducts(out: number, blocks: number, x: number, rows: number, stride: number): void;
  ridgeBlocks(
    blocks: number,
    inverse: number,
    starts: number,
    indices: number,
    fixed: number,
    ridge: number,
    work: number,
    rows: number,
    stride: number,
    isPadded: number,
  ): number;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of the standard that is used here; the pure layers know no ambient types. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const pageBytes = 65_536;
const memory = new WebAssembly.Memory({ initial: 16 });
let views = viewsOf(memory.buffer);

export const kernels = new WebAssembly.Instance(new WebAssembly.Module(kernelBytes), { env: { memory } }).exports as Kernels;

/**
 * The memory that the kernels work in, at least so large. It is scratch: whoever calls lays it out anew, and nothing in it outlives the call.
 * Growing it replaces both views.
 */
export function kernelMemory(bytes: number): { readonly floats: Float64Array<ArrayBuffer>; readonly integers: Int32Array<ArrayBuffer> } {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) {
    memory.grow(Math.ceil(missing / pageBytes));
    views = viewsOf(memory.buffer);
  }
  return views;
}

function viewsOf(buffer: ArrayBuffer): { floats: Float64Array<ArrayBuffer>; integers: Int32Array<ArrayBuffer> } {
  return { floats: new Float64Array(buffer), integers: new Int32Array(buffer) };
}
