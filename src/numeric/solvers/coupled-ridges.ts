import { kernelMemory, kernels } from "../matrices/kernels.ts";
import { solvePreconditionedInto } from "./preconditioned-solve.ts";

/**
 * Two sides of rows, f_u and g_i = (factors, 1), whose ridge problems hang together through entries (u, i) with residuals e:
 *
 *   A_u x_u + Σ_i B_ui y_i = b_u,   Σ_u B_uiᵀ x_u + C_i y_i = c_i,
 *   A_u = Σ_i g_i g_iᵀ + ridge_u I,   C_i = Σ_u f_u f_uᵀ + ridge_i I,   B_ui = g_i f_uᵀ − e_ui E,   E = I without the last row.
 *
 * Shapes: firstFactors [first, rank], secondFactors [second, rank], firstRidge [first], secondRidge [second], starts [first + 1], indices, residual [entries]
 * by first row, transposed { starts [second + 1], indices [entries] } by second row, firstSide (b) [first, rank + 1], secondSide (c) [second, rank + 1].
 */
export interface CoupledRidges {
  readonly rank: number;
  readonly firstFactors: Float64Array;
  readonly secondFactors: Float64Array;
  readonly firstRidge: Float64Array;
  readonly secondRidge: Float64Array;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly residual: Float64Array;
  readonly transposed: { readonly starts: Int32Array; readonly indices: Int32Array };
  readonly firstSide: Float64Array;
  readonly secondSide: Float64Array;
}

export interface CoupledSolution {
  /** x [first, rank + 1], y [second, rank + 1]. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Σ over the entries of x_u · g_i + y_i · f_u. */
  readonly entrySum: number;
  /** Steps of conjugate gradients. */
  readonly iterations: number;
  /** The first row whose block is not positive definite; null = all are. The solution is nothing then. */
  readonly failed: { readonly side: "first" | "second"; readonly row: number } | null;
}

/** "none": x = 0, y = C⁻¹ c. "once": x = −A⁻¹ B y besides. "all": the whole system. */
export type Coupling = "none" | "once" | "all";

const number = 8;

/**
 * For "all", x is eliminated: (C − Bᵀ A⁻¹ B) y = c − Bᵀ A⁻¹ b by conjugate gradients from 0, preconditioned by C. They end at `tolerance` (relative fall of
 * the preconditioned residual), at `maxSteps`, or at the first direction of curvature ≤ 0, which is not gone along: y is what the steps before it
 * gave, or the preconditioned right-hand side where it is the very first.
 */
export function solveCoupledRidges(
  problem: CoupledRidges,
  options: { readonly coupling: Coupling; readonly tolerance: number; readonly maxSteps: number },
): CoupledSolution {
  const { rank, starts, indices, residual, transposed, firstRidge, secondRidge } = problem;
  const [rows, others] = [firstRidge.length, secondRidge.length];
  const even = rank + (rank % 2);
  const stride = even + 2;
  const wide = 4 * Math.ceil(stride / 4);
  const size = { first: rows * stride, second: others * stride };

  let end = 0;
  const room = (bytes: number): number => {
    const at = end;
    end += 16 * Math.ceil(bytes / 16);
    return at;
  };
  const numbers = (count: number): number => room(count * number);
  const [f, g, first, second, out] = [size.first, size.second, size.first, size.second, size.second].map(numbers);
  const [middle, a, c, aInverse, cInverse] = [size.first, ...[rows, others, rows, others].map((count) => count * stride * stride)].map(
    numbers,
  );
  const [residuals, ridge, work] = [residual.length, Math.max(rows, others), (wide + 96) * wide].map(numbers);
  const [startsAt, indicesAt] = [room(4 * (Math.max(rows, others) + 1)), room(4 * indices.length)];
  const padding = room(stride);
  const { floats, integers } = kernelMemory(end);
  const view = (at: number, count: number): Float64Array => floats.subarray(at / number, at / number + count);

  widenInto(view(f, size.first), problem.firstFactors, null, rank, stride);
  widenInto(view(g, size.second), problem.secondFactors, null, rank, stride);
  const isPadded = new Uint8Array(floats.buffer, padding, stride).fill(0);
  isPadded[stride - 1] = 1;
  if (even > rank) isPadded[rank] = 1;

  const build = (blocks: number, inverse: number, entries: CoupledRidges["transposed"], fixed: number, by: Float64Array): number => {
    integers.set(entries.starts, startsAt / 4);
    integers.set(entries.indices, indicesAt / 4);
    floats.set(by, ridge / number);
    return kernels.ridgeBlocks(blocks, inverse, startsAt, indicesAt, fixed, ridge, work, by.length, stride, padding);
  };
  const nothing = { first: new Float64Array(0), second: new Float64Array(0), entrySum: NaN, iterations: 0 };
  const badSecond = build(c, cInverse, transposed, f, secondRidge);
  if (badSecond < others) return { ...nothing, failed: { side: "second", row: badSecond } };
  const badFirst = build(a, aInverse, { starts, indices }, g, firstRidge);
  if (badFirst < rows) return { ...nothing, failed: { side: "first", row: badFirst } };
  floats.set(residual, residuals / number);

  const [x, y, b] = [view(first, size.first), view(second, size.second), view(middle, size.first)];
  const gather = (): void => kernels.gatherCross(middle, second, f, g, startsAt, indicesAt, residuals, rows, stride);
  const scatter = (): void => kernels.scatterCross(out, first, f, g, startsAt, indicesAt, residuals, rows, stride);
  const invertFirst = (): void => kernels.blockProducts(first, aInverse, middle, rows, stride);
  const precondition = (to: Float64Array, r: Float64Array): void => {
    y.set(r);
    kernels.blockProducts(out, cInverse, second, others, stride);
    to.set(view(out, size.second));
  };

  let iterations = 0;
  const right = new Float64Array(size.second);
  widenInto(right, problem.secondSide, problem.secondSide, rank, stride);
  const solution = new Float64Array(size.second);
  if (options.coupling === "all") {
    widenInto(b, problem.firstSide, problem.firstSide, rank, stride);
    invertFirst();
    view(out, size.second).set(right);
    scatter();
    right.set(view(out, size.second));
    const system = {
      multiplyInto(to: Float64Array, v: Float64Array): void {
        y.set(v);
        gather();
        invertFirst();
        kernels.blockProducts(out, c, second, others, stride);
        scatter();
        to.set(view(out, size.second));
      },
      preconditionInto: precondition,
    };
    iterations = solvePreconditionedInto(solution, system, right, {
      tolerance: options.tolerance,
      maxIterations: options.maxSteps,
    }).iterations;
  }
  if (iterations === 0) precondition(solution, right);
  y.set(solution);
  x.fill(0);
  if (options.coupling !== "none") {
    gather();
    if (options.coupling === "once") for (let k = 0; k < b.length; k++) b[k] = -b[k];
    else subtractFrom(problem.firstSide, b, rank, stride);
    invertFirst();
  }
  const sumOf = (values: Float64Array, blocks: number, ridges: Float64Array): number => {
    let sum = 0;
    for (let row = 0; row < ridges.length; row++) {
      const bias = blocks / number + (row * stride + even) * stride;
      for (let k = 0; k <= even; k++) sum += floats[bias + k] * values[row * stride + k];
      sum -= ridges[row] * values[row * stride + even];
    }
    return sum;
  };
  return {
    first: narrowed(x, rank, stride),
    second: narrowed(y, rank, stride),
    entrySum: sumOf(x, a, firstRidge) + sumOf(y, c, secondRidge),
    iterations,
    failed: null,
  };
}

/** Rows (factors, 0, last, 0): `last` is 1, or stands behind the factors in rows of rank + 1. */
function widenInto(out: Float64Array, factors: Float64Array, last: Float64Array | null, rank: number, stride: number): void {
  const from = last === null ? rank : rank + 1;
  out.fill(0);
  for (let row = 0; row * stride < out.length; row++) {
    for (let k = 0; k < rank; k++) out[row * stride + k] = factors[row * from + k];
    out[row * stride + stride - 2] = last === null ? 1 : last[row * from + rank];
  }
}

/** out ← b − out. Shapes: b [rows, rank + 1], out [rows, stride]. */
function subtractFrom(b: Float64Array, out: Float64Array, rank: number, stride: number): void {
  for (let row = 0; row * stride < out.length; row++) {
    const to = row * stride;
    for (let k = 0; k < rank; k++) out[to + k] = b[row * (rank + 1) + k] - out[to + k];
    out[to + stride - 2] = b[row * (rank + 1) + rank] - out[to + stride - 2];
  }
}

function narrowed(wide: Float64Array, rank: number, stride: number): Float64Array {
  const rows = wide.length / stride;
  const out = new Float64Array(rows * (rank + 1));
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < rank; k++) out[row * (rank + 1) + k] = wide[row * stride + k];
    out[row * (rank + 1) + rank] = wide[row * stride + stride - 2];
  }
  return out;
}
