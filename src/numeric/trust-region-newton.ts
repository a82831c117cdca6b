import { addScaledInto, dot } from "./vector.ts";

/** A convex function with its first two derivatives. */
export interface SmoothFunction {
  readonly size: number;
  /** out = ∇F(θ); returns F(θ). */
  gradientInto(out: Float64Array, theta: Float64Array): number;
  /** out = H(θ) v. */
  hessianVectorInto(out: Float64Array, theta: Float64Array, v: Float64Array): void;
  /** out = the diagonal of H(θ). */
  diagonalInto(out: Float64Array, theta: Float64Array): void;
}

export interface NewtonOptions {
  /** Stop once ‖∇F‖ has fallen to this fraction of what it was at the start (or of `reference`). */
  readonly tolerance: number;
  /** Stop once ‖∇F‖ is this small, whatever it was at the start. */
  readonly floor?: number;
  /** The ‖∇F‖ that the tolerance is relative to, for a start that is already good. */
  readonly reference?: number;
  readonly maxIterations?: number;
  /** Asked once an iteration. */
  readonly stop?: () => void;
}

export interface NewtonResult {
  readonly value: number;
  readonly gradientNorm: number;
  readonly iterations: number;
  /** Products with a Hessian. */
  readonly products: number;
  readonly converged: boolean;
}

/**
 * Minimises F from `theta`, in place, by trust-region Newton steps found by conjugate gradients (Lin, Weng & Keerthi 2008, "Trust region Newton
 * method for large-scale logistic regression", JMLR 9, algorithms 1–2), preconditioned by the diagonal of H at the start, which is also the metric
 * of the trust region and of every norm here: ‖g‖² = Σ_j g_j² / H_jj. So it stops at the same θ whatever units the features are in.
 */
export function trustRegionNewton(f: SmoothFunction, theta: Float64Array, options: NewtonOptions): NewtonResult {
  const size = f.size;
  const make = (): Float64Array => new Float64Array(size);
  const [gradient, trialGradient, diagonal, trial, step, residual, direction, product] = [
    make(),
    make(),
    make(),
    make(),
    make(),
    make(),
    make(),
    make(),
  ];
  let g = gradient;
  let nextG = trialGradient;
  let value = f.gradientInto(g, theta);
  positiveDiagonalInto(diagonal, f, theta);
  let gradientNorm = dualNorm(g, diagonal);
  const reference = options.reference ?? gradientNorm;
  const target = Math.max(options.floor ?? 0, options.tolerance * reference);
  const maxIterations = options.maxIterations ?? 200;
  let radius = gradientNorm;
  let iterations = 0;
  let products = 0;
  let stalled = 0;

  while (gradientNorm > target && iterations < maxIterations && stalled < 3) {
    options.stop?.();
    const forcing = Math.max(Math.min(0.1, Math.sqrt(gradientNorm / reference)), (0.3 * target) / gradientNorm);
    products += steihaug(f, theta, { g, diagonal, step, residual, direction, product, radius, target: forcing * gradientNorm });
    for (let j = 0; j < size; j++) trial[j] = theta[j] + step[j];
    const slope = dot(g, step);
    const predicted = -0.5 * (slope - dot(step, residual));
    const trialValue = f.gradientInto(nextG, trial);
    const actual = value - trialValue;
    const stepNorm = primalNorm(step, diagonal);
    if (iterations === 0) radius = Math.min(radius, stepNorm);

    const rounding = 1e-14 * Math.abs(value);
    const flat = Math.abs(actual) <= rounding && predicted <= rounding;
    const good = flat ? dualNorm(nextG, diagonal) < gradientNorm : actual > 1e-4 * predicted;
    radius = flat ? radius : nextRadius(radius, stepNorm, actual, predicted, slope);
    iterations++;
    if (good) {
      theta.set(trial);
      [g, nextG] = [nextG, g];
      value = trialValue;
      gradientNorm = dualNorm(g, diagonal);
    }
    stalled = good && !flat ? 0 : stalled + (flat ? 1 : 0);
    if (!(radius > 0)) break;
  }
  return { value, gradientNorm, iterations, products, converged: gradientNorm <= target };
}

/** ‖g‖ in the metric of `trustRegionNewton`, at this θ. */
export function scaledGradientNorm(f: SmoothFunction, theta: Float64Array): number {
  const gradient = new Float64Array(f.size);
  const diagonal = new Float64Array(f.size);
  f.gradientInto(gradient, theta);
  positiveDiagonalInto(diagonal, f, theta);
  return dualNorm(gradient, diagonal);
}

interface Inner {
  readonly g: Float64Array;
  readonly diagonal: Float64Array;
  readonly step: Float64Array;
  readonly residual: Float64Array;
  readonly direction: Float64Array;
  readonly product: Float64Array;
  readonly radius: number;
  /** Residual norm to reach. */
  readonly target: number;
}

/** step ≈ −H⁻¹ g within the radius; residual = −g − H step. Returns the number of products. */
function steihaug(f: SmoothFunction, theta: Float64Array, inner: Inner): number {
  const { g, diagonal, step, residual, direction, product, radius } = inner;
  const size = g.length;
  step.fill(0);
  for (let j = 0; j < size; j++) {
    residual[j] = -g[j];
    direction[j] = residual[j] / diagonal[j];
  }
  let rz = 0;
  for (let j = 0; j < size; j++) rz += residual[j] * direction[j];
  let products = 0;
  while (Math.sqrt(rz) > inner.target && products < Math.max(10, size)) {
    f.hessianVectorInto(product, theta, direction);
    products++;
    const curvature = dot(direction, product);
    const length = curvature > 0 ? rz / curvature : Infinity;
    const [ss, sd, dd] = [weighted(step, step, diagonal), weighted(step, direction, diagonal), weighted(direction, direction, diagonal)];
    if (!(ss + length * (2 * sd + length * dd) < radius * radius)) {
      const root = Math.sqrt(Math.max(0, sd * sd + dd * (radius * radius - ss)));
      const toEdge = sd >= 0 ? (radius * radius - ss) / (sd + root) : (root - sd) / dd;
      addScaledInto(step, toEdge, direction);
      addScaledInto(residual, -toEdge, product);
      break;
    }
    addScaledInto(step, length, direction);
    addScaledInto(residual, -length, product);
    let next = 0;
    for (let j = 0; j < size; j++) next += (residual[j] * residual[j]) / diagonal[j];
    const turn = next / rz;
    for (let j = 0; j < size; j++) direction[j] = residual[j] / diagonal[j] + turn * direction[j];
    rz = next;
  }
  return products;
}

/** How the radius follows from how well the quadratic model foretold the step (constants of Lin, Weng & Keerthi 2008, section 4). */
function nextRadius(radius: number, stepNorm: number, actual: number, predicted: number, slope: number): number {
  const bend = -actual - slope;
  const scale = bend <= 0 ? 4 : Math.max(0.25, -0.5 * (slope / bend));
  if (actual < 1e-4 * predicted) return Math.min(Math.max(scale, 0.25) * stepNorm, 0.5 * radius);
  if (actual < 0.25 * predicted) return Math.max(0.25 * radius, Math.min(scale * stepNorm, 0.5 * radius));
  if (actual < 0.75 * predicted) return Math.max(0.25 * radius, Math.min(scale * stepNorm, 4 * radius));
  return Math.max(radius, Math.min(scale * stepNorm, 4 * radius));
}

/** Entries without curvature count as the smallest that has some, or as 1. */
function positiveDiagonalInto(out: Float64Array, f: SmoothFunction, theta: Float64Array): void {
  f.diagonalInto(out, theta);
  let smallest = Infinity;
  for (const value of out) if (value > 0 && value < smallest) smallest = value;
  if (smallest === Infinity) smallest = 1;
  for (let j = 0; j < out.length; j++) if (!(out[j] > 0)) out[j] = smallest;
}

function dualNorm(g: Float64Array, diagonal: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < g.length; j++) sum += (g[j] * g[j]) / diagonal[j];
  return Math.sqrt(sum);
}

function primalNorm(v: Float64Array, diagonal: Float64Array): number {
  return Math.sqrt(weighted(v, v, diagonal));
}

function weighted(a: Float64Array, b: Float64Array, diagonal: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * diagonal[j] * b[j];
  return sum;
}
