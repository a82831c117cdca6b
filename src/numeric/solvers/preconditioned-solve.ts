import { dot, norm } from "../matrices/vector.ts";

export interface PreconditionedSystem {
  /** out = A v, with A symmetric and positive semi-definite. */
  multiplyInto(out: Float64Array, v: Float64Array): void;
  /** out = P⁻¹ r, with P symmetric, positive definite and near A. */
  preconditionInto(out: Float64Array, r: Float64Array): void;
}

export interface PreconditionedResult {
  readonly iterations: number;
  /** ‖b − A x‖ / ‖b‖, as the recurrence has it. */
  readonly relativeResidual: number;
  /** What is left of √(rᵀ P⁻¹ r), as a share of what it was: what `tolerance` asks for. */
  readonly left: number;
}

/** Iterations without progress after which rounding is taken to have won. */
const patience = 100;

/**
 * Solves A x = b by preconditioned conjugate gradients from x = 0, so that a singular but consistent system has a solution too. Stops once the
 * residual, measured by √(rᵀ P⁻¹ r), has fallen to `tolerance` times what it was, or falls no more. Shapes: out (x), b [size].
 */
export function solvePreconditionedInto(
  out: Float64Array,
  system: PreconditionedSystem,
  b: Float64Array,
  options: { readonly tolerance: number; readonly maxIterations: number; readonly stop?: (() => void) | undefined },
): PreconditionedResult {
  const size = b.length;
  out.fill(0);
  const r = b.slice();
  const z = new Float64Array(size);
  const ap = new Float64Array(size);
  system.preconditionInto(z, r);
  let rz = dot(r, z);
  const first = rz;
  const target = options.tolerance * options.tolerance * rz;
  const p = z.slice();
  let iterations = 0;
  let least = rz;
  let leastAt = 0;
  while (rz > target && iterations < options.maxIterations && iterations - leastAt < patience) {
    if (iterations % 64 === 63) options.stop?.();
    system.multiplyInto(ap, p);
    const bend = dot(p, ap);
    if (!(bend > 0)) break;
    const step = rz / bend;
    for (let j = 0; j < size; j++) {
      out[j] += step * p[j];
      r[j] -= step * ap[j];
    }
    system.preconditionInto(z, r);
    const next = dot(r, z);
    const turn = next / rz;
    for (let j = 0; j < size; j++) p[j] = z[j] + turn * p[j];
    rz = next;
    iterations++;
    if (rz < 0.99 * least) {
      least = rz;
      leastAt = iterations;
    }
  }
  const scale = norm(b);
  return { iterations, relativeResidual: scale === 0 ? 0 : norm(r) / scale, left: first > 0 ? Math.sqrt(rz / first) : 0 };
}
