import { UsageError } from "../../core/errors.ts";
import type { RatingRepair } from "../../core/recommender.ts";

export const dropAccounts: RatingRepair<{ threshold: number }> = {
  kind: "repair",
  id: "drop-accounts",
  title: "Training without suspicious accounts",
  summary: "Trains as if accounts above a suspicion had never rated anything; they are still served.",
  source: {
    cite: "Mehta & Nejdl 2009, Unsupervised Strategies for Shilling Detection and Robust Collaborative Filtering, UMUAI 19",
    url: "https://doi.org/10.1007/s11257-008-9050-4",
  },
  params: {
    threshold: { type: "number", default: 0.5, min: 0, max: 1, help: "suspicion from which on an account is left out" },
  },
  data: "ratings",
  async fit(ratings, suspicion, { params, train }) {
    const weights = suspicion.map((s) => (s >= params.threshold ? 0 : 1));
    const isLeft = new Set(ratings.user.filter((u) => weights[u] > 0)).size > 0;
    if (!isLeft) throw new UsageError(`drop-accounts leaves nobody: every account has a suspicion of ${params.threshold} or more`);
    return train(ratings, weights);
  },
};
