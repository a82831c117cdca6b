import type { Dataset } from "./dataset.ts";

/**
 * What a learner minimises over its training data, with the derivatives that attacks, influence, unlearning and leave-one-out need:
 *
 *   F(θ) = Σ_i c_i ℓ(x_i, y_i; θ) + R(θ),   c_i = weight_i / Σ weight   (a multi-task learner: 1 / rows of the task)
 *
 * At the optimum θ, raising the share of row z by ε moves θ by −ε H⁻¹ ∇θ ℓ(z; θ) (Koh & Liang 2017, eq. 1–2), so with v = H⁻¹ ∇U
 * - removing training row i, the other shares held, changes U by +c_i v·∇θ ℓ(z_i; θ) to first order; where the others share what it leaves, as in
 *   training without the row, by + c_i / (1 − c_i) v·[∇θ ℓ(z_i; θ) + ∇R(θ)], which is v·(∇θ ℓ + λ w) / (n − 1) for n rows of weight 1,
 * - moving the features of row i changes U by −c_i ∂/∂x [v·∇θ ℓ(x, y_i; θ)].
 *
 * θ, v and g have `size` entries. `rows` may be the training data or any rows with the same features.
 */
export interface Objective {
  readonly size: number;
  value(theta: Float64Array): number;
  /** out = ∇F(θ); returns F(θ). */
  gradientInto(out: Float64Array, theta: Float64Array): number;
  /** out = H(θ) v. */
  hessianVectorInto(out: Float64Array, theta: Float64Array, v: Float64Array): void;
  /**
   * The v with H(θ) v = g. Throws a NumericalError where H is singular in the direction of g.
   *
   * @param tolerance ‖H v − g‖ / ‖g‖ that will do, where v is found by iteration; 1e-10 by default
   */
  solveHessian(theta: Float64Array, g: Float64Array, tolerance?: number): Float64Array;
  /** c of a training row with weight 1 that belongs to this task. */
  rowShare(task: number): number;
  /** out = ∇θ ℓ(x_i, y_i; θ). */
  rowGradientInto(out: Float64Array, theta: Float64Array, rows: Dataset, i: number): void;
  /** out += ∇θ ℓ(x_i, y_i; θ): of sparse rows, in time that grows with what a row holds. */
  addRowGradientInto(out: Float64Array, theta: Float64Array, rows: Dataset, i: number): void;
  /** The parameters [from, to) outside of which ∇θ ℓ of a row of this task is 0; absent: it may be anything anywhere. */
  rowBlock?(task: number): { readonly from: number; readonly to: number };
  /** out[i] = v·∇θ ℓ(x_i, y_i; θ) for every row. Shape: out [rows]. */
  rowSensitivitiesInto(out: Float64Array, theta: Float64Array, v: Float64Array, rows: Dataset): void;
  /** out = ∂/∂x_i [v·∇θ ℓ(x_i, y_i; θ)]. Shape: out [features]. */
  rowDerivativeInto(out: Float64Array, theta: Float64Array, v: Float64Array, rows: Dataset, i: number): void;
  /** ∂/∂y_i [v·∇θ ℓ(x_i, y_i; θ)]; only for a real target. */
  labelDerivative(theta: Float64Array, v: Float64Array, rows: Dataset, i: number): number;
}
