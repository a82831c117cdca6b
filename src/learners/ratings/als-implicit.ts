import { factorModel } from "../../blocks/ratings/factor-model.ts";
import { type RowProblem, traceFactors } from "../../blocks/ratings/factor-trace.ts";
import { incidenceByItem, incidenceByUser } from "../../blocks/ratings/incidence.ts";
import { likedFromSpec, likedRatings } from "../../blocks/ratings/liked.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Recommender, type RecommenderModel, isFactorModel } from "../../core/recommender.ts";
import { crossProducts } from "../../numeric/matrices/gram.ts";
import type { Rng } from "../../numeric/random.ts";
import { solveRidgeRowsInPlace } from "../../numeric/solvers/ridge-rows.ts";

export interface AlsImplicitParams {
  readonly rank: number;
  readonly confidence: number;
  readonly decay: number;
  readonly sweeps: number;
  readonly warmSweeps: number;
  readonly likedFrom: number | "auto";
  readonly solver: "cg" | "cholesky";
  readonly cgSteps: number;
}

/**
 * Minimises Σ_u w_u (Σ_i c_ui (l_ui − x_u · y_i)² + λ |x_u|²) + λ Σ_i |y_i|², where l is 1 for liked items and 0 for all others, c = 1 + α for
 * liked items and 1 for all others. Differs from the paper in c, which grows with the strength of the feedback there.
 */
export const alsImplicit: Recommender<AlsImplicitParams> = {
  kind: "recommender",
  id: "als-implicit",
  title: "Alternating least squares of what is liked",
  summary: "Ranks items by inner products that are fitted to 1 for what a user liked and, with less confidence, to 0 for everything else.",
  source: {
    cite: "Hu, Koren & Volinsky 2008, Collaborative Filtering for Implicit Feedback Datasets, ICDM; conjugate gradients as Takács, Pilászy & Tikk 2011",
    url: "https://doi.org/10.1109/ICDM.2008.22",
  },
  feedback: "implicit",
  params: {
    rank: { type: "number", default: 32, min: 1, max: 512, integer: true, help: "factors of a user or item" },
    confidence: { type: "number", default: 10, min: 0, max: 1e6, help: "α: a liked item counts 1 + α times as much as another" },
    decay: { type: "number", default: 10, min: 1e-6, max: 1e6, help: "λ in the penalty of the factors" },
    sweeps: { type: "number", default: 10, min: 1, max: 10_000, integer: true, help: "times that users and items are solved for" },
    warmSweeps: { type: "number", default: 4, min: 1, max: 10_000, integer: true, help: "the same, going on from a trained model" },
    likedFrom: likedFromSpec,
    solver: { type: "choice", default: "cg", options: ["cg", "cholesky"], help: "conjugate gradients, or exactly" },
    cgSteps: { type: "number", default: 3, min: 1, max: 1000, integer: true, help: "steps of conjugate gradients in each sweep" },
  },
  async fit(ratings, { params, start = null, userWeight = null, rng, signal, progress }) {
    const { rank, confidence, decay, solver, cgSteps } = params;
    const liked = likedRatings(ratings, params.likedFrom);
    const [byUser, byItem] = [incidenceByUser(liked), incidenceByItem(liked)];
    const { userFactors, itemFactors } = startingFactors({ users: ratings.users.length, items: ratings.items.length, rank }, start, rng);
    const entries = liked.user.length;
    const [weights, targets] = [new Float64Array(entries), new Float64Array(entries)];
    const ridge = { user: new Float64Array(ratings.users.length).fill(decay), item: new Float64Array(ratings.items.length).fill(decay) };

    const solve = (side: "user" | "item", x: Float64Array, fixed: Float64Array): void => {
      const { starts, other } = side === "user" ? byUser : byItem;
      const weightOf = side === "user" ? null : userWeight;
      for (let p = 0; p < entries; p++) {
        const w = weightOf === null ? 1 : weightOf[other[p]];
        weights[p] = w * confidence;
        targets[p] = w * (1 + confidence);
      }
      const problem = { x, size: rank, starts, indices: other, weights, targets, fixed, ridge: ridge[side] };
      const gram = crossProducts(fixed, rank, weightOf);
      const failed = solveRidgeRowsInPlace({ ...problem, gram }, solver === "cg" ? { cgSteps } : solver);
      if (failed >= 0)
        throw new NumericalError(`als-implicit: the factors of ${side} ${failed} have no solution: their equations are singular`);
    };

    const sweeps = start === null ? params.sweeps : params.warmSweeps;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      stopIfCancelled(signal);
      solve("user", userFactors, itemFactors);
      solve("item", itemFactors, userFactors);
      progress?.((sweep + 1) / sweeps);
    }
    const bias = { userBias: new Float64Array(ratings.users.length), itemBias: new Float64Array(ratings.items.length) };
    const problem: Omit<RowProblem, "gram"> = {
      weight: () => confidence,
      pull: () => 1 + confidence,
      ridge: () => decay,
    };
    return {
      ...factorModel({ rank, mean: 0, userFactors, itemFactors, ...bias }, "preference"),
      trace(target, accounts) {
        const userProblem: RowProblem = { ...problem, gram: crossProducts(itemFactors, rank, null) };
        return traceFactors({
          ratings: liked,
          target,
          accounts,
          size: rank,
          raters: userFactors,
          readers: userFactors,
          items: itemFactors,
          userWeight,
          itemProblem: { ...problem, gramOf: (weight) => crossProducts(userFactors, rank, weight) },
          gramWeight: 1,
          raterProblem: userProblem,
          readerProblem: userProblem,
        });
      },
    };
  },
};

/** Those of `start` for whom it knows, else zeros for users and small random factors for items. */
function startingFactors(
  { users, items, rank }: { users: number; items: number; rank: number },
  start: RecommenderModel | null,
  rng: Rng,
): { userFactors: Float64Array; itemFactors: Float64Array } {
  const userFactors = new Float64Array(users * rank);
  if (start !== null && isFactorModel(start) && start.factors.rank === rank && start.factors.itemBias.length === items) {
    userFactors.set(start.factors.userFactors.subarray(0, userFactors.length));
    return { userFactors, itemFactors: start.factors.itemFactors.slice() };
  }
  const stream = rng.fork("items");
  return { userFactors, itemFactors: Float64Array.from({ length: items * rank }, () => (0.1 * stream.normal()) / Math.sqrt(rank)) };
}
