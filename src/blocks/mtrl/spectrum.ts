import { productInto, productWithTransposeInto, transposeInto } from "../../numeric/matrices/dense-product.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";

/**
 * S = (WᵀW + ε I)^{1/2} and its trace τ at one W, with the derivatives of (τ²)/2. W is given by its columns, which are the rows of `weights`
 * [tasks, features].
 *
 * Everything happens in the singular vectors of the smaller side, so that neither side is ever squared where the other is small. With
 * W = U diag(σ) Vᵀ, "modes" k run over min(tasks, features), e_k = (σ_k² + ε)^{1/2}, and M = diag(σ) times the other side's singular vectors:
 * - more tasks than features: M = Uᵀ W, and S has further eigenvalues √ε;
 * - otherwise M = (W V)ᵀ, and the e_k are all eigenvalues of S.
 *
 * The derivative of τ is W S⁻¹, that is M_k / e_k. Along X (rotated like M), with S dS + dS S = d(S²) in the modes' basis,
 *
 *   d(M_k / e_k) = (X_k − Σ_l D_kl M_l / e_l) / e_k,   D_kl = (X_k · M_l + M_k · X_l) / (e_k + e_l),   dτ = Σ_k X_k · M_k / e_k.
 */
export interface Spectrum {
  readonly side: "tasks" | "features";
  readonly tasks: number;
  readonly features: number;
  /** Row k is the singular vector of mode k on its side. Shape: [modes, modes]. */
  readonly basis: Float64Array;
  /** M. Shape: [modes, length], length = max(tasks, features). */
  readonly rotated: Float64Array;
  /** e_k. Shape: [modes]. */
  readonly root: Float64Array;
  readonly epsilon: number;
  /** τ = tr S. */
  readonly trace: number;
}

export function spectrumOf(weights: Float64Array, tasks: number, features: number, epsilon: number): Spectrum {
  const side = tasks <= features ? "tasks" : "features";
  const modes = Math.min(tasks, features);
  const length = Math.max(tasks, features);
  const rows = new Float64Array(modes * length);
  if (side === "tasks") rows.set(weights);
  else transposeInto(rows, weights, tasks, features);
  const gram = new Float64Array(modes * modes);
  productWithTransposeInto(gram, rows, rows, modes, length, modes);
  const basis = symmetricEigen(gram, modes).vectors;
  const rotated = new Float64Array(modes * length);
  productInto(rotated, basis, rows, modes, modes, length);
  const root = new Float64Array(modes);
  let trace = (tasks - modes) * Math.sqrt(epsilon);
  for (let k = 0; k < modes; k++) {
    // Taken from M rather than from the eigenvalue, whose error is relative to the largest one.
    let square = epsilon;
    for (let j = k * length; j < (k + 1) * length; j++) square += rotated[j] * rotated[j];
    root[k] = Math.sqrt(square);
    trace += root[k];
  }
  return { side, tasks, features, basis, rotated, root, epsilon, trace };
}

/** Memory that the functions below use again and again. */
export interface SpectrumScratch {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly small: Float64Array;
}

export function spectrumScratch(tasks: number, features: number): SpectrumScratch {
  const modes = Math.min(tasks, features);
  return { a: new Float64Array(tasks * features), b: new Float64Array(tasks * features), small: new Float64Array(modes * modes) };
}

/** out += scale W S⁻¹. Shape: out [tasks, features]. */
export function addTraceGradientInto(out: Float64Array, s: Spectrum, scale: number, scratch: SpectrumScratch): void {
  const { a } = scratch;
  const length = Math.max(s.tasks, s.features);
  for (let k = 0; k < s.root.length; k++) for (let j = k * length; j < (k + 1) * length; j++) a[j] = (scale * s.rotated[j]) / s.root[k];
  addFromModesInto(out, s, scratch);
}

/** out += scale times the Hessian of τ²/2 along `v`. Shapes: out, v [tasks, features]. */
export function addTraceHessianInto(out: Float64Array, s: Spectrum, v: Float64Array, scale: number, scratch: SpectrumScratch): void {
  const { rotated, root, trace } = s;
  const { a, b, small } = scratch;
  const modes = root.length;
  const length = Math.max(s.tasks, s.features);
  toModesInto(b, s, v, scratch);
  productWithTransposeInto(small, b, rotated, modes, length, modes);
  let change = 0;
  for (let k = 0; k < modes; k++) change += small[k * modes + k] / root[k];
  for (let k = 0; k < modes; k++) {
    for (let l = 0; l <= k; l++) {
      const d = (small[k * modes + l] + small[l * modes + k]) / (root[k] + root[l]);
      small[k * modes + l] = d / root[l];
      small[l * modes + k] = d / root[k];
    }
  }
  productInto(a, small, rotated, modes, modes, length);
  for (let k = 0; k < modes; k++)
    for (let j = k * length; j < (k + 1) * length; j++) a[j] = (scale * (trace * (b[j] - a[j]) + change * rotated[j])) / root[k];
  addFromModesInto(out, s, scratch);
}

/** out += scale τ V S⁻¹ with V given by its columns: the Hessian of (τ/2) tr(W S⁻¹ Wᵀ) with S held fixed. Shapes: out, v [tasks, features]. */
export function addFixedHessianInto(out: Float64Array, s: Spectrum, v: Float64Array, scale: number, scratch: SpectrumScratch): void {
  const { rotated, root, epsilon, trace, tasks, features } = s;
  const { a, b, small } = scratch;
  const modes = root.length;
  if (s.side === "tasks") {
    toModesInto(b, s, v, scratch);
    for (let k = 0; k < modes; k++) for (let j = k * features; j < (k + 1) * features; j++) a[j] = (scale * trace * b[j]) / root[k];
    addFromModesInto(out, s, scratch);
    return;
  }
  // S⁻¹ = I/√ε − Σ_k M_k M_kᵀ / (e_k √ε (e_k + √ε)).
  const floor = Math.sqrt(epsilon);
  productInto(small, rotated, v, modes, tasks, features);
  for (let k = 0; k < modes; k++) {
    const factor = (-scale * trace) / (root[k] * floor * (root[k] + floor));
    for (let j = k * features; j < (k + 1) * features; j++) small[j] *= factor;
  }
  transposeInto(a, rotated, modes, tasks);
  productInto(b, a, small, tasks, modes, features);
  const whole = (scale * trace) / floor;
  for (let j = 0; j < out.length; j++) out[j] += whole * v[j] + b[j];
}

/** Ω = S / τ. Shape: [tasks, tasks]. */
export function relationOf(s: Spectrum): Float64Array {
  const { tasks, rotated, root, epsilon, trace, basis } = s;
  const omega = new Float64Array(tasks * tasks);
  const modes = root.length;
  const floor = Math.sqrt(epsilon);
  const isTasks = s.side === "tasks";
  const vectors = isTasks ? basis : rotated;
  for (let k = 0; k < modes; k++) {
    // S = √ε I + Σ_k (e_k − √ε) v_k v_kᵀ, and (e_k − √ε) / σ_k² = 1 / (e_k + √ε).
    const factor = (isTasks ? root[k] : 1 / (root[k] + floor)) / trace;
    for (let i = 0; i < tasks; i++) {
      const scaled = factor * vectors[k * tasks + i];
      for (let j = 0; j < tasks; j++) omega[i * tasks + j] += scaled * vectors[k * tasks + j];
    }
  }
  if (!isTasks) for (let i = 0; i < tasks; i++) omega[i * tasks + i] += floor / trace;
  return omega;
}

/** out = v, given by columns, in the modes' basis. Shapes: out [modes, length], v [tasks, features]; uses scratch.a. */
export function toModesInto(out: Float64Array, s: Spectrum, v: Float64Array, scratch: SpectrumScratch): void {
  const { side, tasks, features, basis } = s;
  if (side === "tasks") productInto(out, basis, v, tasks, tasks, features);
  else {
    transposeInto(scratch.a, v, tasks, features);
    productInto(out, basis, scratch.a, features, features, tasks);
  }
}

/** out += what is in scratch.a, turned back; overwrites scratch.b. Shape: out [tasks, features]. */
export function addFromModesInto(out: Float64Array, s: Spectrum, { a, b, small }: SpectrumScratch): void {
  const { side, tasks, features, basis } = s;
  const modes = s.root.length;
  transposeInto(small, basis, modes, modes);
  productInto(b, small, a, modes, modes, Math.max(tasks, features));
  if (side === "tasks") for (let j = 0; j < out.length; j++) out[j] += b[j];
  else for (let k = 0; k < features; k++) for (let i = 0; i < tasks; i++) out[i * features + k] += b[k * tasks + i];
}
