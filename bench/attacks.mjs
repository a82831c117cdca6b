// Optimised injections against the baselines that need no optimising, paired over seeds: a new split, a new clean model, new poison each time.
//   node bench/attacks.mjs [--seeds 10] [--budget 0.05] [--data spambase,house] [--attack svm-injection] [--set steps=20]
// Damage is the rise of the test error, for house the RMSE over that of the clean model. Each optimised attack is compared with the stronger of the two
// baselines on that data; p-values are of two-sided paired t tests, corrected by Holm over the whole table.
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { compareAttacks } from "./paired-attacks.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    budget: { type: "string", default: "0.05" },
    data: { type: "string", default: "spambase,breast-cancer,house,sms,digits" },
    learner: { type: "string" },
    attack: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
  },
});
const optimised = catalog.attacks.filter(({ threat }) => threat.access === "inject" && threat.knowledge !== "none").map(({ id }) => id);
await compareAttacks({
  label: "bench/attacks",
  data: options.data.split(","),
  learners: options.learner?.split(",") ?? null,
  budgets: options.budget.split(",").map(Number),
  seeds: Number(options.seeds),
  firstSeed: Number(options["first-seed"]),
  attacks: options.attack?.split(",") ?? optimised,
  baselines: ["flipped-copies", "random-injection"],
  set: options.set,
});
