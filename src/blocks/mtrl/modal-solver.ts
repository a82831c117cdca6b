import { productInto, productWithTransposeInto } from "../../numeric/matrices/dense-product.ts";
import { type Spectrum, type SpectrumScratch, addFromModesInto, toModesInto } from "./spectrum.ts";

export interface ModalOptions {
  /** C. Shape: [features, features]. */
  readonly mean: Float64Array;
  readonly weightDecay: number;
  readonly relationDecay: number;
}

/**
 * For more tasks than features: (I ⊗ diag(C) + λ₁ I + λ₂ τ ∇²τ)⁻¹, with the diagonal taken in the basis of the modes.
 *
 * With v_l = M_l / σ_l and z_kl the part of mode k along v_l, τ = Σ_k (σ_k² + ε)^{1/2} is a function of singular values, whose Hessian is known
 * (Lewis & Sendov 2005): it couples z_kl with z_lk alone, and with f(σ) = (σ² + ε)^{1/2}, f' = σ/e,
 *
 *   on (z_kl + z_lk)/√2: (f'_k − f'_l) / (σ_k − σ_l) = ε (σ_k + σ_l) / (e_k e_l (σ_k e_l + σ_l e_k)),
 *   on (z_kl − z_lk)/√2: (f'_k + f'_l) / (σ_k + σ_l) = (σ_k e_l + σ_l e_k) / (e_k e_l (σ_k + σ_l)),
 *   across all v_l, and along those of modes with no length: 1 / e_k.
 */
export function modalSolver(s: Spectrum, options: ModalOptions, scratch: SpectrumScratch): (out: Float64Array, v: Float64Array) => void {
  const { rotated, root, epsilon, tasks, features: modes, basis, trace } = s;
  const { mean, weightDecay, relationDecay } = options;
  const scale = relationDecay * trace;
  const sigma = root.map((e) => Math.sqrt(Math.max(0, e * e - epsilon)));
  const hasLength = sigma.map((value) => (value > 1e-3 * Math.sqrt(epsilon) ? 1 : 0));
  const bend = diagonalIn(basis, mean, modes);
  const across = root.map((e, k) => 1 / (weightDecay + scale / e + bend[k]));

  // What z_kl and z_lk contribute to the answer beyond `across`, divided by the lengths that rotated rows bring along.
  const own = new Float64Array(modes * modes);
  const other = new Float64Array(modes * modes);
  for (let k = 0; k < modes; k++) {
    for (let l = 0; l < modes; l++) {
      if (hasLength[k] * hasLength[l] === 0) continue;
      const at = k * modes + l;
      const cross = sigma[k] * root[l] + sigma[l] * root[k];
      const both = root[k] * root[l];
      const even = (scale * epsilon * (sigma[k] + sigma[l])) / (both * cross);
      const odd = (scale * cross) / (both * (sigma[k] + sigma[l]));
      const mine = weightDecay + bend[k] + 0.5 * (even + odd);
      const theirs = weightDecay + bend[l] + 0.5 * (even + odd);
      const swap = 0.5 * (even - odd);
      if (k === l) own[at] = (1 / (mine + swap) - across[k]) / (sigma[l] * sigma[l]);
      else {
        const determinant = mine * theirs - swap * swap;
        own[at] = (theirs / determinant - across[k]) / (sigma[l] * sigma[l]);
        other[at] = -swap / (determinant * sigma[k] * sigma[l]);
      }
    }
  }

  const inner = new Float64Array(modes * modes);
  return (out, v) => {
    const { a, b, small } = scratch;
    toModesInto(b, s, v, scratch);
    productWithTransposeInto(small, b, rotated, modes, tasks, modes);
    for (let k = 0; k < modes; k++)
      for (let l = 0; l < modes; l++) {
        const at = k * modes + l;
        inner[at] = own[at] * small[at] + other[at] * small[l * modes + k];
      }
    productInto(a, inner, rotated, modes, modes, tasks);
    for (let k = 0; k < modes; k++) for (let j = k * tasks; j < (k + 1) * tasks; j++) a[j] += across[k] * b[j];
    out.fill(0);
    addFromModesInto(out, s, scratch);
  };
}

/** q_k · mean q_k for each row q_k of the basis, kept above 0. */
function diagonalIn(basis: Float64Array, mean: Float64Array, modes: number): Float64Array {
  const turned = new Float64Array(modes * modes);
  productInto(turned, basis, mean, modes, modes, modes);
  const out = new Float64Array(modes);
  for (let k = 0; k < modes; k++) for (let j = 0; j < modes; j++) out[k] += turned[k * modes + j] * basis[k * modes + j];
  const largest = out.reduce((top, value) => Math.max(top, value), 0);
  return out.map((value) => Math.max(value, 1e-12 * largest, 1e-100));
}
