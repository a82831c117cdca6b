import { deviationScores } from "../../blocks/ratings/deviation.ts";
import type { AccountDetector } from "../../core/recommender.ts";

export const rdma: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "rdma",
  title: "Rating deviation from mean agreement",
  summary: "How far an account departs from the mean of each item on average, counting more where few rated the item.",
  source: {
    cite: "Chirita, Nejdl & Zamfir 2005, Preventing Shilling Attacks in Online Recommender Systems, WIDM, eq. 5",
    url: "https://doi.org/10.1145/1097047.1097061",
  },
  params: {},
  data: "ratings",
  async score(ratings) {
    return deviationScores(ratings).rdma;
  },
};
