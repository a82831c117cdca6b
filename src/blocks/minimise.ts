import { type Signal, stopIfCancelled } from "../core/context.ts";
import { NumericalError } from "../core/errors.ts";
import { type SmoothFunction, scaledGradientNorm, trustRegionNewton } from "../numeric/trust-region-newton.ts";

/**
 * The θ that minimises F, found from `start`. The gradient falls to `tolerance` times what it is at θ = 0, so a good start saves work and changes
 * nothing else.
 */
export function minimise(
  f: SmoothFunction,
  start: Float64Array,
  options: { readonly tolerance: number; readonly signal?: Signal | undefined },
): Float64Array {
  const theta = start.slice();
  const isZero = theta.every((value) => value === 0);
  const result = trustRegionNewton(f, theta, {
    tolerance: options.tolerance,
    floor: 1e-13,
    ...(isZero ? {} : { reference: scaledGradientNorm(f, new Float64Array(f.size)) }),
    stop: () => stopIfCancelled(options.signal),
  });
  if (!Number.isFinite(result.value)) throw new NumericalError("the training loss is not finite; are there features that are not?");
  return theta;
}
