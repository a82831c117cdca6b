// Trained networks under attack: a backdoor written into few weights or bits, few weights reversed, rows dropped in training beside as many dropped at random. Success on rows
// with the trigger, and what clean accuracy loses, with intervals over seeds.
//   node bench/weights.mjs [--seeds 10] [--data mnist,digits,spambase] [--learner mlp]
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { budgetOf } from "../dist/core/threat.js";
import { encoderParams, makeEncoder } from "../dist/data/encoder.js";
import { readTable } from "../dist/node/read/read-table.js";
import { makeRng } from "../dist/numeric/random.js";
import { makePipeline } from "../dist/study/table/make-pipeline.js";
import { measureIntent } from "../dist/study/table/intent-metrics.js";
import { meanText } from "./parts/base-model.mjs";
import { randomDrop } from "./parts/plain-attacks.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    data: { type: "string", default: "mnist,digits,spambase" },
    learner: { type: "string", default: "mlp" },
  },
});
const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const sets = {
  mnist: { data: `${folder}/mnist/t10k-images-idx3-ubyte.gz`, labels: [] },
  digits: { data: `${folder}/digits/digits.csv.gz`, labels: ["65"], predict: "classes", header: false },
  spambase: { data: `${folder}/spambase/spambase.data`, labels: ["58"], predict: "classes", header: false },
};
/** Training rows and test rows at most. */
const [trained, tested] = [3000, 2000];
const attackOf = (id) => catalog.attacks.find((attack) => attack.id === id);
const cases = [
  ["backdoor in 100 weights", attackOf("weight-backdoor"), {}],
  ["backdoor in 20 weights", attackOf("weight-backdoor"), { weights: 20 }],
  ["backdoor in 100 bits", attackOf("weight-backdoor"), { form: "bit" }],
  ["0.1 % of the weights reversed", attackOf("tampered-weights"), { share: 0.001 }],
  ["as many bits flipped", attackOf("tampered-weights"), { share: 0.001, form: "bit" }],
  ["5 % of the rows dropped", attackOf("silent-reweight"), {}],
  ["as many dropped at random", randomDrop, {}],
];

for (const name of options.data.split(",")) {
  if (!existsSync(sets[name].data)) {
    console.log(`${name} is not here: nothing is measured`);
    continue;
  }
  const { table } = await readTable({ text: [], features: [], drop: [], ...sets[name] });
  const found = new Map(cases.map(([what]) => [what, { success: [], untriggered: [], drop: [], parameters: [] }]));
  const clean = [];
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    const scene = await sceneOf(table, makeRng(`bench/weights/${name}/${seed}`));
    clean.push(scene.accuracy);
    for (const [what, attack, given] of cases) {
      const { success, untriggered, drop, parameters } = found.get(what);
      const result = await scene.attacked(attack, given);
      drop.push(scene.accuracy - result.accuracy);
      parameters.push(result.parameters);
      if (result.metrics === null) continue;
      success.push(result.metrics.attackSuccessRate);
      untriggered.push(result.metrics.untriggeredRate);
    }
    console.error(`${name}, seed ${seed} done`);
  }
  console.log(
    `${name}, ${options.learner}, clean accuracy ${meanText(clean, [0, 1])}: success | without the trigger | drop of the accuracy | weights changed`,
  );
  for (const [what, { success, untriggered, drop, parameters }] of found)
    console.log(
      `  ${what.padEnd(30)} ${[success, untriggered].map((shares) => meanText(shares, [0, 1])).join(" | ")} | ${meanText(drop)} | ${Math.max(...parameters)}`,
    );
}

/** A learner trained on some rows, and what attacks on it do to the others. */
async function sceneOf(table, rng) {
  const order = rng.fork("parts").sample(table.rows, table.rows);
  const cut = Math.min(trained, Math.floor(0.7 * table.rows));
  const clean = { table, rows: order.slice(0, cut).sort() };
  const test = order.slice(cut, cut + tested).sort();
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
  const learner = catalog.learners.find(({ id }) => id === options.learner);
  const data = encoder.fit(table, clean.rows).encode(table, clean.rows);
  const learnerParams = await learner.tune(data, { rng: rng.fork("tune"), params: resolveParams(learner.id, learner.params) });
  const pipeline = makePipeline({ encoder, fittedOn: "poisoned", learner, learnerParams, repair: null });
  const victim = await pipeline.fit(clean, { rng: rng.fork("fit") });
  const accuracyOf = ({ model, encode }) => {
    const rows = encode(table, test);
    return predict(model, rows).filter((answer, i) => answer === rows.y[i]).length / rows.y.length;
  };
  return {
    accuracy: accuracyOf(victim),
    async attacked(attack, given) {
      const reach = { attackTasks: null, targetTasks: null };
      const input = { clean, pipeline, budget: budgetOf(0.05, cut), reach, victim: () => Promise.resolve(victim) };
      const poison = await attack.poison(input, { rng: rng.fork(attack.id), params: resolveParams(attack.id, attack.params, given) });
      const fitted = await pipeline.fit(clean, { rng: rng.fork("fit"), poison });
      const through = pipeline.encode(clean, null).encoder;
      const sides = [fitted, victim].map(({ model }) => ({ model, encoder: through }));
      const examplesOf = (own, changed = table) => own.encode(changed, test);
      const metrics = poison.intent === undefined ? null : measureIntent(poison.intent, ...sides, table, examplesOf);
      return { accuracy: accuracyOf(fitted), parameters: poison.parameters.length, metrics };
    },
  };
}
