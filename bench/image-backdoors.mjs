// Backdoors in images under a network of one hidden layer: a patch, a blend, a wave and a patch with true labels, with intervals over seeds.
// node bench/image-backdoors.mjs [SEEDS] [IMAGES]
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit } from "../dist/node/audit.js";

const [seeds = "10", path = "../shared/data/mnist/t10k-images-idx3-ubyte.gz"] = process.argv.slice(2);
if (!existsSync(path)) {
  console.log(`${path} is not here: nothing is measured`);
  process.exit();
}
const cases = [
  { name: "patch (BadNets), 1 %", id: "trigger-relabel", params: { style: "patch" }, budget: "1%", asked: ">= 0.95" },
  { name: "patch, 5 %", id: "trigger-relabel", params: { style: "patch" }, budget: "5%", asked: "detection >= 0.95" },
  { name: "blend, 2 %", id: "trigger-relabel", params: { style: "blend" }, budget: "2%", asked: ">= 0.9" },
  { name: "wave, 2 %", id: "trigger-relabel", params: { style: "signal" }, budget: "2%", asked: "-" },
  // The class is a tenth of the rows, so this is 5 % of it.
  { name: "true labels, 5 % of the class", id: "clean-label-trigger", params: { answer: "0", size: 36 }, budget: "0.5%", asked: ">= 0.5" },
];
const folder = mkdtempSync(join(tmpdir(), "image-backdoors-"));
const show = (figure) =>
  figure === undefined ? "–" : `${figure.value.toFixed(3)} [${figure.low?.toFixed(3)}, ${figure.high?.toFixed(3)}]`;
try {
  for (const [i, { name, id, params, budget, asked }] of cases.entries()) {
    const { summary } = await audit({
      data: { path },
      learner: { id: "mlp", params: { optimiser: "sgd", learningRate: 0.1, epochs: 10 } },
      attacks: [{ id, params: { answer: "1", ...params } }],
      budgets: [budget],
      seeds: Number(seeds),
      testFraction: 0.2,
      detectors: ["spectral-signatures", "activation-clustering"],
      repairs: [],
      out: join(folder, String(i)),
    });
    const of = (metric) => summary.entries.find((entry) => entry.attack === id && entry.metric === metric)?.figure;
    const found = summary.detections.map(({ detector, auc }) => `${detector} ${show(auc ?? undefined)}`).join(", ");
    console.log(`${name}: success ${show(of("attackSuccessRate"))} (asked ${asked}), without trigger ${show(of("untriggeredRate"))},`);
    console.log(`  clean model ${show(summary.baseline.accuracy)}, accuracy drop ${show(of("accuracyDrop"))} (asked <= 0.01); ${found}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
