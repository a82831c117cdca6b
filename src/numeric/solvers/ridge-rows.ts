import { kernelMemory, kernels } from "../matrices/kernels.ts";

/**
 * One small ridge problem for each row of x: (gram + Σ_p weight_p f_p f_pᵀ + ridge I) x = Σ_p target_p f_p over the row's entries p, where f_p is row
 * indices_p of `fixed`. Rows without entries become 0.
 *
 * Shapes: x [rows, size], starts [rows + 1], indices, weights, targets [entries], fixed [others, size], ridge [rows], gram [size, size].
 */
export interface RidgeRows {
  readonly x: Float64Array;
  readonly size: number;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  /** Not negative; null = 1 each. */
  readonly weights: Float64Array | null;
  readonly targets: Float64Array;
  readonly fixed: Float64Array;
  readonly ridge: Float64Array;
  readonly gram: Float64Array | null;
}

/** Exact, or so many steps of conjugate gradients from what stands in x. */
export type RidgeSolver = "cholesky" | { readonly cgSteps: number };

const number = 8;
/** Entries that are copied into the memory of the kernels at a time. */
const chunkEntries = 1 << 17;

/** Solves every row in place. Returns the first row whose matrix is not positive definite, −1 where there is none. */
export function solveRidgeRowsInPlace(problem: RidgeRows, solver: RidgeSolver): number {
  const { x, size, starts, indices, weights, targets, fixed, ridge, gram } = problem;
  const rows = ridge.length;
  const stride = solver === "cholesky" ? 4 * Math.ceil(size / 4) : 2 * Math.ceil(size / 2);
  const others = fixed.length / size;
  const room = chunkRoom(starts);
  const fixedAt = 16;
  const gramAt = fixedAt + others * stride * number;
  const workAt = gramAt + stride * stride * number;
  const xAt = workAt + (stride * stride + 100 * stride + 8) * number;
  const ridgeAt = xAt + room.rows * stride * number;
  const targetsAt = ridgeAt + room.rows * number;
  const weightsAt = targetsAt + room.entries * number;
  const indicesAt = weightsAt + (weights === null ? 0 : room.entries * number);
  const startsAt = indicesAt + room.entries * 4;
  const { floats, integers } = kernelMemory(startsAt + (room.rows + 1) * 4);

  widenInto(floats, fixedAt / number, fixed, 0, others, size, stride);
  if (gram !== null) {
    floats.fill(0, gramAt / number, workAt / number);
    widenInto(floats, gramAt / number, gram, 0, size, size, stride);
  }
  for (let from = 0; from < rows;) {
    let to = from + 1;
    while (to < rows && starts[to + 1] - starts[from] <= chunkEntries && to - from < chunkEntries) to++;
    const count = to - from;
    const first = starts[from];
    const last = starts[to];
    widenInto(floats, xAt / number, x, from, count, size, stride);
    floats.set(ridge.subarray(from, to), ridgeAt / number);
    floats.set(targets.subarray(first, last), targetsAt / number);
    if (weights !== null) floats.set(weights.subarray(first, last), weightsAt / number);
    integers.set(indices.subarray(first, last), indicesAt / 4);
    integers.set(starts.subarray(from, to + 1), startsAt / 4);
    const w = weights === null ? 0 : weightsAt;
    const g = gram === null ? 0 : gramAt;
    if (solver === "cholesky") {
      const failed = kernels.ridgeRowsByCholesky(xAt, startsAt, indicesAt, w, targetsAt, fixedAt, ridgeAt, g, workAt, count, stride, size);
      if (failed < count) return from + failed;
    } else {
      kernels.ridgeRowsByCg(xAt, startsAt, indicesAt, w, targetsAt, fixedAt, ridgeAt, g, workAt, count, stride, solver.cgSteps);
    }
    for (let i = 0; i < count; i++) {
      const at = xAt / number + i * stride;
      const out = (from + i) * size;
      for (let j = 0; j < size; j++) x[out + j] = floats[at + j];
    }
    from = to;
  }
  return -1;
}

/** The most rows and entries that a chunk has. */
function chunkRoom(starts: Int32Array): { rows: number; entries: number } {
  const rows = starts.length - 1;
  let entries = Math.min(chunkEntries, starts[rows] - starts[0]);
  for (let i = 0; i < rows; i++) entries = Math.max(entries, starts[i + 1] - starts[i]);
  return { rows: Math.min(rows, chunkEntries), entries: entries + (entries % 2) };
}

/** Copies rows of `size` numbers to rows of `stride`, the rest 0. */
function widenInto(out: Float64Array, at: number, a: Float64Array, from: number, rows: number, size: number, stride: number): void {
  for (let i = 0; i < rows; i++) {
    const to = at + i * stride;
    const start = (from + i) * size;
    for (let j = 0; j < size; j++) out[to + j] = a[start + j];
    for (let j = size; j < stride; j++) out[to + j] = 0;
  }
}
