// The share of lists of ten that targets are on under the searched accounts, beside every public profile. All targets are promoted by the same accounts, as
// in an audit; engines are trained from scratch, with their own defaults.
import { targetExposure } from "../../dist/blocks/ratings/target-metrics.js";
import { makeRng } from "../../dist/numeric/random.js";
import { pairedGain } from "./comparison.mjs";
import { victimOf } from "./impact.mjs";
import { attacked, engineOf, mean } from "./scene.mjs";

const publicProfiles = [
  "random-profiles",
  "average-profiles",
  "popular-average-profiles",
  "bandwagon-profiles",
  "segment-profiles",
  "love-hate-profiles",
  "probe-profiles",
];

export async function hitTable({ clean, fraction, fillers, targets, seeds, engineIds = ["item-knn", "als-implicit"], attackIds }) {
  const searched = attackIds ?? ["searched-profiles"];
  const accounts = Math.floor(fraction * clean.users.length);
  console.log(
    `${accounts} accounts, ${fillers} fillers, targets ${targets.join(",")} together, seeds ${seeds.join(",")}: HR@10 / median rank`,
  );
  for (const id of engineIds) {
    const engine = engineOf(id);
    const hits = new Map([...publicProfiles, ...searched].map((attack) => [attack, []]));
    const ranks = new Map([...hits.keys()].map((attack) => [attack, []]));
    let attackSeconds = 0;
    for (const seed of seeds) {
      const victim = await victimOf(engine, clean, seed);
      for (const attack of hits.keys()) {
        const before = process.cpuUsage();
        const { ratings } = await attacked({
          clean,
          id: attack,
          target: targets,
          accounts,
          fillers,
          seed,
          engine,
          victim: async () => victim,
        });
        if (searched.includes(attack)) attackSeconds += process.cpuUsage(before).user / 1e6;
        const model = await engine.recommender.fit(ratings, { params: engine.params, rng: makeRng(`victim/${seed}`) });
        const exposures = targetExposure({ model, clean, targets: Int32Array.from(targets), audience: null, k: 10 });
        hits.get(attack).push(mean(exposures.map(({ hitRate }) => hitRate)));
        ranks.get(attack).push(mean(exposures.map(({ medianRank }) => medianRank)));
      }
    }
    console.log(`\n${id}, ${(attackSeconds / seeds.length / searched.length).toFixed(1)} CPU s a search`);
    for (const [attack, rates] of hits)
      console.log(`  ${attack.padEnd(28)} ${mean(rates).toFixed(4)} / ${mean(ranks.get(attack)).toFixed(0)}`);
    const best = publicProfiles.reduce((a, b) => (mean(hits.get(b)) > mean(hits.get(a)) ? b : a));
    for (const attack of searched) console.log(`  ${attack} above ${best} by ${pairedGain(hits.get(best), hits.get(attack), 1)}`);
  }
}
