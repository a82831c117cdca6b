import { choleskyInPlace, choleskySolveInPlace } from "./cholesky.ts";
import { weightedGramInto } from "../matrices/gram.ts";
import { type HingeProblem, type HingeSolution, hingeSolution } from "./hinge.ts";
import { addScaledRowsInto, multiplyRowsInto } from "../matrices/matrix-vector.ts";

/**
 * Solves the hinge problem by a primal-dual interior point method (Mehrotra 1992; for support vector machines Ferris & Munson 2002, "Interior-point
 * methods for massive support vector machines"): some 20 steps, each a Gram matrix of the features, whatever the data. For few features.
 *
 * Slacks s, ξ ≥ 0 with t(Xw + b) − 1 = s − ξ, s α = μ and ξ (C − α) = μ. Taking ds, dξ and dα out of the Newton step leaves
 * (I + X̃ᵀ D⁻¹ X̃) [dw, db] with D = s/α + ξ/(C − α), and 0 in place of 1 for a free bias.
 */
export function solveHingeByInteriorPoint(
  problem: HingeProblem,
  options: { readonly tolerance: number; readonly maxIterations?: number; readonly stop?: () => void },
): HingeSolution {
  const { x, t, upper, freeBias } = problem;
  const { rows, cols } = x;
  const size = cols + 1;
  const floats = (): Float64Array => new Float64Array(rows);
  const alpha = upper.map((c) => c / 2);
  const s = floats().fill(1);
  const xi = floats().fill(2);
  const theta = new Float64Array(size);
  const [z, signed, inverse, violation, right, dz, dAlpha, dS, dXi, r1, r2] = Array.from({ length: 11 }, floats);
  const dual = new Float64Array(size);
  const matrix = new Float64Array(size * size);
  const step = new Float64Array(size);
  const maxIterations = options.maxIterations ?? 100;
  let best = hingeSolution(problem, alpha, 0);

  /** Solves for the step that aims at r1 = target − s α and r2 = target − ξ (C − α). */
  function direction(): void {
    for (let i = 0; i < rows; i++) {
      if (upper[i] === 0) continue;
      right[i] = violation[i] - r2[i] / (upper[i] - alpha[i]) + r1[i] / alpha[i];
      signed[i] = t[i] * inverse[i] * right[i];
    }
    for (let j = 0; j < size; j++) step[j] = dual[j] - (freeBias && j === cols ? 0 : theta[j]);
    addScaledRowsInto(step, 0, x, signed, 0, rows);
    for (let i = 0; i < rows; i++) step[cols] += signed[i];
    choleskySolveInPlace(step, matrix, size);
    multiplyRowsInto(dz, x, step, 0, 0, rows);
    for (let i = 0; i < rows; i++) {
      if (upper[i] === 0) continue;
      dAlpha[i] = inverse[i] * (right[i] - t[i] * (dz[i] + step[cols]));
      dS[i] = (r1[i] - s[i] * dAlpha[i]) / alpha[i];
      dXi[i] = (r2[i] + xi[i] * dAlpha[i]) / (upper[i] - alpha[i]);
    }
  }

  /** The longest step in [0, 1] that keeps α, C − α, s and ξ positive. */
  function longestStep(): number {
    let length = 1;
    for (let i = 0; i < rows; i++) {
      if (upper[i] === 0) continue;
      if (dAlpha[i] < 0) length = Math.min(length, -alpha[i] / dAlpha[i]);
      if (dAlpha[i] > 0) length = Math.min(length, (upper[i] - alpha[i]) / dAlpha[i]);
      if (dS[i] < 0) length = Math.min(length, -s[i] / dS[i]);
      if (dXi[i] < 0) length = Math.min(length, -xi[i] / dXi[i]);
    }
    return length;
  }

  /** Σ s α + ξ (C − α) after a step. */
  function complementarity(length: number): number {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      if (upper[i] === 0) continue;
      const a = alpha[i] + length * dAlpha[i];
      sum += (s[i] + length * dS[i]) * a + (xi[i] + length * dXi[i]) * (upper[i] - a);
    }
    return sum;
  }

  const active = upper.reduce((count, c) => count + (c > 0 ? 1 : 0), 0);
  for (let iteration = 1; iteration <= maxIterations && best.gap > options.tolerance; iteration++) {
    options.stop?.();
    multiplyRowsInto(z, x, theta, 0, 0, rows);
    for (let i = 0; i < rows; i++) signed[i] = alpha[i] * t[i];
    dual.fill(0);
    addScaledRowsInto(dual, 0, x, signed, 0, rows);
    for (let i = 0; i < rows; i++) {
      dual[cols] += signed[i];
      if (upper[i] === 0) continue;
      inverse[i] = 1 / (xi[i] / (upper[i] - alpha[i]) + s[i] / alpha[i]);
      violation[i] = 1 - xi[i] + s[i] - t[i] * (z[i] + theta[cols]);
    }
    weightedGramInto(matrix, x, inverse);
    for (let j = 0; j < cols + (freeBias ? 0 : 1); j++) matrix[j * size + j] += 1;
    if (!choleskyInPlace(matrix, size)) break;

    for (let i = 0; i < rows; i++) {
      r1[i] = -s[i] * alpha[i];
      r2[i] = -xi[i] * (upper[i] - alpha[i]);
    }
    dAlpha.fill(0);
    dS.fill(0);
    dXi.fill(0);
    const before = complementarity(0);
    direction();
    const centring = (complementarity(longestStep()) / before) ** 3;
    const target = (centring * before) / (2 * active);
    for (let i = 0; i < rows; i++) {
      r1[i] += target - dS[i] * dAlpha[i];
      r2[i] += target + dXi[i] * dAlpha[i];
    }
    direction();
    const length = Math.min(1, 0.995 * longestStep());
    for (let i = 0; i < rows; i++) {
      if (upper[i] === 0) continue;
      alpha[i] += length * dAlpha[i];
      s[i] += length * dS[i];
      xi[i] += length * dXi[i];
    }
    for (let j = 0; j < size; j++) theta[j] += length * step[j];
    const next = hingeSolution(problem, alpha, iteration);
    if (next.gap < best.gap) best = next;
    else if (iteration > 60) break;
  }
  return best;
}
