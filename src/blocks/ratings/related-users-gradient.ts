import { NumericalError } from "../../core/errors.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { Factors, UserRelation } from "../../core/recommender.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import { crossProducts } from "../../numeric/matrices/gram.ts";
import { gmres } from "../../numeric/solvers/gmres.ts";
import { solveRidgeRowsInPlace } from "../../numeric/solvers/ridge-rows.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";
import { type FactorGradient, ratingDerivative, ratingSensitivity } from "./implicit-als-gradient.ts";
import { incidenceByUser } from "./incidence.ts";

/**
 * dR/dr of every rating for the engine mtrl-users at its fixed point, all of it: a rating moves its user's weights, through them the relation of users
 * and so everybody's weights, and the items that als-explicit learned first. With x_i = (q_i, 1), y = r − μ − b_i, P = λ₂ tr(K) K⁻¹,
 * K = (W Wᵀ + εI)^½ and M_u = (1/n_u) Σ x xᵀ + λ₁ I + P, the fixed point is w_u = M_u⁻¹ (1/n_u) Σ x y. Backwards, from h_u = ∂R/∂w_u:
 *
 *   a_u = M_u⁻¹ h_u,   P̄ = −Σ_u a_u w_uᵀ,   K̄ = λ₂ (⟨P̄, K⁻¹⟩ I − tr(K) K⁻¹ P̄ K⁻¹),   K N̄ + N̄ K = K̄,   h_u = ∂R/∂w_u + 2 N̄ w_u,
 *
 * which is linear in N̄ and solved by GMRES to the tolerance: in turn, they come near the solution ever more slowly. Then dR/dr_ui = a_u · x_i / n_u and what als-explicit
 * adds for ∂R by its items. A step costs (rank + 1)² for each user and (rank + 1)³ once. Shape: [ratings].
 *
 * @param solve `maxSteps` is of the conjugate gradients for als-explicit
 */
export function mtrlUsersRatingDerivatives(
  ratings: Ratings,
  factors: Factors,
  settings: UserRelation,
  gradient: FactorGradient,
  solve: { readonly tolerance: number; readonly maxSteps: number },
): Float64Array {
  const { rank, mean, itemFactors, itemBias, userBias } = factors;
  const size = rank + 1;
  const users = ratings.users.length;
  const { starts } = incidenceByUser(ratings);
  const x = rowsOf(
    itemFactors,
    itemBias.map(() => 1),
    rank,
  );
  const w = rowsOf(factors.userFactors, userBias, rank);
  const relation = relationOf(w, size, settings);
  const factorOf = choleskyFactors(ratings, starts, x, size, relation.penalty, settings.weightDecay);

  const weigh = (h: Float64Array): Float64Array => {
    for (let u = 0; u < users; u++) choleskySolveInPlace(h, factorOf(u), size, u * size);
    return h;
  };
  const pullOf = (a: Float64Array): Float64Array => relationPull(a, w, size, relation, settings.relationDecay);
  const clear = weigh(gradient.users.slice());
  // N̄ is what M_u⁻¹ (∂R/∂w_u + 2 N̄ w_u) pulls, which is affine in it.
  const answer = (n: Float64Array): Float64Array => weigh(timesWeights(n, w, size));
  const minusPulled = (n: Float64Array): Float64Array => pullOf(answer(n)).map((value, k) => n[k] - value);
  const moved = answer(gmres(minusPulled, pullOf(clear), { tolerance: solve.tolerance, maxSteps: size * size }));
  const a = clear.map((value, k) => value + moved[k]);

  const items = gradient.items.slice();
  let byMean = gradient.mean;
  const own = new Float64Array(ratings.user.length);
  for (let p = 0; p < own.length; p++) {
    const u = ratings.user[p];
    const i = ratings.item[p];
    const share = 1 / (starts[u + 1] - starts[u]);
    let along = 0;
    let residual = ratings.value[p] - mean - itemBias[i];
    for (let k = 0; k < size; k++) {
      along += a[u * size + k] * x[i * size + k];
      residual -= w[u * size + k] * x[i * size + k];
    }
    own[p] = share * along;
    byMean -= share * along;
    items[i * size + rank] -= share * along;
    for (let k = 0; k < rank; k++) items[i * size + k] += share * (a[u * size + k] * residual - w[u * size + k] * along);
  }

  const learned = alsFactors(ratings, factors, x, settings.itemDecay);
  const z = ratingSensitivity(
    ratings,
    learned,
    settings.itemDecay,
    { users: new Float64Array(users * size), items, mean: byMean },
    { kind: "exact", ...solve },
  );
  return own.map((value, p) => value + ratingDerivative(z, learned, ratings.user[p], ratings.item[p]));
}

/** 2 N w_u for each u. Shapes: n [size, size], w, result [users, size]. */
function timesWeights(n: Float64Array, w: Float64Array, size: number): Float64Array {
  const out = new Float64Array(w.length);
  for (let at = 0; at < w.length; at += size)
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += n[j * size + k] * w[at + k];
      out[at + j] = 2 * sum;
    }
  return out;
}

interface Relation {
  /** λ₂ tr(K) K⁻¹. */
  readonly penalty: Float64Array;
  /** Eigenvalues of K and its eigenvectors, a row each. */
  readonly roots: Float64Array;
  readonly vectors: Float64Array;
}

function relationOf(w: Float64Array, size: number, { relationDecay, epsilon }: UserRelation): Relation {
  const { values, vectors } = symmetricEigen(crossProducts(w, size, null), size);
  const roots = values.map((value) => Math.sqrt(Math.max(0, value) + epsilon));
  const trace = roots.reduce((sum, root) => sum + root, 0);
  const penalty = new Float64Array(size * size);
  for (let e = 0; e < size; e++)
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++)
        penalty[j * size + k] += ((relationDecay * trace) / roots[e]) * vectors[e * size + j] * vectors[e * size + k];
  return { penalty, roots, vectors };
}

/** N̄ for P̄ = −Σ_u a_u w_uᵀ, in the eigenbasis of K and back. Shapes: a, w [users, size], result [size, size]. */
function relationPull(a: Float64Array, w: Float64Array, size: number, { roots, vectors }: Relation, relationDecay: number): Float64Array {
  const bar = new Float64Array(size * size);
  for (let at = 0; at < a.length; at += size)
    for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) bar[j * size + k] -= (a[at + j] * w[at + k] + a[at + k] * w[at + j]) / 2;
  const inner = turned(bar, vectors, size);
  const trace = roots.reduce((sum, root) => sum + root, 0);
  let along = 0;
  for (let e = 0; e < size; e++) along += inner[e * size + e] / roots[e];
  for (let d = 0; d < size; d++)
    for (let e = 0; e < size; e++) {
      const value = relationDecay * ((d === e ? along : 0) - (trace * inner[d * size + e]) / (roots[d] * roots[e]));
      inner[d * size + e] = value / (roots[d] + roots[e]);
    }
  return turned(inner, transposed(vectors, size), size);
}

/** V m Vᵀ with the eigenvectors as rows of V. */
function turned(m: Float64Array, vectors: Float64Array, size: number): Float64Array {
  return timesTransposed(timesTransposed(vectors, transposed(m, size), size), vectors, size);
}

/** a bᵀ. Shapes: a, b, result [size, size]. */
function timesTransposed(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let d = 0; d < size; d++)
    for (let e = 0; e < size; e++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += a[d * size + j] * b[e * size + j];
      out[d * size + e] = sum;
    }
  return out;
}

function transposed(m: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) out[k * size + j] = m[j * size + k];
  return out;
}

/** The Cholesky factor of M_u, for each u. */
function choleskyFactors(
  ratings: Ratings,
  starts: Int32Array,
  x: Float64Array,
  size: number,
  penalty: Float64Array,
  weightDecay: number,
): (u: number) => Float64Array {
  const all = Array.from(ratings.users, (_, u) => {
    const m = penalty.slice();
    for (let p = starts[u]; p < starts[u + 1]; p++) {
      const from = ratings.item[p] * size;
      for (let j = 0; j < size; j++)
        for (let k = 0; k <= j; k++) m[j * size + k] += (x[from + j] * x[from + k]) / (starts[u + 1] - starts[u]);
    }
    for (let j = 0; j < size; j++) m[j * size + j] += weightDecay;
    if (!choleskyInPlace(m, size)) throw new NumericalError(`the weights of user ${u} are not fixed by their ratings`);
    return m;
  });
  return (u) => all[u];
}

/** The factors of als-explicit with these items: its users solve their own ridge problems. */
function alsFactors(ratings: Ratings, factors: Factors, x: Float64Array, decay: number): Factors {
  const { rank, mean, itemBias } = factors;
  const size = rank + 1;
  const { starts, other } = incidenceByUser(ratings);
  const rows = new Float64Array(ratings.users.length * size);
  const targets = ratings.value.map((value, p) => value - mean - itemBias[other[p]]);
  const ridge = Float64Array.from(ratings.users, (_, u) => decay * Math.max(1, starts[u + 1] - starts[u]));
  solveRidgeRowsInPlace({ x: rows, size, starts, indices: other, weights: null, targets, fixed: x, ridge, gram: null }, "cholesky");
  const users = ratings.users.length;
  return {
    ...factors,
    userFactors: Float64Array.from({ length: users * rank }, (_, k) => rows[Math.floor(k / rank) * size + (k % rank)]),
    userBias: Float64Array.from({ length: users }, (_, u) => rows[u * size + rank]),
  };
}

function rowsOf(factors: Float64Array, last: Float64Array, rank: number): Float64Array {
  const out = new Float64Array(last.length * (rank + 1));
  for (let row = 0; row < last.length; row++) {
    out.set(factors.subarray(row * rank, (row + 1) * rank), row * (rank + 1));
    out[row * (rank + 1) + rank] = last[row];
  }
  return out;
}
