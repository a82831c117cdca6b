// A backdoor in texts: a phrase of at most five words, 1 % of the training rows, each attack of the family over ten seeds. Figures beside those asked.
//   node bench/text-backdoor.mjs [--data reviews,sms,marketplace] [--seeds 10] [--first-seed 0] [--attack trigger-injection]
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { demoMarketplace, generateMarketplace } from "../dist/data/generate-marketplace.js";
import { audit } from "../dist/node/audit.js";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "reviews,sms,marketplace" },
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    attack: { type: "string", default: "trigger-injection,trigger-relabel,clean-label-trigger,label-backdoor" },
  },
});
const shared = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const folder = mkdtempSync(join(tmpdir(), "text-backdoor-"));
const sets = {
  reviews: { path: `${shared}/reviews/reviews.csv`, labels: ["label"], text: ["title", "text"], task: "domain", source: "account" },
  sms: { path: `${shared}/sms/sms.tsv`, labels: ["1"], text: ["2"], header: false },
  marketplace: { path: join(folder, "marketplace.jsonl"), labels: ["label"], text: ["text"], features: ["category"] },
};
try {
  const reviews = generateMarketplace({ ...demoMarketplace, fakeAccounts: 0, fakeReviews: 0 });
  writeFileSync(
    sets.marketplace.path,
    reviews.map(({ category, label, text }) => `${JSON.stringify({ category, label, text })}\n`).join(""),
  );
  const show = ({ value, low, high }) => `${value.toFixed(3)} [${low?.toFixed(3)}, ${high?.toFixed(3)}]`;
  console.log("data         attack               metric                     figure over seeds (95 %)");
  for (const name of options.data.split(",")) {
    if (!existsSync(sets[name].path)) {
      console.log(`${name}: not here, skipped`);
      continue;
    }
    const result = await audit({
      data: sets[name],
      attacks: options.attack.split(","),
      budgets: ["1%"],
      seeds: Number(options.seeds),
      seed: Number(options["first-seed"]),
      detectors: ["loss", "trigger-association", "spectral-signatures"],
      repairs: [],
      out: join(folder, name),
    });
    for (const { attack, metric, figure } of result.summary.entries)
      if (attack !== null && ["attackSuccessRate", "untriggeredRate", "unpoisonedRate", "accuracyDrop"].includes(metric))
        console.log(`${name.padEnd(12)} ${attack.padEnd(20)} ${metric.padEnd(26)} ${show(figure)}`);
    for (const { attack, detector, auc } of result.summary.detections)
      if (auc !== null) console.log(`${name.padEnd(12)} ${attack.padEnd(20)} ${`auc of ${detector}`.padEnd(26)} ${show(auc)}`);
  }
  console.log("asked of trigger-injection: attackSuccessRate >= 0.9, accuracyDrop <= 0.01");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
