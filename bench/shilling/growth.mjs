// How the CPU time of what an audit of a recommender does grows with the ratings, on synthetic ones.
import { targetExposure } from "../../dist/blocks/ratings/target-metrics.js";
import { accountEvidence } from "../../dist/detectors/ratings/account-evidence.js";
import { makeRng } from "../../dist/numeric/random.js";
import { syntheticRatings } from "../parts/data.mjs";
import { attacked, cpuMs, engineOf } from "./scene.mjs";

const shapes = [
  { users: 943, items: 1_682, ratings: 100_000 },
  { users: 2_400, items: 2_500, ratings: 300_000 },
  { users: 6_040, items: 3_706, ratings: 1_000_000 },
];

export async function growthTable() {
  for (const shape of shapes) {
    const clean = syntheticRatings(shape);
    const accounts = Math.floor(0.01 * shape.users);
    const target = shape.items - 5;
    const { ratings } = await attacked({ clean, id: "average-profiles", target, accounts, fillers: 36, seed: 1 });
    const row = [];
    for (const [id, params] of [
      ["als-explicit", {}],
      ["als-implicit", {}],
      ["item-knn", {}],
    ]) {
      const { recommender, params: full } = engineOf(id, params);
      let model = null;
      const fitMs = await cpuMs(async () => (model = await recommender.fit(ratings, { params: full, rng: makeRng("growth") })), 1);
      const lifts = new Float64Array(accounts * shape.users);
      const everybody = Int32Array.from(clean.users, (_, u) => u);
      const fakes = Int32Array.from({ length: accounts }, (_, k) => shape.users + k);
      const traceMs = await cpuMs(() => model.trace(target, fakes).liftsInto(lifts, everybody), 1);
      row.push(`${id} ${seconds(fitMs)} (trace ${seconds(traceMs)})`);
      if (id !== "als-explicit") continue;
      const targets = Int32Array.of(target);
      row.push(`exposure of everybody ${seconds(await cpuMs(() => targetExposure({ model, clean, targets, audience: null, k: 10 }), 1))}`);
    }
    row.push(`account-evidence ${seconds(await cpuMs(() => accountEvidence.score(ratings, { rng: makeRng("growth"), params: {} }), 1))}`);
    console.log(`${shape.ratings} ratings of ${shape.items} items by ${shape.users} users, ${accounts} accounts, CPU s: ${row.join(", ")}`);
  }
}

function seconds(ms) {
  return (ms / 1000).toFixed(2);
}
