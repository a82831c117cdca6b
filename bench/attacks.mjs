// Attacks that plan against those that do not, paired over seeds: a new split, a new clean model, new poison each time.
//   node bench/attacks.mjs [--seeds 10] [--budget 0.05] [--data spambase,house] [--learner ridge] [--family inputs] [--attack svm-injection] [--set steps=20]
// Harm is the rise of the test error (for a number, the RMSE over that of the clean model); of a targeted attack that in its group, of a backdoor the share of
// triggered rows answered as meant. Each attack is compared with the strongest of the plain ones of its family there; p-values are of two-sided paired t tests, corrected
// by Holm over all comparisons. --write puts what was run into docs/attack-table.json, from which the methods page is made, and keeps what stands there of other
// sets, learners and families.
import { parseArgs } from "node:util";
import { compareAttacks, printTable, storeTable } from "./parts/paired-attacks.mjs";
import { groupFlips, randomDrop, randomWeights, triggerOfOwnClass } from "./parts/plain-attacks.mjs";

const families = {
  injection: {
    plain: ["flipped-copies", "random-injection"],
    planned: ["gradient-injection", "text-injection", "svm-injection", "influence-injection"],
  },
  labels: { plain: ["label-flip"], planned: ["confident-flip", "greedy-flip", "alfa", "inf-flip", "b-flip"] },
  inputs: { plain: ["input-noise"], planned: ["row-shift", "input-ascent"] },
  group: { plain: [groupFlips], planned: ["targeted-flip"] },
  "backdoor with true labels": { plain: [triggerOfOwnClass], planned: ["clean-label-trigger"] },
  "training rows dropped": { plain: [randomDrop], planned: ["silent-reweight"] },
  "stored weights": { plain: [randomWeights], planned: ["tampered-weights"] },
};

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    budget: { type: "string", default: "0.05" },
    data: { type: "string", default: "breast-cancer,spambase,digits,sms,reviews,enron,house" },
    learner: { type: "string" },
    family: { type: "string" },
    attack: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    write: { type: "boolean", default: false },
  },
});
const command = `node bench/attacks.mjs --seeds ${options.seeds} --first-seed ${options["first-seed"]} --write`;
const chosen = options.family?.split(",") ?? Object.keys(families);
const rows = [];
for (const data of options.data.split(","))
  for (const family of chosen) {
    const { plain, planned } = families[family];
    const attacks = planned.filter((id) => options.attack?.split(",").includes(id) ?? true);
    if (attacks.length === 0) continue;
    const found = await compareAttacks({
      label: "bench/attacks",
      data: [data],
      learners: options.learner?.split(",") ?? null,
      budgets: options.budget.split(",").map(Number),
      seeds: Number(options.seeds),
      firstSeed: Number(options["first-seed"]),
      attacks,
      baselines: plain,
      set: options.set,
    });
    rows.push(...found.map((row) => ({ family, ...row })));
    if (options.write)
      storeTable(
        "docs/attack-table.json",
        found.map((row) => ({ family, ...row })),
        { seeds: Number(options.seeds), command },
      );
  }
printTable(rows);
