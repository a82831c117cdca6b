import { kernelBytes } from "./kernels-wasm.ts";
import { type KernelMemory, openWasm } from "./wasm-module.ts";

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

const wasm = openWasm<Kernels>(kernelBytes);

export const { kernels } = wasm;

/** The memory that the kernels work in, at least so large; scratch, as WasmModule says. */
export const kernelMemory = (bytes: number): KernelMemory => wasm.memory(bytes);
