// What fake accounts do to an engine that is trained from scratch on the poisoned ratings.
import { meanOverTargets, predictionShift, targetExposure } from "../../dist/blocks/ratings/target-metrics.js";
import { makeRng } from "../../dist/numeric/random.js";

/** Trains on the clean ratings once for each seed. */
export async function victimOf(engine, clean, seed) {
  return engine.recommender.fit(clean, { params: engine.params, rng: makeRng(`victim/${seed}`) });
}

/** HR@10, shift and median rank of one target, over genuine users who have not rated it. */
export async function impactOf({ engine, clean, victim, ratings, target, seed, audience = null }) {
  const model = await engine.recommender.fit(ratings, { params: engine.params, rng: makeRng(`victim/${seed}`) });
  const targets = Int32Array.of(target);
  const [before, after] = [victim, model].map((one) => targetExposure({ model: one, clean, targets, audience, k: 10 }));
  return {
    hitRate: meanOverTargets(after, ({ hitRate }) => hitRate),
    shift: predictionShift(before[0], after[0]),
    medianRank: after[0].medianRank,
    model,
  };
}
