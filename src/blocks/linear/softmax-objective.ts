import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import { weightedGramInto } from "../../numeric/matrices/gram.ts";
import { addScaledRowInto, rowDot } from "../../numeric/matrices/matrix.ts";
import { passOverRows } from "../../numeric/matrices/row-pass.ts";
import { equalVectors, norm } from "../../numeric/matrices/vector.ts";
import { solveIteratively } from "./block-hessian.ts";
import { type BiasKind, addPenaltyInto, blockScoresInto, penaltyOf, rowShares, unitShare } from "./layout.ts";
import type { LinearObjective } from "./objective.ts";

export interface SoftmaxObjectiveOptions {
  readonly weightDecay: number;
  readonly bias: BiasKind;
  readonly factorLimit?: number;
}

/**
 * F(θ) = Σ_i c_i [ln Σ_k e^{z_ik} − z_{i,y_i}] + (λ/2) Σ_k ‖w_k‖² with z_ik = w_k·x_i + b_k: multinomial logistic regression over K classes, as
 * scikit-learn's LogisticRegression has it with λ = 1 / (C n). With p = softmax(z), ∇_k = Σ c (p_k − [y = k]) x̃ and
 * H_kl = Σ c p_k ([k = l] − p_l) x̃ x̃ᵀ + λ I.
 *
 * Adding one vector to every block that is not penalised (the free biases; everything where λ = 0) changes nothing: H is singular along that
 * gauge. Every row gradient is orthogonal to it, so systems with such a g have solutions, and `solveHessian` returns the one without gauge part.
 */
export function softmaxObjective(data: Dataset, options: SoftmaxObjectiveOptions): LinearObjective {
  const { weightDecay, bias, factorLimit = 600 } = options;
  if (data.target.kind !== "classes") throw new Error("a softmax needs classes");
  const { x, y } = data;
  const { rows, cols } = x;
  const classes = data.target.names.length;
  const blockSize = cols + 1;
  const size = classes * blockSize;
  const share = rowShares(data);
  /** At the last θ. Shape: [classes, rows]. */
  const probability = Array.from({ length: classes }, () => new Float64Array(rows));
  const known = new Float64Array(size).fill(NaN);
  let factor: Float64Array | null = null;

  function evaluate(theta: Float64Array, out: Float64Array | null): number {
    known.set(theta);
    factor = null;
    let value = penaltyOf(theta, blockSize, weightDecay, bias);
    passOverRows(x, { blocks: theta, sums: out }, (z, from, count, stride) => {
      for (let r = 0, i = from; r < count; r++, i++) {
        let top = -Infinity;
        for (let k = 0; k < classes; k++) top = Math.max(top, z[k * stride + r]);
        const ofLabel = z[y[i] * stride + r] - top;
        let total = 0;
        for (let k = 0; k < classes; k++) total += probability[k][i] = Math.exp(z[k * stride + r] - top);
        for (let k = 0; k < classes; k++) {
          probability[k][i] /= total;
          z[k * stride + r] = share[i] * (probability[k][i] - (y[i] === k ? 1 : 0));
        }
        value += share[i] * (Math.log(total) - ofLabel);
      }
    });
    if (out !== null) addPenaltyInto(out, theta, blockSize, weightDecay, bias);
    return value;
  }

  function moveTo(theta: Float64Array): void {
    if (!equalVectors(known, theta)) evaluate(theta, null);
  }

  function multiplyInto(out: Float64Array, v: Float64Array): void {
    passOverRows(x, { blocks: v, sums: out }, (z, from, count, stride) => {
      for (let r = 0, i = from; r < count; r++, i++) {
        let mean = 0;
        for (let k = 0; k < classes; k++) mean += probability[k][i] * z[k * stride + r];
        for (let k = 0; k < classes; k++) z[k * stride + r] = share[i] * probability[k][i] * (z[k * stride + r] - mean);
      }
    });
    addPenaltyInto(out, v, blockSize, weightDecay, bias);
  }

  function diagonalInto(out: Float64Array): void {
    passOverRows(x, { blocks: null, sums: out, squared: true }, (z, from, count, stride) => {
      for (let k = 0; k < classes; k++) {
        const p = probability[k];
        for (let r = 0, i = from; r < count; r++, i++) z[k * stride + r] = share[i] * p[i] * (1 - p[i]);
      }
    });
    addPenaltyInto(out, new Float64Array(size).fill(1), blockSize, weightDecay, bias);
  }

  /** H plus a penalty on the gauge, factored; null where it is singular for another reason, or large. */
  function factorise(): Float64Array | null {
    if (size > factorLimit) return null;
    const h = new Float64Array(size * size);
    const gram = new Float64Array(blockSize * blockSize);
    const weight = new Float64Array(rows);
    for (let k = 0; k < classes; k++) {
      for (let l = 0; l <= k; l++) {
        const p = probability[k];
        const q = probability[l];
        for (let i = 0; i < rows; i++) weight[i] = share[i] * p[i] * (k === l ? 1 - p[i] : q[i]);
        weightedGramInto(gram, x, weight);
        const sign = k === l ? 1 : -1;
        for (let a = 0; a < blockSize; a++) {
          for (let b = 0; b < blockSize; b++)
            h[(k * blockSize + a) * size + l * blockSize + b] = sign * gram[Math.max(a, b) * blockSize + Math.min(a, b)];
          const at = (k * blockSize + a) * size + l * blockSize + a;
          if (isGauge(a, cols, options)) h[at] += 1 / classes;
          else if (k === l) h[at] += weightDecay;
        }
      }
    }
    return choleskyInPlace(h, size) ? h : null;
  }

  /** Softmax of row i of `of` under θ. Shape: out [classes]. */
  function rowProbabilitiesInto(out: Float64Array, theta: Float64Array, of: Dataset, i: number): void {
    for (let k = 0; k < classes; k++) out[k] = rowDot(of.x, i, theta, k * blockSize) + theta[k * blockSize + cols];
    softmaxInPlace(out, 0, classes);
  }

  function addRowGradientInto(out: Float64Array, theta: Float64Array, of: Dataset, i: number): void {
    const p = new Float64Array(classes);
    rowProbabilitiesInto(p, theta, of, i);
    for (let k = 0; k < classes; k++) {
      const slope = p[k] - (of.y[i] === k ? 1 : 0);
      addScaledRowInto(out, of.x, i, slope, k * blockSize);
      out[k * blockSize + cols] += slope;
    }
  }

  return {
    size,
    convexity: weightDecay,
    value: (theta) => evaluate(theta, null),
    gradientInto: (out, theta) => evaluate(theta, out),
    hessianVectorInto(out, theta, v) {
      moveTo(theta);
      multiplyInto(out, v);
    },
    diagonalInto(out, theta) {
      moveTo(theta);
      diagonalInto(out);
    },
    solveHessian(theta, g, tolerance) {
      moveTo(theta);
      const v = g.slice();
      if (removeGaugeInPlace(v, classes, options) > 1e-8 * norm(g))
        throw new NumericalError("the Hessian is singular: g moves all classes by the same amount");
      factor ??= factorise();
      if (factor !== null) choleskySolveInPlace(v, factor, size);
      else {
        const diagonal = new Float64Array(size);
        diagonalInto(diagonal);
        solveIteratively(v, { diagonal, multiplyInto }, tolerance);
      }
      removeGaugeInPlace(v, classes, options);
      return v;
    },
    rowShare: () => unitShare(data),
    rowGradientInto(out, theta, of, i) {
      out.fill(0);
      addRowGradientInto(out, theta, of, i);
    },
    addRowGradientInto,
    rowSensitivitiesInto(out, theta, v, of) {
      const count = of.x.rows;
      const z = Array.from({ length: classes }, () => new Float64Array(count));
      const moved = Array.from({ length: classes }, () => new Float64Array(count));
      for (let k = 0; k < classes; k++) {
        blockScoresInto(z[k], of.x, theta, k);
        blockScoresInto(moved[k], of.x, v, k);
      }
      const p = new Float64Array(classes);
      for (let i = 0; i < count; i++) {
        for (let k = 0; k < classes; k++) p[k] = z[k][i];
        softmaxInPlace(p, 0, classes);
        out[i] = -moved[of.y[i]][i];
        for (let k = 0; k < classes; k++) out[i] += p[k] * moved[k][i];
      }
    },
    /** With s_k = v_k·x̃: ∂/∂x Σ_k (p_k − [y = k]) s_k = Σ_k (p_k − [y = k]) v_k + Σ_k p_k (s_k − Σ_l p_l s_l) w_k. */
    rowDerivativeInto(out, theta, v, of, i) {
      const p = new Float64Array(classes);
      rowProbabilitiesInto(p, theta, of, i);
      const s = p.map((_, k) => rowDot(of.x, i, v, k * blockSize) + v[k * blockSize + cols]);
      let mean = 0;
      for (let k = 0; k < classes; k++) mean += p[k] * s[k];
      out.fill(0);
      for (let k = 0; k < classes; k++) {
        const offset = k * blockSize;
        const slope = p[k] - (of.y[i] === k ? 1 : 0);
        const bend = p[k] * (s[k] - mean);
        for (let j = 0; j < cols; j++) out[j] += slope * v[offset + j] + bend * theta[offset + j];
      }
    },
    labelDerivative() {
      throw new Error("class labels have no derivative");
    },
  };
}

/**
 * Takes out of θ (or a direction) what moves all classes alike and changes no prediction; returns the norm of it. Shape: v [classes * blockSize].
 */
export function removeGaugeInPlace(v: Float64Array, classes: number, options: SoftmaxObjectiveOptions): number {
  const blockSize = v.length / classes;
  let removed = 0;
  for (let j = 0; j < blockSize; j++) {
    if (!isGauge(j, blockSize - 1, options)) continue;
    let mean = 0;
    for (let k = 0; k < classes; k++) mean += v[k * blockSize + j] / classes;
    for (let k = 0; k < classes; k++) v[k * blockSize + j] -= mean;
    removed += classes * mean * mean;
  }
  return Math.sqrt(removed);
}

/** Whether entry j of every block is without penalty. */
function isGauge(j: number, biasAt: number, { weightDecay, bias }: SoftmaxObjectiveOptions): boolean {
  return weightDecay === 0 || (bias === "free" && j === biasAt);
}

/** Replaces `count` scores from `from` on by their softmax; returns ln Σ e^z. */
export function softmaxInPlace(scores: Float64Array, from: number, count: number): number {
  let top = -Infinity;
  for (let k = from; k < from + count; k++) if (scores[k] > top) top = scores[k];
  let total = 0;
  for (let k = from; k < from + count; k++) total += scores[k] = Math.exp(scores[k] - top);
  for (let k = from; k < from + count; k++) scores[k] /= total;
  return top + Math.log(total);
}
