import type { AccountDetector } from "../../core/recommender.ts";

/** |mean of the ratings at either end of the scale − mean of the others|; 0 where there are none of one sort. */
export const fillerMeanTargetDifference: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "filler-mean-target-difference",
  title: "Extreme ratings apart from the others",
  summary: "How far the mean of an account's ratings at an end of the scale is from the mean of its other ratings.",
  source: {
    cite: "FMTD of Burke, Mobasher, Williams & Bhaumik 2006, Classification Features for Attack Detection in Collaborative Recommender Systems, KDD",
    url: "https://doi.org/10.1145/1150402.1150465",
  },
  params: {},
  data: "ratings",
  async score({ user, value, users, scale }) {
    const top = { sum: new Float64Array(users.length), count: new Float64Array(users.length) };
    const rest = { sum: new Float64Array(users.length), count: new Float64Array(users.length) };
    for (let p = 0; p < value.length; p++) {
      const side = value[p] === scale.high || value[p] === scale.low ? top : rest;
      side.sum[user[p]] += value[p];
      side.count[user[p]]++;
    }
    return Float64Array.from(users, (_, u) =>
      top.count[u] === 0 || rest.count[u] === 0 ? 0 : Math.abs(top.sum[u] / top.count[u] - rest.sum[u] / rest.count[u]),
    );
  },
};
