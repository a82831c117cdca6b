import { deviationScores } from "../../blocks/ratings/deviation.ts";
import type { AccountDetector } from "../../core/recommender.ts";

export const wda: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "wda",
  title: "Weighted degree of agreement",
  summary: "Like rdma, summed over all ratings of an account instead of averaged.",
  source: {
    cite: "Burke, Mobasher, Williams & Bhaumik 2006, Classification Features for Attack Detection in Collaborative Recommender Systems, KDD",
    url: "https://doi.org/10.1145/1150402.1150465",
  },
  params: {},
  data: "ratings",
  async score(ratings) {
    return deviationScores(ratings).wda;
  },
};
