import { deviationScores } from "../../blocks/ratings/deviation.ts";
import type { AccountDetector } from "../../core/recommender.ts";

export const wdma: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "wdma",
  title: "Weighted deviation from mean agreement",
  summary: "Like rdma, and items that few rated count more still.",
  source: {
    cite: "Burke, Mobasher, Williams & Bhaumik 2006, Classification Features for Attack Detection in Collaborative Recommender Systems, KDD",
    url: "https://doi.org/10.1145/1150402.1150465",
  },
  params: {},
  data: "ratings",
  async score(ratings) {
    return deviationScores(ratings).wdma;
  },
};
