// What `theriac scan NEW --against OLD` makes of an addition: poison planted into the newer half of the reviews, judged against the older half, beside the scan of the whole;
// and what it flags of honest additions, random halves of several sets.
//   node bench/additions.mjs [--seeds 1] [--first 0] [--poison flood-and-trigger,flips] [--honest reviews,spambase,sms,breast-cancer,digits]
// Reads the research data (THERIAC_DATA, or ../shared/data). Asked: precision at the poison's own size no lower than that of the whole, at most 0.5 % of an honest addition flagged.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { makeRng } from "../dist/numeric/random.js";
import { scan } from "../dist/node/scan.js";
import { plant, readReviews, writeReviews } from "./campaigns/plant.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    poison: { type: "string", default: "flood-and-trigger,cover,one-word,flips" },
    honest: { type: "string", default: "reviews-by-date,reviews,spambase,sms,breast-cancer,digits" },
  },
});
const data = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const folder = mkdtempSync(join(tmpdir(), "additions-"));
const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => Number(options.first) + i);
const columns = { labels: ["label"], text: ["title", "text"], task: "domain", source: "account", id: "review_id" };
const listOf = (text) => text.split(",").filter((id) => id !== "");

/** The older half first. */
function reviewsByDate() {
  const when = ({ date }) => Date.parse(date) || 0;
  const genuine = readReviews(join(data, "reviews/reviews.csv")).sort((a, b) => when(a) - when(b));
  return [genuine.slice(0, genuine.length / 2), genuine.slice(genuine.length / 2)];
}

/** One row a line, without names. `skipped` lines stand before the first row. */
const plainSets = {
  spambase: { file: "spambase/spambase.data", skipped: 0, columns: { labels: [58] } },
  sms: { file: "sms/sms.tsv", skipped: 0, columns: { labels: [1], text: [2], quoted: false } },
  "breast-cancer": { file: "breast-cancer/breast_cancer.csv", skipped: 1, columns: { labels: [31] } },
  digits: { file: "digits/digits.csv.gz", skipped: 0, columns: { labels: [65] } },
};

const told = (share) => (share === null ? "–" : share.toFixed(4));
try {
  if (listOf(options.poison).length > 0)
    console.log("poison             seed  rows  whole  against  flagged of the addition  of these true");
  for (const seed of seeds) for (const id of listOf(options.poison)) await poisoned(id, seed);
  if (listOf(options.honest).length > 0) console.log("\nhonest addition     seed  old   added  flagged  share    silenced");
  for (const id of listOf(options.honest))
    for (const seed of seeds) if (id !== "reviews-by-date" || seed === seeds[0]) await honest(id, seed);
} finally {
  rmSync(folder, { recursive: true });
}

async function poisoned(id, seed) {
  const [older, newer] = reviewsByDate();
  const planted = id === "flips" ? flipped(newer, seed) : plant(id, seed, newer);
  const [oldPath, newPath] = ["old", "new"].map((name) => join(folder, `${name}-${id}-${seed}.csv`));
  writeReviews(oldPath, older);
  writeReviews(newPath, [...older, ...planted.reviews]);
  const truth = new Set(planted.rows.map((row) => row + older.length));
  const precisionOf = ({ rows }) => rows.slice(0, truth.size).filter(({ row }) => truth.has(row)).length / truth.size;
  const [whole, against] = [
    await scan({ data: { path: newPath, ...columns }, seed }),
    await scan({ data: { path: newPath, ...columns }, against: oldPath, seed }),
  ];
  const flagged = against.rows.filter((row) => row.flagged);
  console.log(
    `${id.padEnd(18)} ${String(seed).padStart(4)} ${String(truth.size).padStart(5)}  ${precisionOf(whole).toFixed(3)}  ${precisionOf(against).toFixed(3)}    ${String(flagged.length).padStart(5)}                    ${flagged.filter(({ row }) => truth.has(row)).length}`,
  );
}

/** Five in a hundred labels of the newer half say the other class. */
function flipped(reviews, seed) {
  const rng = makeRng(seed).fork("flips");
  const rows = [...rng.sample(reviews.length, Math.floor(reviews.length / 20))].sort((a, b) => a - b);
  const chosen = new Set(rows);
  const other = { positive: "negative", negative: "positive" };
  return { rows, reviews: reviews.map((review, i) => (chosen.has(i) ? { ...review, label: other[review.label] } : review)) };
}

async function honest(id, seed) {
  const [oldPath, newPath, own] = id.startsWith("reviews") ? splitReviews(id, seed) : splitLines(id, seed);
  const { rows, old, detectors } = await scan({ data: { path: newPath, ...own }, against: oldPath, seed });
  const flagged = rows.filter((row) => row.flagged).length;
  const silenced = detectors.filter(({ silence }) => silence?.includes("old rows")).map((detector) => detector.id);
  console.log(
    `${id.padEnd(18)} ${String(seed).padStart(5)} ${String(old.known).padStart(5)} ${String(old.added).padStart(6)} ${String(flagged).padStart(8)}  ${told(flagged / old.added)}   ${silenced.join(", ")}`,
  );
}

function splitReviews(id, seed) {
  const [older, newer] = reviewsByDate();
  const all = [...older, ...newer];
  if (id === "reviews") makeRng(seed).fork("halves").shuffleInPlace(all);
  const paths = ["old", "new"].map((name) => join(folder, `${name}-${id}-${seed}.csv`));
  writeReviews(paths[0], all.slice(0, all.length / 2));
  writeReviews(paths[1], all);
  return [...paths, columns];
}

function splitLines(id, seed) {
  const { file, skipped, columns: own } = plainSets[id];
  const bytes = readFileSync(join(data, file));
  const lines = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trimEnd().split("\n").slice(skipped);
  makeRng(seed).fork("halves").shuffleInPlace(lines);
  const paths = ["old", "new"].map((part) => join(folder, `${part}-${id}-${seed}.${id === "sms" ? "tsv" : "csv"}`));
  writeFileSync(paths[0], `${lines.slice(0, lines.length / 2).join("\n")}\n`);
  writeFileSync(paths[1], `${lines.join("\n")}\n`);
  return [...paths, { ...own, header: false }];
}
