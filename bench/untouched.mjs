// How much `theriac scan` flags of files that nobody poisoned on purpose, by effort: its false alarms, were these files without a mistake. They are not: real
// data hold wrong labels and copies, so each flagged share is an upper bound, and the first reasons are shown for who wants to judge.
//   node bench/untouched.mjs [--effort quick,standard] [--sets sms,house] [--reasons 3]
// Reads the research data (THERIAC_DATA, or ../shared/data). Asked: at most 2 % flagged of reviews.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { scan } from "../dist/node/scan.js";

const root = resolve(process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data"));
const sets = {
  reviews: { path: "reviews/reviews.csv", labels: ["label"], text: ["title", "text"], task: "domain", source: "account", id: "review_id" },
  sms: { path: "sms/sms.tsv", header: false, labels: ["1"], text: ["2"] },
  spambase: { path: "spambase/spambase.data", header: false, format: "csv", labels: ["58"], predict: "classes" },
  // Its first line says how many rows and columns there are.
  "breast-cancer": { path: "breast-cancer/breast_cancer.csv", header: false, labels: ["31"], predict: "classes", isCounted: true },
  digits: { path: "digits/digits.csv.gz", header: false, labels: ["65"], predict: "classes" },
  house: { path: "house/house.csv", labels: ["SalePrice"] },
};
const { values: options } = parseArgs({
  options: {
    effort: { type: "string", default: "quick,standard" },
    sets: { type: "string", default: Object.keys(sets).join(",") },
    reasons: { type: "string", default: "0" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "untouched-"));
console.log("set            effort    rows   flagged  share    expected false alarms  CPU s  flagged by");
for (const name of options.sets.split(","))
  for (const effort of options.effort.split(",")) {
    const { isCounted = false, ...given } = sets[name];
    const path = resolve(root, given.path);
    if (existsSync(path)) await judge(name, effort, { ...given, path: isCounted ? withoutFirstLine(path) : path });
    else console.log(`${name.padEnd(14)} ${path} is not here, so it is left out`);
  }
rmSync(folder, { recursive: true });

function withoutFirstLine(path) {
  const copy = join(folder, "rows.csv");
  writeFileSync(copy, readFileSync(path, "utf8").replace(/^.*\n/, ""));
  return copy;
}

async function judge(name, effort, data) {
  const before = process.cpuUsage();
  const { rows, detectors, expectedFalseAlarms } = await scan({ data, effort });
  const { user, system } = process.cpuUsage(before);
  const flagged = rows.filter((row) => row.flagged);
  const by = detectors.flatMap(({ id, flaggedRows }) => (flaggedRows > 0 ? [`${id} ${flaggedRows}`] : []));
  console.log(
    [
      name.padEnd(14),
      effort.padEnd(9),
      String(rows.length).padEnd(6),
      String(flagged.length).padEnd(8),
      `${((100 * flagged.length) / rows.length).toFixed(2)} %`.padEnd(8),
      (expectedFalseAlarms?.toFixed(1) ?? "not known").padEnd(22),
      ((user + system) / 1e6).toFixed(0).padEnd(6),
      by.join(", "),
    ].join(" "),
  );
  for (const { row, reasons } of flagged.slice(0, Number(options.reasons))) console.log(`  row ${row + 1}: ${reasons.join("; ")}`);
}
