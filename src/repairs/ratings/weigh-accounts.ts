import type { RatingRepair } from "../../core/recommender.ts";

export const weighAccounts: RatingRepair<{ power: number; least: number }> = {
  kind: "repair",
  id: "weigh-accounts",
  title: "Training with accounts weighed by trust",
  summary: "Lets an account count for others by how little it is suspected: no threshold decides who is fake.",
  source: {
    cite: "the soft removal of Mehta, Hofmann & Nejdl 2007, Robust Collaborative Filtering, RecSys",
    url: "https://doi.org/10.1145/1297231.1297240",
  },
  params: {
    power: { type: "number", default: 4, min: 0, max: 100, help: "an account of suspicion s has the weight (1 − s) to this power" },
    least: { type: "number", default: 1e-3, min: 1e-9, max: 1, help: "the least weight, so that somebody is always left" },
  },
  data: "ratings",
  refuses: ({ recommender }) => (recommender.outside === undefined ? null : "it gives accounts a weight, and ratings in a file have none"),
  async fit(ratings, suspicion, { params, train }) {
    return train(
      ratings,
      suspicion.map((s) => Math.max(params.least, (1 - s) ** params.power)),
    );
  },
};
