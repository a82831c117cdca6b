import { varianceShares } from "../../blocks/ratings/account-traits.ts";
import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";
import type { AccountDetector } from "../../core/recommender.ts";

/**
 * d_u = Σ_c p_c(u)² over the leading principal components p_c of the users' correlations, each user's missing ratings being zeros. Published code sums
 * loadings that are not squared, so that what it finds depends on the sign that a solver happens to give them; squares do not.
 */
export const pcaVarSelect: AccountDetector<{ components: number; tails: "low" | "both" }> = {
  kind: "detector",
  id: "pca-var-select",
  title: "Principal components of users",
  summary:
    "How far an account stands apart in the leading correlations of users: fake accounts correlate with few, or so much with each other that they lead.",
  source: {
    cite: "Mehta & Nejdl 2009, Unsupervised Strategies for Shilling Detection and Robust Collaborative Filtering, UMUAI 19; the upper tail is Theriac's",
    url: "https://doi.org/10.1007/s11257-008-9050-4",
  },
  params: {
    components: { type: "number", default: 3, min: 1, max: 100, integer: true, help: "leading components" },
    tails: {
      type: "choice",
      default: "both",
      options: ["low", "both"],
      help: "whether only users with small d are suspicious, as published, or all whose log d is far from the median",
    },
  },
  data: "ratings",
  async score(ratings, { params }) {
    const shares = varianceShares(ratings, params.components);
    if (params.tails === "low") return shares.map((share) => -share);
    const floor = 1e-6 * medianOf(shares) + Number.MIN_VALUE;
    const logs = shares.map((share) => Math.log(Math.max(share, floor)));
    const [centre, spread] = [medianOf(logs), spreadOf(logs)];
    return logs.map((log) => (spread > 0 ? Math.abs(log - centre) / spread : 0));
  },
};
