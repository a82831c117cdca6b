import { NumericalError } from "../core/errors.ts";
import type { Ratings } from "../core/ratings.ts";
import type { Factors } from "../core/recommender.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../numeric/cholesky.ts";
import { solvePreconditionedInto } from "../numeric/preconditioned-solve.ts";
import { type Incidence, incidenceByItem, incidenceByUser } from "./ratings-incidence.ts";

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
 * z for ∂R/∂θ. It is exact at a minimum. After a usual number of sweeps the Hessian still has directions of negative curvature; the solve ends at the
 * first that it meets, so that z is a truncated solution then (after 4 steps on MovieLens-100K with rank 8 and 15 sweeps).
 */
export function ratingSensitivity(
  ratings: Ratings,
  factors: Factors,
  decay: number,
  gradient: FactorGradient,
  options: SolveOptions,
): RatingSensitivity {
  const size = factors.rank + 1;
  const byUser = sideOf(ratings, factors, decay, "user");
  const byItem = sideOf(ratings, factors, decay, "item");
  const items = gradient.items.slice();
  const users = new Float64Array(gradient.users.length);
  let iterations = 0;
  if (options.kind === "exact") {
    iterations = solveBothInto(users, items, byUser, byItem, gradient, options);
  } else {
    solveBlocksInPlace(items, byItem);
    if (options.kind === "half-step") {
      crossInto(users, byUser, items);
      for (let k = 0; k < users.length; k++) users[k] = -users[k];
      solveBlocksInPlace(users, byUser);
    }
  }
  const z = { users, items, shared: 0, iterations };
  if (options.kind !== "exact") return z;
  let sum = 0;
  for (let p = 0; p < ratings.user.length; p++) sum += ratingDerivative(z, factors, ratings.user[p], ratings.item[p]);
  return { ...z, shared: (gradient.mean - sum) / ratings.user.length };

  /** Users are eliminated: (C − Bᵀ A⁻¹ B) z_i = b_i − Bᵀ A⁻¹ b_u, preconditioned by C. */
  function solveBothInto(
    outUsers: Float64Array,
    outItems: Float64Array,
    first: Side,
    second: Side,
    { users: bUsers, items: bItems }: FactorGradient,
    { tolerance, maxSteps }: SolveOptions,
  ): number {
    const eliminated = bUsers.slice();
    solveBlocksInPlace(eliminated, first);
    const right = new Float64Array(bItems.length);
    crossInto(right, second, eliminated);
    for (let k = 0; k < right.length; k++) right[k] = bItems[k] - right[k];
    const middle = new Float64Array(bUsers.length);
    const back = new Float64Array(bItems.length);
    const system = {
      multiplyInto(out: Float64Array, v: Float64Array): void {
        crossInto(middle, first, v);
        solveBlocksInPlace(middle, first);
        crossInto(back, second, middle);
        multiplyBlocksInto(out, second, v);
        for (let k = 0; k < out.length; k++) out[k] -= back[k];
      },
      preconditionInto(out: Float64Array, r: Float64Array): void {
        out.set(r);
        solveBlocksInPlace(out, second);
      },
    };
    const result = solvePreconditionedInto(outItems, system, right, { tolerance, maxIterations: maxSteps });
    crossInto(outUsers, first, outItems);
    for (let k = 0; k < outUsers.length; k++) outUsers[k] = bUsers[k] - outUsers[k];
    solveBlocksInPlace(outUsers, first);
    return result.iterations;
  }

  /** out = blocks v. */
  function multiplyBlocksInto(out: Float64Array, { blocks, rows }: Side, v: Float64Array): void {
    for (let row = 0; row < rows; row++)
      for (let j = 0; j < size; j++) {
        const from = (row * size + j) * size;
        let sum = 0;
        for (let k = 0; k < size; k++) sum += blocks[from + k] * v[row * size + k];
        out[row * size + j] = sum;
      }
  }

  function solveBlocksInPlace(x: Float64Array, { inverse, rows }: Side): void {
    const kept = new Float64Array(size);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < size; j++) kept[j] = x[row * size + j];
      for (let j = 0; j < size; j++) {
        const from = (row * size + j) * size;
        let sum = 0;
        for (let k = 0; k < size; k++) sum += inverse[from + k] * kept[k];
        x[row * size + j] = sum;
      }
    }
  }

  /** out_row = Σ over its ratings of B v_other = g (f · v) − e E v, where f is the row's own (factors, 1) and g the other's. */
  function crossInto(out: Float64Array, { rows, incidence, own, others, residual }: Side, v: Float64Array): void {
    const { starts, other } = incidence;
    const rank = size - 1;
    out.fill(0);
    for (let row = 0; row < rows; row++) {
      const to = row * size;
      for (let p = starts[row]; p < starts[row + 1]; p++) {
        const from = other[p] * size;
        let along = v[from + rank];
        for (let k = 0; k < rank; k++) along += own[to + k] * v[from + k];
        const e = residual[p];
        for (let k = 0; k < rank; k++) out[to + k] += along * others[from + k] - e * v[from + k];
        out[to + rank] += along;
      }
    }
  }
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

/** Users, or items, as rows. Shapes: own [rows, size], others [others, size], residual [ratings], blocks, inverse [rows, size, size]. */
interface Side {
  readonly rows: number;
  readonly incidence: Incidence;
  /** (factors, 1) of the rows, and of what they are rated with. */
  readonly own: Float64Array;
  readonly others: Float64Array;
  readonly residual: Float64Array;
  readonly blocks: Float64Array;
  readonly inverse: Float64Array;
}

function sideOf(ratings: Ratings, factors: Factors, decay: number, side: "user" | "item"): Side {
  const { rank, mean, userBias, itemBias } = factors;
  const size = rank + 1;
  const [users, items] = [withOnes(factors.userFactors, rank), withOnes(factors.itemFactors, rank)];
  const [own, others] = side === "user" ? [users, items] : [items, users];
  const incidence = side === "user" ? incidenceByUser(ratings) : incidenceByItem(ratings);
  const { starts, rating } = incidence;
  const residual = Float64Array.from(rating, (p) => {
    const [u, i] = [ratings.user[p], ratings.item[p]];
    let score = mean + userBias[u] + itemBias[i];
    for (let k = 0; k < rank; k++) score += users[u * size + k] * items[i * size + k];
    return ratings.value[p] - score;
  });
  const rows = starts.length - 1;
  const blocks = new Float64Array(rows * size * size);
  for (let row = 0; row < rows; row++) {
    const at = row * size * size;
    for (let p = starts[row]; p < starts[row + 1]; p++) {
      const from = incidence.other[p] * size;
      for (let j = 0; j < size; j++) for (let k = 0; k <= j; k++) blocks[at + j * size + k] += others[from + j] * others[from + k];
    }
    const ridge = Math.max(1, starts[row + 1] - starts[row]) * decay;
    for (let j = 0; j < size; j++) {
      blocks[at + j * size + j] += ridge;
      for (let k = 0; k < j; k++) blocks[at + k * size + j] = blocks[at + j * size + k];
    }
  }
  return { rows, incidence, own, others, residual, blocks, inverse: inverted(blocks, rows, size, side) };
}

function inverted(blocks: Float64Array, rows: number, size: number, side: string): Float64Array {
  const out = new Float64Array(blocks.length);
  const column = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    const at = row * size * size;
    const factor = blocks.slice(at, at + size * size);
    if (!choleskyInPlace(factor, size)) throw new NumericalError(`the factors of ${side} ${row} are not fixed by their ratings`);
    for (let k = 0; k < size; k++) {
      column.fill(0);
      column[k] = 1;
      choleskySolveInPlace(column, factor, size);
      for (let j = 0; j < size; j++) out[at + j * size + k] = column[j];
    }
  }
  return out;
}

function withOnes(factors: Float64Array, rank: number): Float64Array {
  const rows = factors.length / rank;
  const out = new Float64Array(rows * (rank + 1));
  for (let row = 0; row < rows; row++) {
    out.set(factors.subarray(row * rank, (row + 1) * rank), row * (rank + 1));
    out[row * (rank + 1) + rank] = 1;
  }
  return out;
}
