import { NumericalError } from "../../core/errors.ts";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Factors } from "../../core/recommender.ts";
import { solveCoupledRidges } from "../../numeric/solvers/coupled-ridges.ts";
import { incidenceByItem } from "./incidence.ts";

/**
 * How a figure R of the factors that als-explicit ends with changes with the ratings it was trained on.
 *
 * At the minimum of L/2 (see `fitExplicitAls`; all weights 1) let θ hold x_u = (p_u, b_u) and y_i = (q_i, b_i), f_u = (p_u, 1), g_i = (q_i, 1), and let
 * m_ui = μ + p_u · q_i + b_u + b_i with residual e_ui = r_ui − m_ui. The Hessian H has the blocks
 *
 *   A_u = Σ_i g_i g_iᵀ + λ n_u I,   C_i = Σ_u f_u f_uᵀ + λ n_i I,   B_ui = g_i f_uᵀ − e_ui E (E = I without the biases' row),
 *
 * and with H z = ∂R/∂θ the implicit function theorem gives, μ being the mean of all N ratings,
 *
 *   dR/dr_ui = d_ui − (1/N) Σ_{rated vj} d_vj + (1/N) ∂R/∂μ,   d_ui = z_u · g_i + z_i · f_u.
 *
 * Biases and μ are part of it; weighted regularisation is λ n in the blocks. H is singular along rotations of the factors, which leave R alone, and
 * conjugate gradients from 0 never enter those. What Li et al. 2016 publish is z_u = 0, z_i = C_i⁻¹ ∂R/∂y_i, where no filler feels a target.
 */
export type ImplicitGradientKind = "published" | "half-step" | "exact";

/** ∂R by x_u and y_i, biases last, and by μ. Shapes: users [users, rank + 1], items [items, rank + 1]. */
export interface FactorGradient {
  readonly users: Float64Array;
  readonly items: Float64Array;
  mean: number;
}

/** z, and the part of dR/dr that all ratings share. */
export interface RatingSensitivity {
  readonly users: Float64Array;
  readonly items: Float64Array;
  readonly shared: number;
  /** Steps of conjugate gradients. */
  readonly iterations: number;
}

export interface SolveOptions {
  readonly kind: ImplicitGradientKind;
  /** Relative fall of the preconditioned residual at which the solve stops. */
  readonly tolerance: number;
  readonly maxSteps: number;
}

export function zeroFactorGradient({ rank, userBias, itemBias }: Factors): FactorGradient {
  const size = rank + 1;
  return { users: new Float64Array(userBias.length * size), items: new Float64Array(itemBias.length * size), mean: 0 };
}

/**
 * z for ∂R/∂θ. It is exact at a minimum. After a usual number of sweeps the Hessian still has directions of negative curvature, along which there is no
 * minimum to follow: the solve ends at the first that it meets, so that z is what the steps before it gave (6 on MovieLens-100K with rank 8 and 15
 * sweeps, some 20 after 400).
 */
export function ratingSensitivity(
  ratings: Ratings,
  factors: Factors,
  decay: number,
  gradient: FactorGradient,
  { kind, tolerance, maxSteps }: SolveOptions,
): RatingSensitivity {
  const starts = startsByUser(ratings);
  const byItem = incidenceByItem(ratings);
  const coupling = ({ published: "none", "half-step": "once", exact: "all" } as const)[kind];
  const found = solveCoupledRidges(
    {
      rank: factors.rank,
      firstFactors: factors.userFactors,
      secondFactors: factors.itemFactors,
      firstRidge: ridgeOf(starts, decay),
      secondRidge: ridgeOf(byItem.starts, decay),
      starts,
      indices: ratings.item,
      residual: residualsOf(ratings, factors),
      transposed: { starts: byItem.starts, indices: byItem.other },
      firstSide: gradient.users,
      secondSide: gradient.items,
    },
    { coupling, tolerance, maxSteps },
  );
  const { failed } = found;
  if (failed !== null)
    throw new NumericalError(`the factors of ${failed.side === "first" ? "user" : "item"} ${failed.row} are not fixed by their ratings`);
  const shared = kind === "exact" ? (gradient.mean - found.entrySum) / ratings.user.length : 0;
  return { users: found.first, items: found.second, shared, iterations: found.iterations };
}

/** λ n of every row; one without ratings counts as having one. */
function ridgeOf(starts: Int32Array, decay: number): Float64Array {
  return Float64Array.from({ length: starts.length - 1 }, (_, row) => decay * Math.max(1, starts[row + 1] - starts[row]));
}

/** e of every rating. Shape: [ratings]. */
function residualsOf({ user, item, value }: Ratings, { rank, mean, userFactors, itemFactors, userBias, itemBias }: Factors): Float64Array {
  const out = new Float64Array(value.length);
  for (let p = 0; p < out.length; p++) {
    const from = user[p] * rank;
    const to = item[p] * rank;
    let score = mean + userBias[user[p]] + itemBias[item[p]];
    for (let k = 0; k < rank; k++) score += userFactors[from + k] * itemFactors[to + k];
    out[p] = value[p] - score;
  }
  return out;
}

/** d_ui + the shared part, which is dR/dr_ui. */
export function ratingDerivative(
  { users, items, shared }: RatingSensitivity,
  { rank, userFactors, itemFactors }: Factors,
  u: number,
  i: number,
): number {
  const size = rank + 1;
  let sum = shared + users[u * size + rank] + items[i * size + rank];
  for (let k = 0; k < rank; k++) sum += users[u * size + k] * itemFactors[i * rank + k] + items[i * size + k] * userFactors[u * rank + k];
  return sum;
}
