import { productInto, transposeInto } from "../../numeric/matrices/dense-product.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import { addFixedHessianInto, addTraceGradientInto, addTraceHessianInto, relationOf, spectrumOf, spectrumScratch } from "./spectrum.ts";
import { modalSolver } from "./modal-solver.ts";

/**
 * The penalty (λ₁/2) ‖W‖² + (λ₂/2) tr(W Ω⁻¹ Wᵀ) of multi-task relationship learning at one W, with Ω = S / τ minimised out (the second term is then
 * (λ₂/2) τ²) or given. With Ω held, its Hessian is A ⊗ I, A = λ₁ I + λ₂ Ω⁻¹ on the side of the tasks. W, v and out are given by columns:
 * shape [tasks, features].
 */
export interface Penalty {
  readonly value: number;
  /** out += the gradient. */
  addGradientInto(out: Float64Array): void;
  /** out += the Hessian times v, with Ω following W unless it was given. */
  addHessianInto(out: Float64Array, v: Float64Array): void;
  /** out += (A ⊗ I) v. With Ω minimised out this is never below the Hessian, so a step made with it never overshoots. */
  addFixedHessianInto(out: Float64Array, v: Float64Array): void;
  /** out = (A ⊗ I + I ⊗ diag(bend))⁻¹ v. Shapes: bend [features], all > 0. */
  solveShiftedInto(out: Float64Array, v: Float64Array, bend: Float64Array): void;
  /** Nearly (Hessian + I ⊗ mean)⁻¹ where Ω follows W; null where `solveShiftedInto` has to do. Shape: mean [features, features]. */
  prepareExact(mean: Float64Array): ((out: Float64Array, v: Float64Array) => void) | null;
  /** Ω. Shape: [tasks, tasks]. */
  relation(): Float64Array;
}

export interface PenaltySettings {
  /** λ₁. */
  readonly weightDecay: number;
  /** λ₂. */
  readonly relationDecay: number;
  /** ε in S = (WᵀW + ε I)^{1/2}. */
  readonly epsilon: number;
}

export type PenaltyAt = (weights: Float64Array) => Penalty;

/** The penalty with Ω minimised out. */
export function relationPenalty(settings: PenaltySettings, tasks: number, features: number): PenaltyAt {
  const { weightDecay, relationDecay, epsilon } = settings;
  const scratch = spectrumScratch(tasks, features);
  const modes = Math.min(tasks, features);

  return (weights) => {
    const s = spectrumOf(weights, tasks, features, epsilon);
    const floor = Math.sqrt(epsilon);
    const scale = relationDecay * s.trace;

    /** (A + c)⁻¹ = I / (α + c) + Σ_k M_k M_kᵀ λ₂τ / (e_k √ε (e_k + √ε) (a_k + c) (α + c)), with a_k = λ₁ + λ₂τ/e_k and α = λ₁ + λ₂τ/√ε. */
    function solveOnFeatureSide(out: Float64Array, v: Float64Array, bend: Float64Array): void {
      const { a, b, small } = scratch;
      const alpha = weightDecay + scale / floor;
      productInto(small, s.rotated, v, modes, tasks, features);
      for (let k = 0; k < modes; k++) {
        const root = s.root[k];
        const own = weightDecay + scale / root;
        const factor = scale / (root * floor * (root + floor));
        for (let j = 0; j < features; j++) small[k * features + j] *= factor / ((own + bend[j]) * (alpha + bend[j]));
      }
      transposeInto(a, s.rotated, modes, tasks);
      productInto(b, a, small, tasks, modes, features);
      for (let i = 0; i < tasks; i++) for (let j = 0, p = i * features; j < features; j++, p++) out[p] = v[p] / (alpha + bend[j]) + b[p];
    }

    return {
      value: 0.5 * weightDecay * squareOf(weights) + 0.5 * relationDecay * s.trace * s.trace,
      addGradientInto(out) {
        for (let j = 0; j < out.length; j++) out[j] += weightDecay * weights[j];
        addTraceGradientInto(out, s, scale, scratch);
      },
      addHessianInto(out, v) {
        for (let j = 0; j < out.length; j++) out[j] += weightDecay * v[j];
        addTraceHessianInto(out, s, v, relationDecay, scratch);
      },
      addFixedHessianInto(out, v) {
        for (let j = 0; j < out.length; j++) out[j] += weightDecay * v[j];
        addFixedHessianInto(out, s, v, relationDecay, scratch);
      },
      solveShiftedInto(out, v, bend) {
        if (s.side === "features") solveOnFeatureSide(out, v, bend);
        else {
          const own = s.root.map((root) => weightDecay + scale / root);
          solveInBasis(out, v, bend, { basis: s.basis, own, scratch, tasks, features });
        }
      },
      prepareExact: (mean) => (s.side === "tasks" ? null : modalSolver(s, { mean, weightDecay, relationDecay }, scratch)),
      relation: () => relationOf(s),
    };
  };
}

/** The penalty with this Ω, which must be positive definite. Shape: omega [tasks, tasks]. */
export function fixedRelationPenalty(settings: PenaltySettings, omega: Float64Array, tasks: number, features: number): PenaltyAt {
  const { weightDecay, relationDecay } = settings;
  const { values, vectors } = symmetricEigen(omega, tasks);
  const own = values.map((value) => weightDecay + relationDecay / value);
  const a = new Float64Array(tasks * tasks);
  for (let k = 0; k < tasks; k++)
    for (let i = 0; i < tasks; i++)
      for (let j = 0; j < tasks; j++) a[i * tasks + j] += own[k] * vectors[k * tasks + i] * vectors[k * tasks + j];
  const scratch = { a: new Float64Array(tasks * features), b: new Float64Array(tasks * features), small: new Float64Array(tasks * tasks) };

  function addProductInto(out: Float64Array, v: Float64Array): void {
    productInto(scratch.a, a, v, tasks, tasks, features);
    for (let j = 0; j < out.length; j++) out[j] += scratch.a[j];
  }

  return (weights) => ({
    get value() {
      productInto(scratch.a, a, weights, tasks, tasks, features);
      let sum = 0;
      for (let j = 0; j < weights.length; j++) sum += weights[j] * scratch.a[j];
      return 0.5 * sum;
    },
    addGradientInto: (out) => addProductInto(out, weights),
    addHessianInto: addProductInto,
    addFixedHessianInto: addProductInto,
    solveShiftedInto: (out, v, bend) => solveInBasis(out, v, bend, { basis: vectors, own, scratch, tasks, features }),
    prepareExact: () => null,
    relation: () => omega,
  });
}

interface TaskBasis {
  /** Eigenvectors of A, row by row, and its eigenvalues. */
  readonly basis: Float64Array;
  readonly own: Float64Array;
  readonly scratch: { readonly a: Float64Array; readonly b: Float64Array; readonly small: Float64Array };
  readonly tasks: number;
  readonly features: number;
}

function solveInBasis(out: Float64Array, v: Float64Array, bend: Float64Array, { basis, own, scratch, tasks, features }: TaskBasis): void {
  const { a, small } = scratch;
  productInto(a, basis, v, tasks, tasks, features);
  for (let k = 0; k < tasks; k++) for (let j = 0; j < features; j++) a[k * features + j] /= own[k] + bend[j];
  transposeInto(small, basis, tasks, tasks);
  productInto(out, small, a, tasks, tasks, features);
}

function squareOf(v: Float64Array): number {
  let sum = 0;
  for (const value of v) sum += value * value;
  return sum;
}
