// Ten rows of a class, moved a little and truly labelled, against the answer to one row: how often that becomes their class, and what else changes; on a frozen encoder, one that is
// trained on, and one that the attacker can only guess at (a surrogate pretrained on another sample).
//   node bench/collisions.mjs [--seeds 10] [--first-seed 0] [--targets 3] [--data mnist,digits] [--set radius=0.3]
import { parseArgs } from "node:util";
import { measureIntent } from "../dist/study/table/intent-metrics.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { makeRng } from "../dist/numeric/random.js";
import { attackOf, baseOn, dealParts, meanText, pipelineOn, reach, readSet, refuseBreach } from "./parts/base-model.mjs";
import { givenParams } from "./parts/paired-attacks.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    targets: { type: "string", default: "3" },
    data: { type: "string", default: "mnist,digits" },
    set: { type: "string", multiple: true, default: [] },
  },
});
const poisons = 10;
const attacks = ["feature-collision", "bullseye-polytope"].map(attackOf);
const victims = {
  "linear probe, encoder known": { settings: {}, isKnown: true },
  "linear probe, encoder unknown": { settings: {}, isKnown: false },
  "fine-tuned at 0.001, known": { settings: { tuning: "fine-tune", learningRate: 1e-3, decoupled: false }, isKnown: true },
  "fine-tuned at 0.0001, known": { settings: { tuning: "fine-tune", learningRate: 1e-4, decoupled: false }, isKnown: true },
};

for (const name of options.data.split(",")) {
  const set = await readSet(name);
  if (set === null) {
    console.log(`${name} is not here: nothing is measured`);
    continue;
  }
  const { table } = set;
  const found = {};
  for (let seed = Number(options["first-seed"]), end = seed + Number(options.seeds); seed < end; seed++) {
    const rng = makeRng(`bench/collisions/${name}/${seed}`);
    const rows = dealParts(set, rng);
    const clean = { table, rows: rows.own };
    const ground = await (await baseOn(table, rows.base, rng.fork("base"))).after(null);
    const guessed = await (await baseOn(table, rows.other, rng.fork("other"))).after(null);
    const budget = { fraction: poisons / rows.own.length, rows: poisons };
    for (const [victimName, { settings, isKnown }] of Object.entries(victims)) {
      const pipeline = await pipelineOn(ground, clean, settings, rng);
      const fitted = await pipeline.fit(clean, { rng: rng.fork("fit") });
      const surrogate = isKnown ? pipeline : await pipelineOn(guessed, clean, settings, rng.fork("surrogate"));
      const seen = isKnown ? fitted : await surrogate.fit(clean, { rng: rng.fork("surrogate fit") });
      const test = fitted.encode(table, rows.test);
      const right = predict(fitted.model, test);
      const asked = rows.test.filter((_, i) => right[i] === test.y[i]).slice(0, Number(options.targets));
      for (const attack of attacks) {
        const result = (found[`${attack.id.padEnd(18)} ${victimName}`] ??= { shares: [], collateral: [] });
        const params = resolveParams(attack.id, attack.params, givenParams(attack, options.set));
        const hits = [];
        for (const row of asked) {
          const target = { anyOf: null, rows: Int32Array.of(row) };
          const poison = await attack.poison(
            { clean, pipeline: surrogate, budget, reach, target, victim: () => Promise.resolve(seen) },
            { rng: rng.fork(attack.id).fork(row), params },
          );
          refuseBreach({ poison, threat: attack.threat, budget, clean });
          const attacked = await pipeline.fit(clean, { rng: rng.fork("fit"), poison });
          const encoder = pipeline.encode(clean, null).encoder;
          const metrics = measureIntent(
            poison.intent,
            { model: attacked.model, encoder },
            { model: fitted.model, encoder },
            table,
            (through, changed = table) => through.encode(changed, rows.test),
          );
          // A surrogate may take the true class for another one, and the attacker then means what is true already.
          hits.push(metrics.attackSuccessRate ?? 0);
          result.collateral.push(metrics.collateralErrorRise);
        }
        result.shares.push(hits.reduce((sum, hit) => sum + hit, 0) / hits.length);
      }
    }
    console.error(`${name}, seed ${seed} done`);
  }
  console.log(
    `${name}, ${set.parts.own} rows to learn from, ${poisons} of them moved, ${options.targets} targets a seed: success, rise of the error elsewhere`,
  );
  for (const [what, { shares, collateral }] of Object.entries(found))
    console.log(`  ${what.padEnd(50)} ${meanText(shares, [0, 1])}, ${meanText(collateral)}`);
}
