import { type Signal, stopIfCancelled } from "../core/context.ts";
import { NumericalError } from "../core/errors.ts";
import { type SmoothFunction, scaledGradientNorm, trustRegionNewton } from "../numeric/trust-region-newton.ts";

export interface MinimiseOptions {
  readonly tolerance: number;
  readonly signal?: Signal | undefined;
  /** A better θ than the one where Newton's method got stuck; it goes on from there. */
  readonly rescue?: ((stuck: Float64Array) => Float64Array) | undefined;
}

/** Steps before the rescue is called; a smooth loss takes some ten. */
const patience = 40;
/** The relative gradient above which an answer that has not converged is worth nothing. */
const hopeless = 1e-2;

/**
 * The θ that minimises F, found from `start`. The gradient falls to `tolerance` times what it is at θ = 0, so a good start saves work and changes
 * nothing else. Throws a NumericalError where nothing near a minimum is found.
 */
export function minimise(f: SmoothFunction, start: Float64Array, { tolerance, signal, rescue }: MinimiseOptions): Float64Array {
  const theta = start.slice();
  const stop = (): void => stopIfCancelled(signal);
  const reference = scaledGradientNorm(f, new Float64Array(f.size));
  const options = { tolerance, floor: 1e-13, reference, stop };
  let result = trustRegionNewton(f, theta, rescue === undefined ? options : { ...options, maxIterations: patience });
  if (!result.converged && rescue !== undefined) {
    theta.set(rescue(theta));
    result = trustRegionNewton(f, theta, options);
  }
  if (!Number.isFinite(result.value)) throw new NumericalError("the training loss is not finite; are there features that are not?");
  if (!result.converged && result.relativeGradientNorm > hopeless)
    throw new NumericalError(
      `training stopped far from the minimum of its loss: the gradient fell only to ${result.relativeGradientNorm.toPrecision(2)} of what it was`,
    );
  return theta;
}
