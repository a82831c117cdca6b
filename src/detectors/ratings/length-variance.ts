import type { AccountDetector } from "../../core/recommender.ts";

/** |n_u − n̄| / Σ_v (n_v − n̄)². */
export const lengthVariance: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "length-variance",
  title: "Unusual number of ratings",
  summary: "How far the number of ratings of an account is from the mean number.",
  source: {
    cite: "Burke, Mobasher, Williams & Bhaumik 2006, Classification Features for Attack Detection in Collaborative Recommender Systems, KDD",
    url: "https://doi.org/10.1145/1150402.1150465",
  },
  params: {},
  data: "ratings",
  async score({ user, users }) {
    const count = new Float64Array(users.length);
    for (const u of user) count[u]++;
    const mean = user.length / users.length;
    const squares = count.reduce((sum, n) => sum + (n - mean) ** 2, 0);
    return count.map((n) => (squares > 0 ? Math.abs(n - mean) / squares : 0));
  },
};
