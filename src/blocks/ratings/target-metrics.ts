import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { RecommenderModel } from "../../core/recommender.ts";
import { placesInto } from "./places.ts";
import { type ScoreReader, readScores } from "./scores.ts";

/** What genuine users who have not rated a target see of it. */
export interface TargetExposure {
  readonly target: number;
  /** How many genuine users have not rated it: those of the audience that the other figures are over. */
  readonly users: number;
  /** Share of them whose rank of it, as below, is at most k; null where there is nobody. */
  readonly hitRate: number | null;
  /** Of its place among what they have not rated, 1 = first; equal scores share the mean of their places. */
  readonly meanRank: number | null;
  readonly medianRank: number | null;
  /** The score of each of those users, for `predictionShift`; NaN for the others of the audience. Shape: [audience]. */
  readonly scores: Float64Array;
  /** Its place, as above, for each of those users; NaN for the others of the audience. Shape: [audience]. */
  readonly ranks: Float64Array;
}

export interface ExposureInput {
  /** The genuine ratings; what they hold is rated. */
  readonly clean: Ratings;
  readonly targets: Int32Array;
  /** Genuine users; null = all. */
  readonly audience: Int32Array | null;
  readonly k: number;
}

/** One entry for each target. */
export function targetExposure({ model, ...input }: ExposureInput & { readonly model: RecommenderModel }): TargetExposure[] {
  return readScores(model, input.clean.items.length, exposureReader(input));
}

export function exposureReader({ clean, targets, audience, k }: ExposureInput): ScoreReader<TargetExposure[]> {
  const users = audience ?? Int32Array.from(clean.users, (_, u) => u);
  const starts = startsByUser(clean);
  const places = new Float64Array(targets.length);
  const found = Array.from(targets, () => ({
    hits: 0,
    scores: new Float64Array(users.length).fill(NaN),
    ranks: new Float64Array(users.length).fill(NaN),
  }));
  return {
    users,
    read(user, scores, index) {
      const own = clean.item.subarray(starts[user], starts[user + 1]);
      placesInto(places, scores, own, targets);
      for (let t = 0; t < targets.length; t++) {
        if (Number.isNaN(places[t])) continue;
        found[t].ranks[index] = places[t];
        found[t].hits += Number(places[t] <= k);
        found[t].scores[index] = scores[targets[t]];
      }
    },
    result: () =>
      found.map(({ ranks, hits, scores }, t) => {
        const known = ranks.filter((rank) => !Number.isNaN(rank));
        const mean = (sum: number): number | null => (known.length === 0 ? null : sum / known.length);
        const meanRank = mean(known.reduce((sum, rank) => sum + rank, 0));
        return { target: targets[t], users: known.length, hitRate: mean(hits), meanRank, medianRank: medianOf(known), scores, ranks };
      }),
  };
}

/** The mean over targets of one figure, which null leaves out; null where all are. */
export function meanOverTargets(exposures: readonly TargetExposure[], figure: (exposure: TargetExposure) => number | null): number | null {
  const values = exposures.map(figure).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of after − before over the users who have not rated the target; scores are not clipped to the scale. Null where there is nobody. */
export function predictionShift(before: TargetExposure, after: TargetExposure): number | null {
  let [sum, count] = [0, 0];
  for (let n = 0; n < before.scores.length; n++) {
    if (Number.isNaN(before.scores[n])) continue;
    sum += after.scores[n] - before.scores[n];
    count++;
  }
  return count === 0 ? null : sum / count;
}

function medianOf(values: Float64Array): number | null {
  if (values.length === 0) return null;
  const sorted = values.slice().sort();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
