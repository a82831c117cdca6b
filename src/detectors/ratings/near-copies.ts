import { meanNearestSimilarity } from "../../blocks/ratings/user-pairs.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector } from "../../core/recommender.ts";

/**
 * A rating weighs log(U / c), c being how many of U users gave that item that rating. The similarity of two accounts is the weight of what they rated
 * alike over the root of the product of their whole weights: 1 for copies.
 */
export const nearCopies: AccountDetector<{ neighbours: number }> = {
  kind: "detector",
  id: "near-copies",
  title: "Copies of one profile",
  summary: "How much of an account is found, rating for rating, in its nearest accounts, where rare agreement counts most.",
  source: {
    cite: "the idea of group shilling: Su, Zeng & Chen 2005, Finding Group Shilling in Recommendation System, WWW; the measure is Theriac's",
    url: "https://doi.org/10.1145/1062745.1062818",
  },
  params: {
    neighbours: { type: "number", default: 5, min: 1, max: 10_000, integer: true, help: "nearest accounts that are averaged over" },
  },
  data: "ratings",
  async score(ratings, { params }) {
    const votes = asVotes(ratings);
    const weightOf = new Float64Array(ratings.users.length);
    const chosen = new Float64Array(votes.items.length);
    for (const vote of votes.item) chosen[vote]++;
    const entry = Float64Array.from(votes.item, (vote) => Math.sqrt(Math.log(Math.max(1, ratings.users.length / chosen[vote]))));
    for (let p = 0; p < entry.length; p++) weightOf[votes.user[p]] += entry[p] * entry[p];
    return meanNearestSimilarity(votes, entry, params.neighbours, ({ product }, u, v) => {
      const whole = Math.sqrt(weightOf[u] * weightOf[v]);
      return whole > 0 ? product / whole : 0;
    });
  },
};

/** The same ratings with an "item" for every value that an item was given. */
function asVotes(ratings: Ratings): Ratings {
  const places = new Map<string, number>();
  const item = ratings.item.map((i, p) => {
    const name = `${i} ${ratings.value[p]}`;
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  });
  return { ...ratings, item, items: [...places.keys()] };
}
