// CPU seconds of whole audits at quick effort, one worker thread, each version in turn on each set so that a busy machine slows both.
//   node bench/quick-times.mjs [--against FOLDER,…] [--sets breast-cancer,spambase,sms,digits,reviews,house,landmine] [--rows 2000] [--times 1]
// FOLDER: other built versions of this repository, beside which this one is timed. At most so many rows of a set, drawn at random.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { makeRng } from "../dist/numeric/random.js";
import { auditSets } from "./parts/audit-sets.mjs";

const { values: asked } = parseArgs({
  options: {
    against: { type: "string", default: "" },
    sets: { type: "string", default: "breast-cancer,spambase,sms,digits,reviews,house,landmine" },
    rows: { type: "string", default: "2000" },
    times: { type: "string", default: "1" },
  },
});
const here = resolve(import.meta.dirname, "..");
const versions = [
  ...asked.against
    .split(",")
    .filter((folder) => folder !== "")
    .map((folder) => resolve(folder)),
  here,
];
const folder = mkdtempSync(join(tmpdir(), "theriac-quick-times-"));
const table = [];
for (const name of asked.sets.split(",")) {
  const set = auditSets.find((one) => one.name === name);
  if (set === undefined) throw new Error(`there is no set "${name}" here; there are: ${auditSets.map((one) => one.name).join(", ")}`);
  const { file, roles } = written(set);
  const seconds = versions.map(() => []);
  for (let time = 0; time < Number(asked.times); time++)
    versions.forEach((version, v) => seconds[v].push(secondsOf(version, [file, ...roles], `${name}-${v}-${time}`)));
  const least = seconds.map((own) => Math.min(...own));
  const line = { set: name };
  versions.forEach((version, v) => (line[version === here ? "here" : version] = least[v].toFixed(1)));
  if (versions.length > 1) line["here / first"] = (least.at(-1) / least[0]).toFixed(2);
  table.push(line);
  console.error(JSON.stringify(line));
}
console.table(table);
rmSync(folder, { recursive: true });

/** A set as a file of comma-separated values under a head. */
function written({ name, make }) {
  const { columns, rows, roles } = make(makeRng(`quick-times/${name}`), Number(asked.rows));
  const cellOf = ({ kind, values, codes, names }, i) => (kind === "number" ? values[i] : codes[i] < 0 ? "" : names[codes[i]]);
  const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const lines = Array.from({ length: rows }, (_, i) => columns.map((column) => quoted(cellOf(column, i))).join(","));
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, `${columns.map((column) => quoted(column.name)).join(",")}\n${lines.join("\n")}\n`);
  const texts = columns.filter((column) => column.kind === "text").map((column) => column.name);
  return {
    file,
    roles: [
      ...roles.labels.flatMap((label) => ["--label", label]),
      ...texts.flatMap((text) => ["--text", text]),
      ...(roles.task === null ? [] : ["--task", roles.task]),
    ],
  };
}

function secondsOf(version, args, label) {
  const usage = join(folder, `${label}.json`);
  const preload = pathToFileURL(join(import.meta.dirname, "write-usage.mjs")).href;
  const out = ["--jobs", "1", "--out", join(folder, label), "--quiet"];
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", preload, join(version, "dist/cli/main.js"), "audit", ...args, ...out],
    {
      env: { ...process.env, THERIAC_BENCH_USAGE: usage },
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`the audit of ${args[0]} by ${version} ended with exit code ${status}: ${stderr}`);
  return JSON.parse(readFileSync(usage, "utf8")).cpuMs / 1e3;
}
