// Backdoors in images under a network of one hidden layer: a patch, a blend, a wave and a patch with true labels, with intervals over seeds, and what finds
// and undoes them.
//   node bench/image-backdoors.mjs [--seeds 10] [--first-seed 0] [--images FILE] [--only TEXT] [--verified-fraction 0.05]
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { resolveParams } from "../dist/core/params.js";
import { audit } from "../dist/node/audit.js";
import { readTable } from "../dist/node/read/read-table.js";
import { resolveStudy } from "../dist/node/config/resolve-study.js";
import { runDetector } from "../dist/study/table/run-detector.js";
import { makeStudyEncoder, setUpSeed } from "../dist/study/table/seed-setup.js";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    "first-seed": { type: "string", default: "0" },
    images: { type: "string", default: "../shared/data/mnist/t10k-images-idx3-ubyte.gz" },
    only: { type: "string", default: "" },
    "verified-fraction": { type: "string", default: "0.05" },
  },
});
if (!existsSync(options.images)) {
  console.log(`${options.images} is not here: nothing is measured`);
  process.exit();
}
const byClusters = (id) => ({ id, detector: "activation-clustering" });
const byTrigger = { id: "drop-flagged", detector: "trigger-inversion" };
const repairs = [
  { ...byClusters("drop"), params: { fraction: 0.05 } },
  byClusters("drop-flagged"),
  "fine-tuning",
  "fine-pruning",
  "trigger-unlearning",
];
const quick = ["spectral-signatures", "activation-clustering"];
const all = [...quick, "strip", "trigger-inversion"];
const cases = [
  { name: "patch (BadNets), 1 %", id: "trigger-relabel", params: { style: "patch" }, budget: "1%", asked: ">= 0.95" },
  {
    name: "patch, 5 %",
    id: "trigger-relabel",
    params: { style: "patch" },
    budget: "5%",
    asked: "detection >= 0.95",
    repairs,
    detectors: all,
  },
  {
    name: "patch, 5 %, trigger inverted",
    id: "trigger-relabel",
    params: { style: "patch" },
    budget: "5%",
    asked: "-",
    repairs: [byTrigger],
  },
  { name: "blend, 2 %", id: "trigger-relabel", params: { style: "blend" }, budget: "2%", asked: ">= 0.9" },
  { name: "wave, 2 %", id: "trigger-relabel", params: { style: "signal" }, budget: "2%", asked: "-" },
  // The class is a tenth of the rows, so this is 5 % of it.
  { name: "true labels, 5 % of the class", id: "clean-label-trigger", params: { answer: "0", size: 36 }, budget: "0.5%", asked: ">= 0.5" },
];
const learner = { id: "mlp", params: { optimiser: "sgd", learningRate: 0.1, epochs: 10 } };
const folder = mkdtempSync(join(tmpdir(), "image-backdoors-"));
const show = (figure) =>
  figure === undefined ? "–" : `${figure.value.toFixed(3)} [${figure.low?.toFixed(3)}, ${figure.high?.toFixed(3)}]`;
try {
  for (const [i, { name, id, params, budget, asked, repairs = [], detectors = quick }] of cases.entries()) {
    if (!name.includes(options.only)) continue;
    const { summary } = await audit({
      data: { path: options.images },
      learner,
      attacks: [{ id, params: { answer: "1", ...params } }],
      budgets: [budget],
      seeds: Number(options.seeds),
      seed: Number(options["first-seed"]),
      testFraction: 0.2,
      ...(repairs.length > 0 ? { trustedFraction: Number(options["verified-fraction"]) } : {}),
      detectors,
      repairs,
      out: join(folder, String(i)),
    });
    const of = (metric, repair = "none") =>
      summary.entries.find((entry) => entry.attack === id && entry.metric === metric && entry.repair === repair)?.figure;
    const found = summary.detections.map(({ detector, auc }) => `${detector} ${show(auc ?? undefined)}`).join(", ");
    console.log(`${name}: success ${show(of("attackSuccessRate"))} (asked ${asked}), without trigger ${show(of("untriggeredRate"))},`);
    console.log(`  clean model ${show(summary.baseline.accuracy)}, accuracy drop ${show(of("accuracyDrop"))} (asked <= 0.01); ${found}`);
    for (const { id: repair } of repairs.map((choice) => (typeof choice === "string" ? { id: choice } : choice)))
      console.log(
        `  after ${repair}: success ${show(of("attackSuccessRate", repair))} (asked <= 0.1), accuracy drop ${show(of("accuracyDrop", repair))} (asked <= 0.01)`,
      );
  }
  if ("clean rows".includes(options.only)) {
    await lookAtClean(null, ["activation-clustering", "trigger-inversion", "strip"]);
    await lookAtClean(Number(options["verified-fraction"]), ["strip"]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What detectors flag in clean training rows of the same models, without verified rows or with some. */
async function lookAtClean(trustedFraction, ids) {
  const { table } = await readTable({ data: options.images, labels: [], text: [], features: [], drop: [] });
  const verified = trustedFraction === null ? {} : { trustedFraction };
  const { study } = resolveStudy({ learner, testFraction: 0.2, detectors: [], repairs: [], budgets: ["1%"], ...verified }, table);
  const input = { table, config: study, methods: catalog };
  const flagging = ids.map((id) => catalog.detectors.find((method) => method.id === id));
  const counts = new Map(ids.map((id) => [id, { flagged: [], announced: [] }]));
  for (let seed = Number(options["first-seed"]); seed < Number(options["first-seed"]) + Number(options.seeds); seed++) {
    const { undefended, clean, rng } = await setUpSeed(input, makeStudyEncoder(input), seed, {});
    for (const method of flagging) {
      const params = resolveParams(method.id, method.params);
      const found = await runDetector({ method, params }, undefended.encode(clean, null), undefended, { rng: rng.fork("fit") });
      counts.get(method.id).flagged.push(found.flagged.reduce((sum, is) => sum + is, 0));
      counts.get(method.id).announced.push(found.expectedFalseAlarms ?? NaN);
    }
  }
  const mean = (values) => values.reduce((sum, value) => sum + value / values.length, 0);
  for (const [id, { flagged, announced }] of counts)
    console.log(
      `clean rows${trustedFraction === null ? "" : `, ${trustedFraction} of them verified`}: ${id} flags some in ${flagged.filter((count) => count > 0).length} of ${flagged.length} models (rows: ${flagged.join(", ")}; mean ${mean(flagged).toFixed(1)}, announced ${mean(announced).toFixed(1)})`,
    );
}
