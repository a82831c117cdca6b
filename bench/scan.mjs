// What `theriac scan` makes of planted campaigns: precision at the campaign's own size of its one ranking, what it flags, and whether it names the accounts
// and the phrase; and what it flags of the file as it is.
//   node bench/scan.mjs [--seeds 1] [--first 0] [--campaign cover,one-word]
// Reads the research data (THERIAC_DATA, or ../shared/data). Asked: 0.9 on flood-and-trigger, 0.8 on average over the ten others, at most 2 % flagged untouched.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { scan } from "../dist/node/scan.js";
import { campaigns, plant, readReviews, writeReviews } from "./campaigns/plant.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    campaign: { type: "string", default: ["untouched", ...campaigns.map(({ id }) => id)].join(",") },
  },
});
const genuine = readReviews(resolve(process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data"), "reviews/reviews.csv"));
const folder = mkdtempSync(join(tmpdir(), "scan-"));
const precisions = [];
console.log("campaign           seed  rows  precision  flagged  of these true  accounts named  others named  phrase named  CPU s");
try {
  for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++)
    for (const id of options.campaign.split(",")) if (id !== "untouched" || seed === Number(options.first)) await judge(id, seed);
  const others = precisions.filter(({ id }) => id !== "flood-and-trigger");
  if (others.length > 0)
    console.log(
      `\nmean precision without flood-and-trigger: ${(others.reduce((sum, { value }) => sum + value, 0) / others.length).toFixed(3)}`,
    );
} finally {
  rmSync(folder, { recursive: true });
}

async function judge(id, seed) {
  const planted = id === "untouched" ? { reviews: genuine, rows: [], accounts: [], phrases: [] } : plant(id, seed, genuine);
  const path = join(folder, `${id}-${seed}.csv`);
  writeReviews(path, planted.reviews);
  const before = process.cpuUsage();
  const { rows, sources } = await scan({
    data: { path, labels: ["label"], text: ["title", "text"], task: "domain", source: "account", id: "review_id" },
    seed,
  });
  const { user, system } = process.cpuUsage(before);
  const truth = new Set(planted.rows);
  const hits = rows.slice(0, truth.size).filter(({ row }) => truth.has(row)).length;
  const flagged = rows.filter((row) => row.flagged);
  const named = sources.filter((source) => source.flagged).map(({ name }) => name);
  const own = new Set(planted.accounts);
  const text = flagged.flatMap(({ reasons }) => reasons).join(" ");
  if (truth.size > 0) precisions.push({ id, value: hits / truth.size });
  const cells = [
    id.padEnd(18),
    String(seed).padStart(4),
    String(truth.size).padStart(5),
    (truth.size === 0 ? "–" : (hits / truth.size).toFixed(3)).padStart(10),
    String(flagged.length).padStart(8),
    String(flagged.filter(({ row }) => truth.has(row)).length).padStart(14),
    `${named.filter((name) => own.has(name)).length} of ${own.size}`.padStart(15),
    String(named.filter((name) => !own.has(name)).length).padStart(13),
    (planted.phrases.length === 0 ? "–" : planted.phrases.every((phrase) => text.includes(phrase)) ? "yes" : "no").padStart(13),
    ((user + system) / 1e6).toFixed(1).padStart(6),
  ];
  console.log(cells.join(" "));
}
