// A backdoor in reviews: a phrase of at most five words, 1 % of the training rows, each attack of the family over ten seeds. Figures beside those asked.
// node bench/text-backdoor.mjs [DATA] [SEEDS]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "../dist/node/audit.js";

const [path = "../shared/data/reviews/reviews.csv", seeds = "10"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "text-backdoor-"));
try {
  const result = await audit({
    data: { path, labels: ["label"], text: ["title", "text"], task: "domain", source: "account" },
    attacks: ["trigger-injection", "trigger-relabel", "clean-label-trigger", "label-backdoor"],
    budgets: ["1%"],
    seeds: Number(seeds),
    detectors: ["loss", "trigger-association", "spectral-signatures"],
    repairs: [],
    out: join(folder, "run"),
  });
  const show = ({ value, low, high }) => `${value.toFixed(3)} [${low?.toFixed(3)}, ${high?.toFixed(3)}]`;
  console.log("attack               metric             figure over seeds (95 %)");
  for (const { attack, metric, figure } of result.summary.entries)
    if (attack !== null && ["attackSuccessRate", "untriggeredRate", "unpoisonedRate", "accuracyDrop"].includes(metric))
      console.log(`${attack.padEnd(20)} ${metric.padEnd(18)} ${show(figure)}`);
  for (const { attack, detector, auc } of result.summary.detections)
    if (auc !== null) console.log(`${attack.padEnd(20)} ${`auc of ${detector}`.padEnd(26)} ${show(auc)}`);
  console.log("asked of trigger-injection: attackSuccessRate >= 0.9, accuracyDrop <= 0.01");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
