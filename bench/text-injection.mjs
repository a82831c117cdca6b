// Written texts against injections in feature space, which nobody could post: damage on test rows and CPU time, paired over seeds.
//   node bench/text-injection.mjs [--seeds 10] [--first-seed 0] [--budget 0.05] [--data sms,reviews] [--learner logistic]
// A new split, a new clean model and new poison for each seed; 800 rows are trained on. At the end the share of the best of the others' mean damage.
// Reads the research data (THERIAC_DATA, or ../shared/data).
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { compareAttacks, printTable } from "./parts/paired-attacks.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    budget: { type: "string", default: "0.05" },
    data: { type: "string", default: "sms,reviews" },
    learner: { type: "string", default: "logistic" },
  },
});
const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
if (!existsSync(resolve(folder, "sms"))) {
  console.log(`${folder} is not here: skipped`);
  process.exit(0);
}
const rows = await compareAttacks({
  label: "bench/text-injection",
  data: options.data.split(","),
  learners: options.learner.split(","),
  budgets: options.budget.split(",").map(Number),
  seeds: Number(options.seeds),
  firstSeed: Number(options["first-seed"]),
  attacks: ["text-injection", "gradient-injection", "influence-injection"],
  baselines: ["flipped-copies"],
});
printTable(rows);
const shares = [];
for (const own of rows.filter(({ attack }) => attack === "text-injection")) {
  const others = rows.filter(
    ({ data, learner, budget, attack }) =>
      data === own.data && learner === own.learner && budget === own.budget && /^(gradient|influence)-injection$/.test(attack),
  );
  const best = Math.max(...others.map(({ harm }) => harm.value));
  shares.push(own.harm.value / best);
  console.log(`${own.data} ${own.learner} ${own.budget * 100} %: ${shares.at(-1).toFixed(2)} of the best in feature space`);
}
if (shares.length > 0) console.log(`mean ${(shares.reduce((sum, share) => sum + share, 0) / shares.length).toFixed(2)}`);
