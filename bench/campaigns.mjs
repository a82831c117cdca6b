// Campaigns of eleven shapes planted in genuine reviews (and the one of the synthetic marketplace), and what each detector of campaigns makes of them.
//   node bench/campaigns.mjs [--seeds 1] [--first 0] [--campaign few-accounts,cover] [--detector text-campaigns] [--show 3]
// For each detector: precision at the campaign's own size, average precision, rows that its own rule flags and how many of these are the campaign's; scores of
// accounts are spread over their rows. "untouched" is the file as it is: what is flagged there is a false alarm as far as anybody knows. --show prints the
// reasons of the first rows. Reads the research data (THERIAC_DATA, or ../shared/data).
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { resolveParams } from "../dist/core/params.js";
import { spreadScores } from "../dist/core/spread-scores.js";
import { allRows } from "../dist/core/examples.js";
import { encoderParams, makeEncoder } from "../dist/data/encoder.js";
import { logistic } from "../dist/learners/logistic.js";
import { readTable } from "../dist/node/read/read-table.js";
import { writeDemo } from "../dist/node/demo.js";
import { demoMarketplace, generateMarketplace } from "../dist/data/generate-marketplace.js";
import { makeRng } from "../dist/numeric/random.js";
import { highest } from "../dist/numeric/orders/ranks.js";
import { runDetector } from "../dist/study/table/run-detector.js";
import { campaigns, plant, readReviews, writeReviews } from "./campaigns/plant.mjs";

const ours = ["text-campaigns", "trigger-association", "source-conduct", "account-contradiction", "source-value", "loss"];
const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    campaign: { type: "string", default: ["untouched", "marketplace", ...campaigns.map(({ id }) => id)].join(",") },
    detector: { type: "string", default: ours.join(",") },
    show: { type: "string", default: "0" },
  },
});
const path = resolve(process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data"), "reviews/reviews.csv");
const detectors = options.detector
  .split(",")
  .map((id) => catalog.detectors.find((detector) => detector.id === id))
  .filter(Boolean);
const folder = mkdtempSync(join(tmpdir(), "campaigns-"));
const genuine = existsSync(path) ? readReviews(path) : null;
if (genuine === null) console.log(`${path} is not here: only the marketplace`);
const tuned = new Map();

console.log("campaign             rows  detector              precision  avg prec  flagged  of these true  auto cut  CPU s");
try {
  for (const id of options.campaign.split(",")) {
    if (genuine === null && id !== "marketplace") continue;
    for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++) {
      if ((id === "untouched" || id === "marketplace") && seed > Number(options.first)) continue;
      await judge(id, seed);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function judge(id, seed) {
  const planted = id === "marketplace" ? marketplace(seed) : await reviewFile(id, seed);
  const { table } = await readTable(planted.request);
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, allRows(table));
  const data = encoder.encode(table, allRows(table));
  const kind = id === "marketplace" ? id : "reviews";
  if (!tuned.has(kind))
    tuned.set(kind, await logistic.tune(data, { rng: makeRng("tune"), params: resolveParams("logistic", logistic.params) }));
  const learning = { learner: logistic, learnerParams: tuned.get(kind) };
  const isTrue = (i) => planted.rows.has(data.row[i]);
  const poisoned = data.row.filter((_, i) => isTrue(i)).length;
  for (const method of detectors) {
    const started = process.cpuUsage();
    const params = resolveParams(method.id, method.params);
    const scores = await runDetector({ method, params }, { data, table }, learning, { rng: makeRng(seed) });
    const used = process.cpuUsage(started);
    const values = spreadScores(method.subject, scores.values, data);
    const order = highest(values, data.y.length);
    const hits = order.subarray(0, poisoned).filter(isTrue).length;
    const subjectOf = { row: (i) => i, source: (i) => data.source[i], task: (i) => data.task[i] }[method.subject];
    const flagged = scores.flagged ? order.filter((i) => subjectOf(i) >= 0 && scores.flagged[subjectOf(i)]) : null;
    const cells = [
      id.padEnd(20),
      String(poisoned).padStart(4),
      ` ${method.id.padEnd(20)}`,
      share(hits, poisoned).padStart(9),
      (poisoned ? averagePrecision(order, isTrue).toFixed(3) : "-").padStart(9),
      String(flagged?.length ?? "-").padStart(8),
      String(flagged?.filter(isTrue).length ?? "-").padStart(14),
      flagged ? `${((100 * flagged.length) / data.y.length).toFixed(2)} %`.padStart(9) : "        -",
      ((used.user + used.system) / 1e6).toFixed(1).padStart(6),
    ];
    console.log(cells.join(" "));
    for (const i of order.subarray(0, Number(options.show)))
      console.log(`      ${isTrue(i) ? "*" : " "} ${values[i].toFixed(2)} ${subjectOf(i) < 0 ? "" : scores.reason?.(subjectOf(i))}`);
  }
}

async function reviewFile(id, seed) {
  const planted = id === "untouched" ? { reviews: genuine, rows: [] } : plant(id, seed, genuine);
  const data = join(folder, `${id}-${seed}.csv`);
  writeReviews(data, planted.reviews);
  const request = {
    data,
    labels: ["label"],
    text: ["title", "text"],
    features: [],
    drop: [],
    task: "domain",
    source: "account",
    id: "review_id",
  };
  return { request, rows: new Set(planted.rows) };
}

function marketplace(seed) {
  const target = join(folder, `marketplace-${seed}`);
  const { reviewsPath } = writeDemo(target);
  const reviews = generateMarketplace(demoMarketplace);
  const request = {
    data: reviewsPath,
    labels: ["label"],
    text: ["text"],
    features: [],
    drop: [],
    task: "product",
    source: "account",
    id: "review",
  };
  return { request, rows: new Set(reviews.flatMap(({ isFake }, i) => (isFake ? [i] : []))) };
}

function averagePrecision(order, isTrue) {
  let [hits, sum] = [0, 0];
  order.forEach((i, rank) => {
    if (isTrue(i)) sum += ++hits / (rank + 1);
  });
  return sum / hits;
}

function share(part, whole) {
  return whole === 0 ? "-" : (part / whole).toFixed(3);
}
