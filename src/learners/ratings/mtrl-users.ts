import { fitExplicitAls } from "../../blocks/ratings/explicit-als.ts";
import { factorModel } from "../../blocks/ratings/factor-model.ts";
import { traceExplicit } from "../../blocks/ratings/explicit-trace.ts";
import { incidenceByUser } from "../../blocks/ratings/incidence.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Factors, Recommender } from "../../core/recommender.ts";
import { crossProducts } from "../../numeric/matrices/gram.ts";
import { solveRidgeRowsInPlace } from "../../numeric/solvers/ridge-rows.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";

export interface MtrlUsersParams {
  readonly rank: number;
  readonly itemDecay: number;
  readonly itemSweeps: number;
  readonly warmItemSweeps: number;
  readonly relationDecay: number;
  readonly weightDecay: number;
  readonly epsilon: number;
  readonly rounds: number;
}

/**
 * Every user is a task: the rating minus μ + b_i is regressed on x = (q_i, 1), item factors and biases being those of als-explicit, and the weights
 * W = [w_1 … w_T] minimise
 *
 *   Σ_u ω_u (1 / 2 n_u) Σ_i (r_ui − μ − b_i − w_u · x_i)² + (λ₁/2) Σ_u ω_u |w_u|² + (λ₂/2) tr(W Ω⁻¹ Wᵀ),   Ω ⪰ 0, tr Ω = 1.
 *
 * The relation Ω [users, users] is never formed: its minimum is ‖W‖_*², which is also that of tr(Wᵀ D⁻¹ W) over D [rank + 1, rank + 1] of trace 1
 * (Argyriou, Evgeniou & Pontil 2008, Convex multi-task feature learning), so users and D = (W Wᵀ + εI)^½ / tr are solved for in turn. That is the
 * relationship learning of `mtrl` but for ε, which stands here beside W Wᵀ, there beside Wᵀ W. What is approximated: items are learned first, by
 * als-explicit, and kept; and there are finitely many rounds.
 */
export const mtrlUsers: Recommender<MtrlUsersParams> = {
  kind: "recommender",
  id: "mtrl-users",
  title: "Users as related tasks",
  summary: "Learns a linear model of ratings for every user over item factors, together with how the users are related.",
  source: {
    cite: "Zhang & Yeung 2010, A Convex Formulation for Learning Task Relationships in Multi-Task Learning, UAI",
    url: "https://arxiv.org/abs/1203.3536",
  },
  feedback: "explicit",
  params: {
    rank: { type: "number", default: 32, min: 1, max: 512, integer: true, help: "factors of an item" },
    itemDecay: { type: "number", default: 0.1, min: 1e-6, max: 1e6, help: "λ of als-explicit, which learns the items" },
    itemSweeps: { type: "number", default: 15, min: 1, max: 10_000, integer: true, help: "sweeps of als-explicit" },
    warmItemSweeps: { type: "number", default: 5, min: 1, max: 10_000, integer: true, help: "the same, going on from a trained model" },
    relationDecay: { type: "number", default: 0.003, min: 1e-9, max: 1e6, help: "λ₂ in (λ₂/2) tr(W Ω⁻¹ Wᵀ): how strongly users share" },
    weightDecay: { type: "number", default: 0, min: 0, max: 1e6, help: "λ₁ in (λ₁/2)‖W‖², which pulls every user to the item's mean" },
    epsilon: {
      type: "number",
      default: 1e-6,
      min: 1e-12,
      max: 1,
      help: "added to the squared singular values of W, so that D is never singular",
    },
    rounds: { type: "number", default: 10, min: 1, max: 10_000, integer: true, help: "times that users and their relation are solved for" },
  },
  relation: (params) => params,
  async fit(ratings, { params, start = null, userWeight = null, rng, signal, progress }) {
    const { rank, itemDecay, itemSweeps, warmItemSweeps } = params;
    const sweeps = start === null ? itemSweeps : warmItemSweeps;
    const settings = { rank, decay: itemDecay, sweeps, solver: { cgSteps: 3 }, start, userWeight };
    const learned = fitExplicitAls(ratings, settings, { rng, signal, progress: (done) => progress?.(done / 2) });
    const { weights, penalty } = relateUsers(ratings, learned, params, userWeight, (done) => {
      stopIfCancelled(signal);
      progress?.(0.5 + done / 2);
    });
    const userFactors = new Float64Array(ratings.users.length * rank);
    const userBias = new Float64Array(ratings.users.length);
    for (let u = 0; u < userBias.length; u++) {
      userFactors.set(weights.subarray(u * (rank + 1), u * (rank + 1) + rank), u * rank);
      userBias[u] = weights[u * (rank + 1) + rank];
    }
    const starts = startsByUser(ratings);
    const perRating = (p: number): number => 1 / (starts[ratings.user[p] + 1] - starts[ratings.user[p]]);
    const reader = {
      factors: userFactors,
      problem: {
        weight: perRating,
        pull: (p: number) => perRating(p) * (ratings.value[p] - learned.mean - learned.itemBias[ratings.item[p]]),
        ridge: () => params.weightDecay,
        gram: penalty,
      },
    };
    return {
      ...factorModel({ ...learned, userFactors, userBias }, "rating"),
      trace: (target, accounts) => traceExplicit({ ratings, factors: learned, decay: itemDecay, userWeight, target, accounts, reader }),
    };
  },
};

/** Wᵀ at the end of the rounds, and the penalty that its last round was solved with. Shapes: weights [users, rank + 1], penalty [rank + 1, rank + 1]. */
function relateUsers(
  ratings: Ratings,
  { rank, mean, itemFactors, itemBias }: Factors,
  params: MtrlUsersParams,
  userWeight: Float64Array | null,
  afterRound: (done: number) => void,
): { weights: Float64Array; penalty: Float64Array } {
  const size = rank + 1;
  const { starts, other } = incidenceByUser(ratings);
  const fixed = new Float64Array(itemBias.length * size);
  for (let i = 0; i < itemBias.length; i++) {
    fixed.set(itemFactors.subarray(i * rank, (i + 1) * rank), i * size);
    fixed[i * size + rank] = 1;
  }
  const perRating = Float64Array.from(ratings.user, (u) => 1 / (starts[u + 1] - starts[u]));
  const targets = ratings.value.map((value, p) => (value - mean - itemBias[ratings.item[p]]) * perRating[p]);
  const ridge = new Float64Array(ratings.users.length).fill(params.weightDecay);
  const x = new Float64Array(ratings.users.length * size);
  let gram = new Float64Array(size * size);
  let penalty = gram;
  for (let k = 0; k < size; k++) gram[k * size + k] = params.relationDecay * size;
  for (let round = 0; round < params.rounds; round++) {
    const failed = solveRidgeRowsInPlace({ x, size, starts, indices: other, weights: perRating, targets, fixed, ridge, gram }, "cholesky");
    if (failed >= 0) throw new NumericalError(`mtrl-users: the weights of user ${failed} have no solution: their equations are singular`);
    penalty = gram;
    gram = sharedPenalty(x, size, params, userWeight);
    afterRound((round + 1) / params.rounds);
  }
  return { weights: x, penalty };
}

/** λ₂ D⁻¹ with D = (W Wᵀ + εI)^½ / tr. Shapes: x [users, size], result [size, size]. */
function sharedPenalty(x: Float64Array, size: number, params: MtrlUsersParams, userWeight: Float64Array | null): Float64Array<ArrayBuffer> {
  const { values, vectors } = symmetricEigen(crossProducts(x, size, userWeight), size);
  const roots = values.map((value) => Math.sqrt(Math.max(0, value) + params.epsilon));
  const trace = roots.reduce((sum, root) => sum + root, 0);
  const out = new Float64Array(size * size);
  for (let e = 0; e < size; e++) {
    const scale = (params.relationDecay * trace) / roots[e];
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++) out[j * size + k] += scale * vectors[e * size + j] * vectors[e * size + k];
  }
  return out;
}
