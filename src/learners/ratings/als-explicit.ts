import { fitExplicitAls } from "../../blocks/ratings/explicit-als.ts";
import { factorModel } from "../../blocks/ratings/factor-model.ts";
import { traceExplicit } from "../../blocks/ratings/explicit-trace.ts";
import type { Recommender } from "../../core/recommender.ts";

export interface AlsExplicitParams {
  readonly rank: number;
  readonly decay: number;
  readonly sweeps: number;
  readonly warmSweeps: number;
  readonly solver: "cg" | "cholesky";
  readonly cgSteps: number;
}

/** Differs from the paper in having biases, and in the choice of conjugate gradients for the ridge problems. */
export const alsExplicit: Recommender<AlsExplicitParams> = {
  kind: "recommender",
  id: "als-explicit",
  title: "Alternating least squares of ratings",
  summary: "Predicts ratings by inner products of user and item factors with biases, solved in turn by ridge regression.",
  source: {
    cite: "Zhou, Wilkinson, Schreiber & Pan 2008, Large-Scale Parallel Collaborative Filtering for the Netflix Prize, AAIM",
    url: "https://doi.org/10.1007/978-3-540-68880-8_32",
  },
  feedback: "explicit",
  params: {
    rank: { type: "number", default: 32, min: 1, max: 512, integer: true, help: "factors of a user or item" },
    decay: { type: "number", default: 0.1, min: 1e-6, max: 1e6, help: "λ, which is multiplied by the number of ratings of a user or item" },
    sweeps: { type: "number", default: 15, min: 1, max: 10_000, integer: true, help: "times that users and items are solved for" },
    warmSweeps: { type: "number", default: 5, min: 1, max: 10_000, integer: true, help: "the same, going on from a trained model" },
    solver: { type: "choice", default: "cg", options: ["cg", "cholesky"], help: "conjugate gradients, or exactly" },
    cgSteps: { type: "number", default: 3, min: 1, max: 1000, integer: true, help: "steps of conjugate gradients in each sweep" },
  },
  leastSquares: ({ decay }) => ({ decay }),
  async fit(ratings, { params, start = null, userWeight = null, ...run }) {
    const { rank, decay, solver, cgSteps } = params;
    const settings = {
      rank,
      decay,
      sweeps: start === null ? params.sweeps : params.warmSweeps,
      solver: solver === "cg" ? { cgSteps } : solver,
      start,
      userWeight,
    };
    const factors = fitExplicitAls(ratings, settings, run);
    return {
      ...factorModel(factors, "rating"),
      trace: (target, accounts) => traceExplicit({ ratings, factors, decay, userWeight, target, accounts }),
    };
  },
};
