import { addScaledInto, dot, norm } from "../matrices/vector.ts";

export interface LinearSystem {
  /** out = A v, with A symmetric and positive semi-definite. */
  multiplyInto(out: Float64Array, v: Float64Array): void;
  /** Jacobi preconditioner: the diagonal of A; an entry that is not positive counts as 1. */
  readonly diagonal: Float64Array;
}

/**
 * Solves A x = b by preconditioned conjugate gradients, starting from x = 0 (so that a singular but consistent system has a solution too).
 * Writes x into `out`. Shapes: out, b [size].
 */
export function conjugateGradientInto(
  out: Float64Array,
  system: LinearSystem,
  b: Float64Array,
  options: { readonly tolerance: number; readonly maxIterations: number },
): { readonly iterations: number; readonly relativeResidual: number; readonly converged: boolean } {
  const size = b.length;
  const inverse = system.diagonal.map((value) => (value > 0 ? 1 / value : 1));
  const r = b.slice();
  const z = new Float64Array(size);
  for (let j = 0; j < size; j++) z[j] = inverse[j] * r[j];
  const p = z.slice();
  const ap = new Float64Array(size);
  out.fill(0);
  const scale = norm(b);
  if (scale === 0) return { iterations: 0, relativeResidual: 0, converged: true };
  let rz = dot(r, z);
  let residual = 1;
  let iterations = 0;
  while (residual > options.tolerance && iterations < options.maxIterations) {
    system.multiplyInto(ap, p);
    const pap = dot(p, ap);
    if (!(pap > 0)) break;
    const step = rz / pap;
    addScaledInto(out, step, p);
    addScaledInto(r, -step, ap);
    for (let j = 0; j < size; j++) z[j] = inverse[j] * r[j];
    const next = dot(r, z);
    const turn = next / rz;
    for (let j = 0; j < size; j++) p[j] = z[j] + turn * p[j];
    rz = next;
    residual = norm(r) / scale;
    iterations++;
  }
  return { iterations, relativeResidual: residual, converged: residual <= options.tolerance };
}
