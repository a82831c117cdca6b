import { addScaledInto, dot } from "../matrices/vector.ts";

/** A convex function with its first two derivatives. */
export interface SmoothFunction {
  readonly size: number;
  /** μ for which F − (μ/2) ‖θ‖² is convex too (a free bias aside), so that F is at most ‖∇F‖² / 2μ above its minimum; absent or 0 where unknown. */
  readonly convexity?: number;
  /** out = ∇F(θ); returns F(θ). */
  gradientInto(out: Float64Array, theta: Float64Array): number;
  /** out = H(θ) v. */
  hessianVectorInto(out: Float64Array, theta: Float64Array, v: Float64Array): void;
  /** out = the diagonal of H(θ). */
  diagonalInto(out: Float64Array, theta: Float64Array): void;
}

export interface NewtonOptions {
  /**
   * Stop once ‖∇F‖ has fallen to this fraction of what it was at the start (or of `reference`) and, where the convexity of F is known, F is sure to be
   * above its minimum by at most this fraction of itself: with nearly separable rows and a weak penalty a small gradient alone says little.
   */
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
  /** ‖∇F‖ as the tolerance measures it. */
  readonly relativeGradientNorm: number;
  /** F is at most this fraction of itself above its minimum; 0 where the convexity is unknown. */
  readonly relativeExcess: number;
  readonly iterations: number;
  /** Products with a Hessian. */
  readonly products: number;
  readonly converged: boolean;
}

/** Products in a step above which the diagonal is worth computing again. */
const slow = 12;

/**
 * Minimises F from `theta`, in place, by trust-region Newton steps found by conjugate gradients (Lin, Weng & Keerthi 2008, "Trust region Newton
 * method for large-scale logistic regression", JMLR 9, algorithms 1–2), preconditioned by the diagonal of H at the start, which is also the metric
 * of the trust region and of every norm here: ‖g‖² = Σ_j g_j² / H_jj. So it stops at the same θ whatever units the features are in. Where steps
 * become slow, the diagonal is taken anew, and what is measured in the metric is rescaled by what that does to ‖g‖.
 *
 * Differs from the paper in what follows a step that brought less than a quarter of what was foretold: it is cut to where F stops falling along
 * it, and the radius stays (a squared hinge on raw counts otherwise shrinks the radius to nothing).
 */
export function trustRegionNewton(f: SmoothFunction, theta: Float64Array, options: NewtonOptions): NewtonResult {
  const size = f.size;
  const [gradient, trialGradient, diagonal, inverse, trial, step, residual, direction, product] = Array.from(
    { length: 9 },
    () => new Float64Array(size),
  );
  let g = gradient;
  let nextG = trialGradient;
  let value = f.gradientInto(g, theta);
  positiveDiagonalInto(diagonal, f, theta);
  let gradientNorm = dualNorm(g, diagonal);
  let reference = options.reference ?? gradientNorm;
  let target = Math.max(options.floor ?? 0, options.tolerance * reference);
  const maxIterations = options.maxIterations ?? 200;
  let radius = gradientNorm;
  let iterations = 0;
  let products = 0;
  let stalled = 0;

  const relativeExcess = (): number => (f.convexity ? dot(g, g) / (2 * f.convexity * Math.abs(value)) : 0);
  const isDone = (): boolean => gradientNorm <= target && (gradientNorm <= (options.floor ?? 0) || relativeExcess() <= options.tolerance);
  while (!isDone() && iterations < maxIterations && stalled < 3) {
    options.stop?.();
    const forcing = Math.max(Math.min(0.25, Math.sqrt(gradientNorm / reference)), Math.min(0.5, (0.5 * target) / gradientNorm));
    for (let j = 0; j < size; j++) inverse[j] = 1 / diagonal[j];
    const inner = steihaug(f, theta, { g, inverse, step, residual, direction, product, radius, target: forcing * gradientNorm });
    products += inner;
    for (let j = 0; j < size; j++) trial[j] = theta[j] + step[j];
    const slope = dot(g, step);
    const predicted = -0.5 * (slope - dot(step, residual));
    let trialValue = f.gradientInto(nextG, trial);
    const stepNorm = primalNorm(step, diagonal);
    const foretold = value - trialValue > 0.25 * predicted;
    if (!foretold && dot(nextG, step) > 0) trialValue = searchAlong(f, theta, { step, trial, gradient: nextG, slope });
    const actual = value - trialValue;

    const rounding = 1e-14 * Math.abs(value);
    const flat = Math.abs(actual) <= rounding && predicted <= rounding;
    const good = flat ? dualNorm(nextG, diagonal) < gradientNorm : actual > 1e-4 * predicted;
    if (foretold && stepNorm > 0.99 * radius) radius *= 3;
    else if (!good && !flat) radius = 0.25 * stepNorm;
    iterations++;
    if (good) {
      theta.set(trial);
      [g, nextG] = [nextG, g];
      value = trialValue;
      gradientNorm = dualNorm(g, diagonal);
      if (inner > slow) {
        positiveDiagonalInto(diagonal, f, theta);
        const stretch = dualNorm(g, diagonal) / gradientNorm;
        if (!(stretch > 0)) break;
        gradientNorm *= stretch;
        reference *= stretch;
        target *= stretch;
        radius *= stretch;
      }
    }
    stalled = good && !flat ? 0 : stalled + (flat ? 1 : 0);
    if (!(radius > 0)) break;
  }
  const relativeGradientNorm = reference > 0 ? gradientNorm / reference : 0;
  return { value, gradientNorm, relativeGradientNorm, relativeExcess: relativeExcess(), iterations, products, converged: isDone() };
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
  /** The preconditioner: 1 / H_jj. */
  readonly inverse: Float64Array;
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
  const { g, inverse, step, residual, direction, product, radius } = inner;
  const size = g.length;
  step.fill(0);
  for (let j = 0; j < size; j++) {
    residual[j] = -g[j];
    direction[j] = residual[j] * inverse[j];
  }
  let rz = 0;
  for (let j = 0; j < size; j++) rz += residual[j] * direction[j];
  // Step·step, step·direction and direction·direction in the metric, by recurrence: the residual is orthogonal to the step.
  let [ss, sd, dd] = [0, 0, rz];
  let products = 0;
  while (Math.sqrt(rz) > inner.target && products < Math.max(10, size)) {
    f.hessianVectorInto(product, theta, direction);
    products++;
    const curvature = dot(direction, product);
    const length = curvature > 0 ? rz / curvature : Infinity;
    const longer = ss + length * (2 * sd + length * dd);
    if (!(longer < radius * radius)) {
      const root = Math.sqrt(Math.max(0, sd * sd + dd * (radius * radius - ss)));
      const toEdge = sd >= 0 ? (radius * radius - ss) / (sd + root) : (root - sd) / dd;
      addScaledInto(step, toEdge, direction);
      addScaledInto(residual, -toEdge, product);
      break;
    }
    let next = 0;
    for (let j = 0; j < size; j++) {
      step[j] += length * direction[j];
      const r = residual[j] - length * product[j];
      residual[j] = r;
      next += r * r * inverse[j];
    }
    const turn = next / rz;
    for (let j = 0; j < size; j++) direction[j] = residual[j] * inverse[j] + turn * direction[j];
    ss = longer;
    sd = turn * (sd + length * dd);
    dd = next + turn * turn * dd;
    rz = next;
  }
  return products;
}

interface Search {
  readonly step: Float64Array;
  /** On return θ + length * step, and `gradient` is the one there. */
  readonly trial: Float64Array;
  readonly gradient: Float64Array;
  /** Of F along the step at θ; negative. It is positive at θ + step. */
  readonly slope: number;
}

/** Brings the slope along a step that went too far down to a tenth, by false position (Illinois). Returns F there. */
function searchAlong(f: SmoothFunction, theta: Float64Array, { step, trial, gradient, slope }: Search): number {
  let [low, lowSlope] = [0, slope];
  let [high, highSlope] = [1, dot(gradient, step)];
  let value = 0;
  let side = 0;
  for (let attempt = 0; attempt < 20; attempt++) {
    const length = (low * highSlope - high * lowSlope) / (highSlope - lowSlope);
    for (let j = 0; j < theta.length; j++) trial[j] = theta[j] + length * step[j];
    value = f.gradientInto(gradient, trial);
    const here = dot(gradient, step);
    if (Math.abs(here) <= -0.1 * slope) break;
    if (here < 0) {
      [low, lowSlope] = [length, here];
      if (side < 0) highSlope /= 2;
      side = -1;
    } else {
      [high, highSlope] = [length, here];
      if (side > 0) lowSlope /= 2;
      side = 1;
    }
  }
  return value;
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
