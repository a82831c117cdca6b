// Backdoors in a base model: rows that it is pretrained on are poisoned, or another one is handed out, and the victim learns from clean rows. Success on triggered rows, without the
// trigger and of the clean model, and what clean accuracy loses, after a linear probe and after all layers are trained on; where the victim's classes are those of the base
// model, and where they are others (the base model knows digits 0 to 4, the victim learns 5 to 9).
// "fine-tuned" is what the learner does by itself: a rate chosen on rows held out, weight decay decoupled. --own: how many rows the victim learns from.
//   node bench/upstream.mjs [--seeds 10] [--first-seed 0] [--data mnist,digits] [--budget 0.05] [--own 2000]
import { parseArgs } from "node:util";
import { measureIntent } from "../dist/study/table/intent-metrics.js";
import { resolveParams } from "../dist/core/params.js";
import { budgetOf } from "../dist/core/threat.js";
import { makeRng } from "../dist/numeric/random.js";
import { accuracyOf, attackOf, baseOn, dealParts, meanText, pipelineOn, reach, readSet, refuseBreach } from "./parts/base-model.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    data: { type: "string", default: "mnist,digits" },
    budget: { type: "string", default: "0.05" },
    own: { type: "string" },
  },
});
const attacks = [
  { attack: attackOf("upstream-trigger"), given: { size: 36 } },
  { attack: attackOf("bad-encoder"), given: {} },
];
const victims = {
  "linear probe": {},
  "fine-tuned": { tuning: "fine-tune" },
  "fine-tuned at 0.001": { tuning: "fine-tune", learningRate: 1e-3 },
  "fine-tuned at 0.001, coupled": { tuning: "fine-tune", learningRate: 1e-3, decoupled: false },
};
/** Which digits are pretrained on, and learned from. */
const tasks = { "same classes": [() => true, () => true], "other classes": [(digit) => digit < 5, (digit) => digit >= 5] };

for (const name of options.data.split(",")) {
  const found = await readSet(name);
  if (found === null) {
    console.log(`${name} is not here: nothing is measured`);
    continue;
  }
  const set = { ...found, parts: { ...found.parts, ...(options.own === undefined ? {} : { own: Number(options.own) }) } };
  const label = set.table.columns.find((column) => column.name === set.table.roles.labels[0]);
  const digitOf = (row) => Number(label.names[label.codes[row]]);
  for (const [taskName, [isBase, isOwn]] of Object.entries(tasks)) {
    const results = {};
    for (let seed = Number(options["first-seed"]), end = seed + Number(options.seeds); seed < end; seed++) {
      const rng = makeRng(`bench/upstream/${name}/${seed}`);
      const rows = dealParts(
        set,
        rng,
        (row) => isBase(digitOf(row)),
        (row) => isOwn(digitOf(row)),
      );
      // Each side's table knows its own classes alone.
      const [theirs, table] = [isBase, isOwn].map((is) => withClasses(set.table, label, is));
      const clean = { table, rows: rows.own };
      const pretraining = { table: theirs, rows: rows.base };
      const upstream = await baseOn(theirs, rows.base, rng.fork("base"));
      const ground = await upstream.after(null);
      const budget = budgetOf(Number(options.budget), rows.base.length);
      const poisons = [];
      for (const { attack, given } of attacks) {
        const input = {
          clean,
          pipeline: null,
          budget,
          reach,
          upstream: upstream.view,
          victim: () => Promise.reject(new Error("not needed")),
        };
        const params = resolveParams(attack.id, attack.params, { answer: "", ...given });
        const poison = await attack.poison(input, { rng: rng.fork(attack.id), params });
        refuseBreach({ poison, threat: attack.threat, budget, clean, pretraining });
        poisons.push({ attack, poison, ground: await upstream.after(poison) });
      }
      for (const [victimName, settings] of Object.entries(victims)) {
        const pipeline = await pipelineOn(ground, clean, settings, rng);
        const honest = await pipeline.fit(clean, { rng: rng.fork("fit") });
        const cleanAccuracy = accuracyOf(honest, honest.encode(table, rows.test));
        for (const { attack, poison, ground: poisoned } of poisons) {
          const behind = await pipelineOn(poisoned, clean, settings, rng, pipeline.learnerParams);
          const attacked = await behind.fit(clean, { rng: rng.fork("fit") });
          const sides = [
            { model: attacked.model, encoder: behind.encode(clean, null).encoder },
            { model: honest.model, encoder: pipeline.encode(clean, null).encoder },
          ];
          const metrics = measureIntent(poison.intent, ...sides, table, (through, changed = table) => through.encode(changed, rows.test));
          const result = (results[`${attack.id.padEnd(17)} ${victimName}`] ??= {
            rate: [],
            success: [],
            untriggered: [],
            clean: [],
            drop: [],
            accuracy: [],
          });
          result.rate.push(pipeline.learnerParams.learningRate);
          result.success.push(metrics.attackSuccessRate);
          result.untriggered.push(metrics.untriggeredRate);
          result.clean.push(metrics.unpoisonedRate);
          result.accuracy.push(cleanAccuracy);
          result.drop.push(cleanAccuracy - accuracyOf(attacked, attacked.encode(table, rows.test)));
        }
      }
      console.error(`${name}, ${taskName}, seed ${seed} done`);
    }
    console.log(`${name}, ${taskName}: success | without the trigger | of the clean model | clean accuracy | its drop`);
    for (const [what, { rate, success, untriggered, clean, accuracy, drop }] of Object.entries(results))
      console.log(
        `  ${what.padEnd(46)} ${[success, untriggered, clean, accuracy].map((shares) => meanText(shares, [0, 1])).join(" | ")} | ${meanText(drop)}${new Set(rate).size > 1 ? ` | rates ${rate.join(" ")}` : ""}`,
      );
  }
}

/** The table with only these classes, as whoever has no row of the others knows it. */
function withClasses(table, label, isKept) {
  const names = label.names.filter((name) => isKept(Number(name)));
  const codes = label.codes.map((code) => names.indexOf(label.names[code]));
  return { ...table, columns: table.columns.map((column) => (column === label ? { ...label, names, codes } : column)) };
}
