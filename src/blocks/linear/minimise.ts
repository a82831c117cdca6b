import { type Signal, stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { type SmoothFunction, scaledGradientNorm, trustRegionNewton } from "../../numeric/solvers/trust-region-newton.ts";

export interface MinimiseOptions {
  readonly tolerance: number;
  readonly signal?: Signal | undefined;
  /** A better θ than the one where Newton's method got stuck; it goes on from there. */
  readonly rescue?: ((stuck: Float64Array) => Float64Array) | undefined;
}

/** Steps before the rescue is called; a smooth loss takes some ten. */
const patience = 40;
/** An answer that has not converged is worth nothing where the gradient is above this fraction, or the loss perhaps this fraction too high. */
const hopeless = { gradient: 1e-2, excess: 0.5 };

/**
 * The θ that minimises F, found from `start`. The gradient falls to `tolerance` times what it is at θ = 0, so a good start saves work and changes
 * nothing else. Throws a NumericalError where nothing near a minimum is found.
 */
export function minimise(f: SmoothFunction, start: Float64Array, { tolerance, signal, rescue }: MinimiseOptions): Float64Array {
  const theta = start.slice();
  const stop = (): void => stopIfCancelled(signal);
  const atZero = (): number => scaledGradientNorm(f, new Float64Array(f.size));
  const options = { tolerance, floor: 1e-13, stop };
  let result = trustRegionNewton(f, theta, {
    ...options,
    ...(theta.every((value) => value === 0) ? {} : { reference: atZero() }),
    ...(rescue === undefined ? {} : { maxIterations: patience }),
  });
  if (!result.converged && rescue !== undefined) {
    const rescued = rescue(theta);
    if (f.gradientInto(new Float64Array(f.size), rescued) < result.value) theta.set(rescued);
    result = trustRegionNewton(f, theta, { ...options, reference: atZero() });
  }
  if (!Number.isFinite(result.value)) throw new NumericalError("the training loss is not finite; are there features that are not?");
  if (!result.converged && (result.relativeGradientNorm > hopeless.gradient || result.relativeExcess > hopeless.excess))
    throw new NumericalError(
      `training stopped far from the minimum of its loss: the gradient fell only to ${result.relativeGradientNorm.toPrecision(2)} of what it was`,
    );
  return theta;
}
