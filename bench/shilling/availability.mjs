// What accounts that aim at everybody's predictions cost: error of genuine held-out ratings, clean, under average profiles, and under the optimised attack.
import { ratingError } from "../../dist/blocks/ratings-ranking-metrics.js";
import { ratingsAt } from "../../dist/core/ratings.js";
import { randomRatingSplit } from "../../dist/data/ratings-split.js";
import { makeRng } from "../../dist/numeric/random.js";
import { attacked, engineOf, mean } from "./scene.mjs";

const pairs = [
  ["als-explicit", "pga-ratings"],
  ["mtrl-users", "patom-accounts"],
];

export async function availabilityTable({ clean: whole, fractions, fillers, targets, seeds }) {
  for (const [engineId, attackId] of pairs) {
    const engine = engineOf(engineId, { rank: 8 });
    console.log(`\n${engineId} rank 8: RMSE of genuine held-out ratings, clean → average-profiles → ${attackId}`);
    for (const fraction of fractions) {
      const found = [[], [], []];
      for (const seed of seeds) {
        const split = randomRatingSplit(whole, 0.1, makeRng(`availability/${seed}`));
        const [clean, heldOut] = [ratingsAt(whole, split.train), ratingsAt(whole, split.test)];
        const fit = (ratings) => engine.recommender.fit(ratings, { params: engine.params, rng: makeRng(`victim/${seed}`) });
        const victim = await fit(clean);
        const accounts = Math.floor(fraction * whole.users.length);
        const scene = { clean, target: targets[0], accounts, fillers, seed, engine, victim: async () => victim };
        const average = await attacked({ ...scene, id: "average-profiles" });
        const optimised = await attacked({ ...scene, id: attackId, goal: "availability" });
        const models = [victim, await fit(average.ratings), await fit(optimised.ratings)];
        models.forEach((model, k) => found[k].push(ratingError(model, heldOut)));
      }
      console.log(`  ${100 * fraction} %: ${found.map((errors) => mean(errors).toFixed(4)).join(" → ")}`);
    }
  }
}
