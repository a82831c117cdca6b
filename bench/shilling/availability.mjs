// What optimised accounts do beside random and average ones, on an engine whose training they climb: error of genuine held-out ratings when they aim at
// everybody's predictions, and the target's median rank when they promote it. Differences are paired over seeds.
import { ratingError } from "../../dist/blocks/ratings/ranking-metrics.js";
import { ratingsAt } from "../../dist/core/ratings.js";
import { randomRatingSplit } from "../../dist/data/ratings-split.js";
import { makeRng } from "../../dist/numeric/random.js";
import { pairedGain } from "./comparison.mjs";
import { impactOf } from "./impact.mjs";
import { attacked, engineOf, mean } from "./scene.mjs";

const pairs = [
  ["mtrl-users", "patom-accounts"],
  ["als-explicit", "pga-ratings"],
];
const simple = ["random-profiles", "average-profiles", "love-hate-profiles"];

export async function availabilityTable({ clean: whole, fractions, fillers, targets, seeds, engineIds }) {
  for (const [engineId, attackId] of pairs.filter(([id]) => engineIds === undefined || engineIds.includes(id))) {
    const engine = engineOf(engineId, { rank: 8 });
    for (const fraction of fractions) {
      const accounts = Math.floor(fraction * whole.users.length);
      const ids = ["(no attack)", ...simple, attackId];
      const found = new Map(ids.map((id) => [id, { rmse: [], rank: [], hits: [] }]));
      for (const seed of seeds) {
        const split = randomRatingSplit(whole, 0.1, makeRng(`availability/${seed}`));
        const [clean, heldOut] = [ratingsAt(whole, split.train), ratingsAt(whole, split.test)];
        const fit = (ratings) => engine.recommender.fit(ratings, { params: engine.params, rng: makeRng(`victim/${seed}`) });
        const victim = await fit(clean);
        for (const id of ids) {
          const own = found.get(id);
          const scene = { clean, id, accounts, fillers, seed, engine, victim: async () => victim };
          const goal = id === attackId ? "availability" : "promote";
          const open = id === "(no attack)" ? clean : (await attacked({ ...scene, target: targets[0], goal })).ratings;
          own.rmse.push(ratingError(await fit(open), heldOut));
          const impacts = [];
          for (const target of targets) {
            const ratings = id === "(no attack)" ? clean : (await attacked({ ...scene, target })).ratings;
            impacts.push(await impactOf({ engine, clean, victim, ratings, target, seed }));
          }
          own.rank.push(mean(impacts.map(({ medianRank }) => medianRank)));
          own.hits.push(mean(impacts.map(({ hitRate }) => hitRate)));
        }
      }
      console.log(
        `\n${engineId} rank 8, ${accounts} accounts (${100 * fraction} %), ${seeds.length} seeds, ${targets.length} targets: genuine RMSE / median rank of the target / HR@10`,
      );
      for (const [id, { rmse, rank, hits }] of found)
        console.log(`  ${id.padEnd(20)} ${mean(rmse).toFixed(4)} / ${mean(rank).toFixed(0)} / ${mean(hits).toFixed(3)}`);
      const ours = found.get(attackId);
      for (const id of simple) {
        console.log(`  ${attackId} over ${id}: RMSE by ${pairedGain(found.get(id).rmse, ours.rmse, 1)}`);
        console.log(`  ${attackId} over ${id}: rank by ${pairedGain(found.get(id).rank, ours.rank, -1)}`);
      }
    }
  }
}
