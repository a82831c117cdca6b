import type { SparseMatrix } from "../matrices/matrix.ts";
import { equalVectors } from "../matrices/vector.ts";
import { trustRegionNewton } from "./trust-region-newton.ts";

export interface SparseLogisticOptions {
  /** Rows to learn from. */
  readonly rows: Int32Array;
  /** 1 for the rows of the class, else 0. Shape: [x.rows]. */
  readonly isOf: Uint8Array;
  /** ½ ‖w‖² + cost · Σ losses. */
  readonly cost: number;
  /** Where the gradient has fallen to this fraction of what it is at θ = 0. */
  readonly tolerance: number;
  /** Weights near the answer save work. */
  readonly start?: Float64Array | undefined;
  readonly stop?: () => void;
}

/** Weights w and the free intercept b behind them, which minimise ½ ‖w‖² + cost Σ ln(1 + e^{−t (w·x + b)}), t = ±1, over some rows of x. Shape: [x.cols + 1]. */
export function fitSparseLogistic(x: SparseMatrix, { rows, isOf, cost, tolerance, start, stop }: SparseLogisticOptions): Float64Array {
  const { indptr, indices, values, cols } = x;
  const size = cols + 1;
  const known = new Float64Array(size).fill(NaN);
  const curvature = new Float64Array(rows.length);

  /** F(θ); the curvatures are those at θ from then on. */
  function evaluate(theta: Float64Array, out: Float64Array | null): number {
    known.set(theta);
    let value = 0;
    for (let j = 0; j < cols; j++) value += 0.5 * theta[j] * theta[j];
    if (out !== null) {
      out.set(theta);
      out[cols] = 0;
    }
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      const end = indptr[i + 1];
      let z = theta[cols];
      for (let p = indptr[i]; p < end; p++) z += values[p] * theta[indices[p]];
      const t = isOf[i] === 1 ? 1 : -1;
      const e = Math.exp(-Math.abs(z));
      value += cost * (Math.log1p(e) + (t * z < 0 ? Math.abs(z) : 0));
      curvature[r] = (cost * e) / ((1 + e) * (1 + e));
      if (out === null) continue;
      const slope = cost * ((z > 0 ? 1 : e) / (1 + e) - isOf[i]);
      for (let p = indptr[i]; p < end; p++) out[indices[p]] += slope * values[p];
      out[cols] += slope;
    }
    return value;
  }

  function moveTo(theta: Float64Array): void {
    if (!equalVectors(known, theta)) evaluate(theta, null);
  }

  const f = {
    size,
    gradientInto: (out: Float64Array, theta: Float64Array) => evaluate(theta, out),
    hessianVectorInto(out: Float64Array, theta: Float64Array, v: Float64Array): void {
      moveTo(theta);
      out.set(v);
      out[cols] = 0;
      for (let r = 0; r < rows.length; r++) {
        const from = indptr[rows[r]];
        const end = indptr[rows[r] + 1];
        let product = v[cols];
        for (let p = from; p < end; p++) product += values[p] * v[indices[p]];
        product *= curvature[r];
        for (let p = from; p < end; p++) out[indices[p]] += product * values[p];
        out[cols] += product;
      }
    },
    diagonalInto(out: Float64Array, theta: Float64Array): void {
      moveTo(theta);
      out.fill(1);
      out[cols] = 0;
      for (let r = 0; r < rows.length; r++) {
        for (let p = indptr[rows[r]]; p < indptr[rows[r] + 1]; p++) out[indices[p]] += curvature[r] * values[p] * values[p];
        out[cols] += curvature[r];
      }
    },
  };
  const theta = start?.slice() ?? new Float64Array(size);
  trustRegionNewton(f, theta, {
    tolerance,
    maxIterations: 60,
    ...(start === undefined ? {} : { reference: gradientAtZero(x, rows, isOf, cost) }),
    ...(stop === undefined ? {} : { stop }),
  });
  return theta;
}

/** ‖∇F(0)‖ in the metric of `trustRegionNewton`. */
function gradientAtZero({ indptr, indices, values, cols }: SparseMatrix, rows: Int32Array, isOf: Uint8Array, cost: number): number {
  const gradient = new Float64Array(cols + 1);
  const diagonal = new Float64Array(cols + 1).fill(1);
  diagonal[cols] = 1e-12;
  for (const i of rows) {
    const slope = cost * (0.5 - isOf[i]);
    for (let p = indptr[i]; p < indptr[i + 1]; p++) {
      gradient[indices[p]] += slope * values[p];
      diagonal[indices[p]] += 0.25 * cost * values[p] * values[p];
    }
    gradient[cols] += slope;
    diagonal[cols] += 0.25 * cost;
  }
  let sum = 0;
  for (let j = 0; j <= cols; j++) sum += (gradient[j] * gradient[j]) / diagonal[j];
  return Math.sqrt(sum);
}
