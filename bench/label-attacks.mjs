// Chosen label flips against flips of random and of the most confident rows, paired over seeds: a new split, a new clean model, new poison each time.
//   node bench/label-attacks.mjs [--seeds 10] [--budget 0.03,0.1] [--data spambase,house] [--learner ridge] [--attack greedy-flip] [--set rounds=20]
// Damage is the rise of the test error, for house the RMSE over that of the clean model. Each attack is compared with both baselines (for house there is one,
// the random flip); p-values are of two-sided paired t tests, corrected by Holm over the whole table.
import { parseArgs } from "node:util";
import { compareAttacks } from "./paired-attacks.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    budget: { type: "string", default: "0.03,0.1" },
    data: { type: "string", default: "spambase,breast-cancer,house,sms,reviews,digits" },
    learner: { type: "string" },
    attack: { type: "string", default: "greedy-flip,alfa,inf-flip,b-flip" },
    set: { type: "string", multiple: true, default: [] },
  },
});
await compareAttacks({
  label: "bench/label-attacks",
  data: options.data.split(","),
  learners: options.learner?.split(",") ?? null,
  budgets: options.budget.split(",").map(Number),
  seeds: Number(options.seeds),
  firstSeed: Number(options["first-seed"]),
  attacks: options.attack.split(","),
  baselines: ["label-flip", "confident-flip"],
  against: "each",
  set: options.set,
});
