// What repairs give and cost: shift and HR@10 of the target after an attack, error of genuine held-out ratings and NDCG@10 of genuine held-out items.
import { rankingQuality, ratingError } from "../../dist/blocks/ratings/ranking-metrics.js";
import { predictionShift, targetExposure } from "../../dist/blocks/ratings/target-metrics.js";
import { catalog } from "../../dist/catalog.js";
import { resolveParams } from "../../dist/core/params.js";
import { ratingsAt } from "../../dist/core/ratings.js";
import { randomRatingSplit } from "../../dist/data/ratings-split.js";
import { makeRng } from "../../dist/numeric/random.js";
import { attacked, engineOf, mean } from "./scene.mjs";

export async function repairTable({ clean: whole, fraction, fillers, targets, seeds, engineId, engineParams, attackIds }) {
  const engine = engineOf(engineId, engineParams);
  const detector = catalog.ratings.detectors.find(({ id }) => id === "account-evidence");
  const accounts = Math.floor(fraction * whole.users.length);
  console.log(
    `\n${engineId} ${JSON.stringify(engineParams)}, ${accounts} accounts, suspicion of account-evidence: HR@10 / shift / genuine RMSE / genuine NDCG@10`,
  );
  for (const attackId of [null, ...attackIds]) {
    console.log(`  ${attackId ?? "no attack"}`);
    const rows = new Map();
    for (const seed of seeds) {
      const split = randomRatingSplit(whole, 0.1, makeRng(`repair/${seed}`));
      const [clean, heldOut] = [ratingsAt(whole, split.train), ratingsAt(whole, split.test)];
      const fit = (ratings, userWeight) =>
        engine.recommender.fit(ratings, { params: engine.params, rng: makeRng(`victim/${seed}`), userWeight });
      const victim = await fit(clean, null);
      for (const target of targets) {
        const scene = { clean, id: attackId, target, accounts, fillers, seed, engine, victim: async () => victim };
        const ratings = attackId === null ? clean : (await attacked(scene)).ratings;
        const suspicion = await detector.score(ratings, { rng: makeRng("detect"), params: {} });
        for (const repair of [null, ...catalog.ratings.repairs]) {
          const options = { rng: makeRng("repair"), params: repair && resolveParams(repair.id, repair.params), train: fit };
          const model = repair === null ? await fit(ratings, null) : await repair.fit(ratings, suspicion, options);
          const [before, after] = [victim, model].map(
            (one) => targetExposure({ model: one, clean, targets: Int32Array.of(target), audience: null, k: 10 })[0],
          );
          const row = [
            after.hitRate,
            predictionShift(before, after),
            ratingError(model, heldOut) ?? NaN,
            rankingQuality({ model, train: clean, heldOut, k: 10 }).ndcg,
          ];
          const name = repair?.id ?? "(none)";
          rows.set(name, [...(rows.get(name) ?? []), row]);
        }
      }
    }
    for (const [name, all] of rows)
      console.log(`    ${name.padEnd(18)} ${[3, 2, 4, 4].map((digits, k) => mean(all.map((row) => row[k])).toFixed(digits)).join(" / ")}`);
  }
}
