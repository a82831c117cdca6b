import { digamma, inverseTrigamma } from "./gamma-derivatives.ts";

/** A variance that is known as if from a sample: `degrees` × `variance` / σ² is about χ² with so many degrees of freedom. */
export interface KnownVariance {
  readonly variance: number;
  readonly degrees: number;
}

const step = 0.25;
/** Standard deviations of ln σ that are weighed, how much of that axis each stands for, and the scale of the half-Cauchy prior (Gelman 2006). */
const unlikes = [0, 0.15, 0.3, 0.5, 0.75, 1, 1.5, 2];
const widths = [0.075, 0.15, 0.175, 0.225, 0.25, 0.375, 0.5, 0.5];
const scale = 0.5;
/** What the others are worth: a scatter of one figure that is unlike all others is no draw from a normal law of ln σ. */
const trust = 0.7;
/** How far beyond the variances that were seen a true one is looked for, on the axis of ln σ: of few pairs the own one is often far too small. */
const below = 2;
const above = 6;

/**
 * What variances of one number of degrees d tell of each other, σ_k = exp(u_k) with u_k normal around μ with standard deviation τ, nothing known of μ, and τ half-Cauchy: of each u_k
 * the posterior ∝ p(s_k² | u_k) ∫∫ N(u_k; μ, τ) ∏_{j≠k} [∫ p(s_j² | u) N(u; μ, τ) du]^w dμ p(τ) dτ on a grid, given as the scaled inverse χ² with its mean and variance of ln σ². As Smyth
 * 2004 (Stat. Appl. Genet. Mol. Biol. 3), but with what is not known of μ and τ in it, which a dozen variances leave wide. w < 1 where the witnesses are not independent:
 * w (K − 1) = 0.7 (K / (1 + (K − 1) shared) − 1).
 *
 * @param variances s², > 0; at least one
 * @param degrees d of each; ≥ 1
 * @param shared mean square correlation of what two of them are of, in [0, 1]
 */
export function posteriorVariances(variances: readonly number[], degrees: number, shared: number): KnownVariance[] {
  const count = variances.length;
  const weight = count > 1 ? (trust * (count / (1 + (count - 1) * shared) - 1)) / (count - 1) : 0;
  const seen = variances.map((variance) => Math.log(variance) / 2);
  const first = Math.min(...seen) - below;
  const cells = Math.ceil((Math.max(...seen) + above - first) / step) + 1;
  const likely = seen.map((own) =>
    Float64Array.from({ length: cells }, (_, g) => {
      const ratio = 2 * (own - (first + g * step));
      return Math.exp((degrees / 2) * (ratio + 1 - Math.exp(ratio)));
    }),
  );
  const priors = likely.map(() => new Float64Array(cells));
  const logs = likely.map(() => new Float64Array(cells));
  const all = new Float64Array(cells);
  const others = new Float64Array(cells);
  const spread = new Float64Array(cells);
  unlikes.forEach((unlike, t) => {
    const kernel = normalKernel(unlike, cells);
    all.fill(0);
    for (let k = 0; k < count; k++) {
      smoothInto(spread, likely[k], kernel);
      for (let g = 0; g < cells; g++) {
        logs[k][g] = Math.log(spread[g] + Number.MIN_VALUE);
        all[g] += logs[k][g];
      }
    }
    const prior = widths[t] / (1 + (unlike / scale) ** 2);
    for (let k = 0; k < count; k++) {
      for (let g = 0; g < cells; g++) others[g] = prior * Math.exp(weight * (all[g] - logs[k][g]));
      smoothInto(spread, others, kernel);
      for (let g = 0; g < cells; g++) priors[k][g] += spread[g];
    }
  });
  return likely.map((own, k) => matched(own, priors[k], first));
}

/** The scaled inverse χ² whose ln σ² has the mean and variance of a posterior on the grid: ψ and trigamma of degrees / 2. */
function matched(likely: Float64Array, prior: Float64Array, first: number): KnownVariance {
  let mass = 0;
  let sum = 0;
  let squares = 0;
  for (let g = 0; g < likely.length; g++) {
    const chance = likely[g] * prior[g];
    const log = 2 * (first + g * step);
    mass += chance;
    sum += chance * log;
    squares += chance * log * log;
  }
  const mean = sum / mass;
  const degrees = 2 * inverseTrigamma(squares / mass - mean * mean);
  return { degrees, variance: Math.exp(mean + digamma(degrees / 2) - Math.log(degrees / 2)) };
}

/** Half of a normal density on the grid, the middle first; its sum over both sides is 1. */
function normalKernel(deviation: number, cells: number): Float64Array {
  const reach = Math.min(cells - 1, Math.ceil((3 * deviation) / step));
  const kernel = Float64Array.from({ length: reach + 1 }, (_, b) => (b === 0 ? 1 : Math.exp(-0.5 * ((b * step) / deviation) ** 2)));
  const sum = kernel.reduce((total, value) => total + 2 * value, -kernel[0]);
  return kernel.map((value) => value / sum);
}

/** Shapes: out, values [cells]; nothing lies beyond the ends. */
function smoothInto(out: Float64Array, values: Float64Array, kernel: Float64Array): void {
  for (let g = 0; g < values.length; g++) out[g] = kernel[0] * values[g];
  for (let b = 1; b < kernel.length; b++) {
    const share = kernel[b];
    for (let g = b; g < values.length; g++) {
      out[g] += share * values[g - b];
      out[g - b] += share * values[g];
    }
  }
}
