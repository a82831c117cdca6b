import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { RecommenderModel } from "../../core/recommender.ts";
import { placesInto } from "./places.ts";
import { type ScoreReader, predictionReader, readScores } from "./scores.ts";

/** How well held-out ratings of genuine users are found; null where there are none. */
export interface RankingQuality {
  /** Users with something held out. */
  readonly users: number;
  /** Mean over users of the share of their held-out items among the first k; with one each it is the hit rate. */
  readonly recall: number | null;
  /** Share of users with a held-out item among the first k. */
  readonly hitRate: number | null;
  /** Mean over users of Σ 1 / log₂(1 + place) over held-out items among the first k, over the most it could be. */
  readonly ndcg: number | null;
}

interface HeldOut {
  readonly train: Ratings;
  readonly heldOut: Ratings;
  readonly k: number;
}

/** Every item that a user has not rated in `train` is ranked. Equal scores share the mean of their places. */
export function rankingQuality({ model, ...input }: HeldOut & { readonly model: RecommenderModel }): RankingQuality {
  return readScores(model, input.train.items.length, rankingReader(input));
}

export function rankingReader({ train, heldOut, k }: HeldOut): ScoreReader<RankingQuality> {
  const [trainStarts, heldStarts] = [startsByUser(train), startsByUser(heldOut)];
  const users = Int32Array.from(new Set(heldOut.user));
  let [recall, hits, ndcg] = [0, 0, 0];
  const mean = (sum: number): number | null => (users.length === 0 ? null : sum / users.length);
  return {
    users,
    read(user, scores) {
      const rated = train.item.subarray(trainStarts[user], trainStarts[user + 1]);
      const wanted = heldOut.item.subarray(heldStarts[user], heldStarts[user + 1]);
      const places = new Float64Array(wanted.length);
      placesInto(places, scores, rated, wanted);
      let [found, gain] = [0, 0];
      for (const place of places) {
        if (!(place <= k)) continue;
        found++;
        gain += 1 / Math.log2(1 + place);
      }
      let most = 0;
      for (let place = 1; place <= Math.min(k, wanted.length); place++) most += 1 / Math.log2(1 + place);
      recall += found / wanted.length;
      hits += Number(found > 0);
      ndcg += gain / most;
    },
    result: () => ({ users: users.length, recall: mean(recall), hitRate: mean(hits), ndcg: mean(ndcg) }),
  };
}

/** Root mean squared error of predicted ratings, not clipped to the scale; null where there are none. */
export function ratingError(model: RecommenderModel, heldOut: Ratings): number | null {
  return heldOut.value.length === 0 ? null : readScores(model, heldOut.items.length, errorReader(heldOut));
}

export function errorReader(heldOut: Ratings): ScoreReader<number | null> {
  const { users, read, result } = predictionReader(heldOut);
  return {
    users,
    read,
    result() {
      const predicted = result();
      if (predicted.length === 0) return null;
      const squares = predicted.reduce((sum, value, p) => sum + (value - heldOut.value[p]) ** 2, 0);
      return Math.sqrt(squares / predicted.length);
    },
  };
}
